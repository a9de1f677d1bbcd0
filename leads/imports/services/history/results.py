"""Progress, result and problems of an import of history."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

MOST_PROBLEMS = 20


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of one step: `done` of `total` (bytes of a file, or statements in the database)."""

    step: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """Rows read from a table's file, and the number of new ones."""

    table: str
    read: int
    added: int

    @property
    def known(self) -> int:
        """Number of rows that existed already and were left unchanged."""
        return self.read - self.added


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingRow:
    """A row of a file that differs in the database: its line, its id and the fields."""

    line: int
    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """The number of rows of one file that differ in the database, and the first of them."""

    file: str
    count: int
    examples: tuple[DifferingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """The result of an import.

    - `tables`: in the order of loading; `outcomes` has no table of its own, its rows belong to the added leads.
    - `shift`: the interval added to every time; None if the times were left unchanged.
    - `clamped_first_contacts`: added leads whose earliest contact is before the lead itself; their first contact is set
      to the creation of the lead.
    - `times_twice`: ambiguous times without an offset, which occurred twice in their zone; the first one was taken.
    - `differences`: files with rows that exist already with other values; those rows were left unchanged.
    """

    tables: tuple[TableCount, ...]
    shift: timedelta | None
    clamped_first_contacts: int
    times_twice: int
    differences: tuple[Differences, ...]

    @property
    def added(self) -> int:
        """Number of rows added to all tables."""
        return sum(table.added for table in self.tables)
