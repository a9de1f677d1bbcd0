"""Deleting a row with what hangs on it: shown in full before it is done, and so refused where that is too much."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import models, router
from django.utils.translation import gettext as _

MOST_ROWS = 200
"""Rows of one kind that a deletion may take along: as many as somebody can look through before saying yes."""


class _FirstRows(NestedObjects):
    """Follows what hangs on rows, from each table no further than to one row more than `MOST_ROWS`."""

    def related_objects(self, *args: Any, **kwargs: Any) -> "models.QuerySet[Any]":
        return super().related_objects(*args, **kwargs)[: MOST_ROWS + 1]


def too_many(rows: Iterable[models.Model]) -> list[str]:
    """A sentence for each kind of rows of which more than `MOST_ROWS` hang on these, themselves included.

    Empty where a deletion can be shown in full. Reads a bounded number of rows.
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
