"""Results of an inspection, as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """State of adoption of a database."""

    EMPTY = "empty"
    LEGACY = "legacy"
    PARTIAL = "partial"
    ADOPTED = "adopted"


class Verdict(StrEnum):
    """Result of comparing one expected object with the database; `EXTRA` is an object that we do not know."""

    PRESENT = "present"
    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One object of the schema. `action` is what adoption does about it; empty if nothing."""

    kind: str
    name: str
    verdict: Verdict
    expected: str = ""
    found: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Something that adoption refuses, and how a person can resolve it."""

    what: str
    way_out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Rows that violate a rule for new rows; `examples` are the keys of some of them."""

    rule: str
    table: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A value of a column, the number of rows that hold it, and whether we know it."""

    value: str | None
    count: int
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The distinct values of a column, the most frequent first."""

    column: str
    values: tuple[ValueCount, ...]


class Direction(StrEnum):
    """Meaning of a high AI score."""

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
    """Meaning of the AI score according to the data, with the evidence."""

    direction: Direction
    levels: tuple[LevelScores, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The result of `inspect_database`."""

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
        """True if adoption can go ahead, including when there is nothing left to do."""
        return not self.blockers
