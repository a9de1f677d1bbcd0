"""Problems with the files of an import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_PROBLEMS = 20
LONGEST_VALUE_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem, with its file, its line (1 is the header) and its field where they apply."""

    file: str
    message: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.field is not None:
            place.append(f"field {self.field}")
        return f"{', '.join(place)}: {self.message}"


class FieldError(ValueError):
    """The value of one field is invalid; the message says why."""


class UnreadableError(Exception):
    """The rest of a file cannot be read; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class HistoryRefusedError(ValueError):
    """The files cannot be imported; nothing was changed. `problems` holds at most the first `MOST_PROBLEMS`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class ProblemList:
    """Collector of problems that raises `HistoryRefusedError` once there are enough to show."""

    problems: list[Problem] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Number of further problems that fit."""
        return MOST_PROBLEMS - len(self.problems)

    def add(self, problem: Problem) -> None:
        """Add one problem. Raises `HistoryRefusedError` if it is the last that fits."""
        self.problems.append(problem)
        if not self.room:
            self.refuse_if_any()

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add several problems. Raises `HistoryRefusedError` like `add`."""
        for problem in problems:
            self.add(problem)

    def refuse_if_any(self) -> None:
        """Raise `HistoryRefusedError` if there are problems."""
        if self.problems:
            raise HistoryRefusedError(self.problems)


def shown(value: str) -> str:
    """Return a value in quotes for a message, shortened if it is long."""
    return repr(value if len(value) <= LONGEST_VALUE_SHOWN else f"{value[:LONGEST_VALUE_SHOWN]}...")
