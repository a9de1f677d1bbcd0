"""What an import reports: how far it is, and what it did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one step is: `done` of `total` (bytes of a file, or statements in the database)."""

    step: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """Rows read from a table's file, and how many of them were new."""

    table: str
    read: int
    added: int

    @property
    def known(self) -> int:
        """Rows that were there already and were left as they are."""
        return self.read - self.added


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingRow:
    """A row of a file that is otherwise in the database: its line, its id and the fields."""

    line: int
    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How many rows of one file are otherwise in the database, and the first of them."""

    file: str
    count: int
    examples: tuple[DifferingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did.

    - `tables`: in the order of loading; `outcomes` has no table of its own, its rows belong to the added leads.
    - `shift`: what was added to every time; None where the times were left as they are.
    - `clamped_first_contacts`: added leads whose earliest contact lies before the lead itself; their first contact is
      the creation of the lead.
    - `times_twice`: times without offset that their zone had twice; the first of the two was taken.
    - `differences`: files with rows that are there already, but otherwise; those rows were left as they are.
    """

    tables: tuple[TableCount, ...]
    shift: timedelta | None
    clamped_first_contacts: int
    times_twice: int
    differences: tuple[Differences, ...]

    @property
    def added(self) -> int:
        """Rows added to all tables."""
        return sum(table.added for table in self.tables)
