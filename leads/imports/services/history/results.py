"""Progress and result of an import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


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
