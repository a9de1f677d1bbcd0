"""What an inspection says, as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a database is ours."""

    EMPTY = "empty"
    LEGACY = "legacy"
    PARTIAL = "partial"
    ADOPTED = "adopted"


class Verdict(StrEnum):
    """How one thing that we expect compares with what is there; `EXTRA` is something that we do not know."""

    PRESENT = "present"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One object of the schema. `action` is what adoption does about it, empty: nothing."""

    kind: str
    name: str
    verdict: Verdict
    expected: str = ""
    found: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Something that adoption refuses, and how a person makes it possible."""

    what: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Rows that break a rule which new rows have to keep; `examples` are the keys of some."""

    rule: str
    table: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value of a column, how many rows have it, and whether we know it."""

    value: str | None
    count: int
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The distinct values of a column, the most frequent first."""

    column: str
    values: tuple[ValueCount, ...]


class Direction(StrEnum):
    """What a high AI score means."""

    TRUST = "trust"
    RISK = "risk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelScores:
    """The AI scores of the partners of one risk level."""

    level: str
    partners: int
    mean_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDirection:
    """What the data say about the AI score, and on which grounds."""

    direction: Direction
    levels: tuple[LevelScores, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Everything that `inspect_database` knows."""

    database: str
    server_version: str
    user: str
    schema: str | None
    state: State
    findings: tuple[Finding, ...]
    blockers: tuple[Blocker, ...]
    rows: tuple[RowProblem, ...]
    values: tuple[Values, ...]
    ai_score: ScoreDirection
    warnings: tuple[str, ...]

    @property
    def can_adopt(self) -> bool:
        """Whether adoption can go ahead; also true when there is nothing left to do."""
        return not self.blockers
