"""Deletion of a row and its dependents: shown in full beforehand, and refused if that is too much."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.utils.translation import gettext as _

MOST_ROWS = 200
"""Maximum rows of one kind that a deletion may include: as many as a person can review before confirming."""


class _FirstRows(NestedObjects):
    """Collector of dependent rows that reads at most one row more than `MOST_ROWS` from each table."""

    def related_objects(self, *args: Any, **kwargs: Any) -> "models.QuerySet[Any]":
        return super().related_objects(*args, **kwargs)[: MOST_ROWS + 1]


def too_many(rows: Iterable[models.Model]) -> list[str]:
    """Return a sentence for each kind of row of which a deletion includes more than `MOST_ROWS`.

    Empty if a deletion can be shown in full. Reads a bounded number of rows.
    """
    first = list(islice(rows, MOST_ROWS + 1))
    if not first:
        return []
    collector = _FirstRows(using=router.db_for_write(type(first[0])), origin=first)
    collector.collect(first)
    found = Counter(type(row) for row in (*chain.from_iterable(collector.model_objs.values()), *collector.protected))
    return [
        _("More than %(count)d of: %(name)s") % {"count": MOST_ROWS, "name": model._meta.verbose_name_plural}
        for model, count in found.items()
        if count > MOST_ROWS
    ]
