"""What an import does to rows, for the preview."""

import hashlib
from collections.abc import Sized
from dataclasses import dataclass
from typing import Protocol

from django.db import models
from import_export.results import Result, RowResult


class RowCells(Protocol):
    """A resource as far as a preview needs it: the columns that an import writes, and a row's texts in them."""

    @property
    def written(self) -> Sized: ...

    def cells_of(self, instance: models.Model) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview: what the row has, and what it gets."""

    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether the import writes it."""
        return self.before != self.after


class Changes:
    """What an import makes of one row, for the preview."""

    def __init__(self, resource: RowCells, instance: models.Model, new: bool) -> None:  # noqa: FBT001  # the package's
        self.before = [""] * len(resource.written) if new else resource.cells_of(instance)
        self.after = self.before

    def compare_with(self, resource: RowCells, instance: models.Model) -> None:
        self.after = resource.cells_of(instance)

    def as_html(self) -> list[Cell]:
        """The cells: the templates make HTML of them."""
        return [Cell(before, after) for before, after in zip(self.before, self.after, strict=True)]


def fingerprint(result: Result) -> str:
    """What the preview showed of the database: equal as long as an import would do the same."""
    digest = hashlib.sha256()
    for row in result.rows:
        before = [cell.before for cell in row.diff or ()]
        digest.update(repr((row.import_type, before)).encode())
    return digest.hexdigest()


def changed_rows(result: Result) -> list[RowResult]:
    """The rows that are new or change."""
    return [row for row in result.rows if row.import_type != RowResult.IMPORT_TYPE_SKIP]
