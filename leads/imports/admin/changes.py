"""Changes of an import, for the preview."""

import hashlib
from collections.abc import Sized
from dataclasses import dataclass
from typing import Protocol

from django.db import models
from import_export.results import Result, RowResult


class RowCells(Protocol):
    """The part of a resource that a preview needs: the columns that an import writes, and a row's texts in them."""

    @property
    def written(self) -> Sized: ...

    def cells_of(self, instance: models.Model) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the preview: the present value and the new one."""

    before: str
    after: str

    @property
    def changes(self) -> bool:
        """True if the import writes the cell."""
        return self.before != self.after


class Changes:
    """Changes that an import makes to one row, for the preview."""

    def __init__(self, resource: RowCells, instance: models.Model, new: bool) -> None:  # noqa: FBT001  # the package's
        self.before = [""] * len(resource.written) if new else resource.cells_of(instance)
        self.after = self.before

    def compare_with(self, resource: RowCells, instance: models.Model) -> None:
        self.after = resource.cells_of(instance)

    def as_html(self) -> list[Cell]:
        """Return the cells; the templates render them as HTML."""
        return [Cell(before, after) for before, after in zip(self.before, self.after, strict=True)]


def fingerprint(result: Result) -> str:
    """Return a digest of the preview, which stays the same as long as an import would do the same."""
    digest = hashlib.sha256()
    for row in result.rows:
        before = [cell.before for cell in row.diff or ()]
        digest.update(repr((row.import_type, before)).encode())
    return digest.hexdigest()


def changed_rows(result: Result) -> list[RowResult]:
    """Return the rows that are new or change."""
    return [row for row in result.rows if row.import_type != RowResult.IMPORT_TYPE_SKIP]
