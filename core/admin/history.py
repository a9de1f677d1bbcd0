"""Changes of a row in words: when, who, what, and the old and the new values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from core.audit.triggers import audited_models
from core.models import AuditEvent

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    _Base = ModelAdmin[Any]
else:
    _Base = object

MOST_EVENTS = 200
"""Maximum number of changes shown on the page of a row; the list of all changes has the rest."""

NOTHING = "–"  # noqa: RUF001  # a dash is meant

_NAMES: Mapping[str, Promise] = {
    User.groups.through._meta.db_table: _("membership of a group"),
    Group.permissions.through._meta.db_table: _("permission of a group"),
    User.user_permissions.through._meta.db_table: _("permission of a user"),
    AuthToken._meta.db_table: _("token of the API"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed column; `is_kept` is false if only the fact that it changed is recorded."""

    column: str
    old: str
    new: str
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event, in words."""

    at: datetime
    who: str
    what: str
    row: str
    changes: tuple[Change, ...]


def table_name(table: str) -> str:
    """Return the name for people of the rows of a table."""
    model = audited_models().get(table)
    return str(_NAMES.get(table) or (table if model is None else model._meta.verbose_name))


def table_choices() -> list[tuple[str, str]]:
    """Return the audited tables with their names."""
    return [(table, table_name(table)) for table in audited_models()]


def describe(events: Sequence[AuditEvent]) -> list[Line]:
    """Describe the events in words, in the same order, with one query for each table that they refer to."""
    names = _related_names(events)
    return [
        Line(
            at=event.at,
            who=_who(event, names),
            what=f"{table_name(event.table_name)}: {event.get_operation_display()}",
            row=event.row_id,
            changes=_changes(event, names),
        )
        for event in events
    ]


_Names = dict[tuple[type[models.Model], str], str]
"""(model, key as text) -> its name."""


def _in_order(event: AuditEvent) -> list[tuple[str, Any]]:
    """Return columns and values in the model's order, followed by those that the model no longer has."""
    model = audited_models().get(event.table_name)
    order = {} if model is None else {field.column: at for at, field in enumerate(model._meta.concrete_fields)}
    return sorted(event.changes.items(), key=lambda change: order.get(change[0], len(order)))


def _field(table: str, column: str) -> "models.Field[Any, Any] | None":
    model = audited_models().get(table)
    fields = () if model is None else model._meta.concrete_fields
    return next((field for field in fields if field.column == column), None)


def _related_names(events: Iterable[AuditEvent]) -> _Names:
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in events:
        wanted[User].add((event.context or {}).get("user"))
        for column, values in event.changes.items():
            field = _field(event.table_name, column)
            if field is not None and field.related_model is not None:
                wanted[field.related_model].update(values)
    names: _Names = {}
    for model, keys in wanted.items():
        rows: models.QuerySet[Any] = models.QuerySet(model)
        names |= {(model, str(pk)): str(row) for pk, row in rows.in_bulk(keys - {None}).items()}
    return names


def _changes(event: AuditEvent, names: _Names) -> tuple[Change, ...]:
    """Return the visible changes: NULL to an empty text is not one."""
    found = (_change(event.table_name, column, values, names) for column, values in _in_order(event))
    return tuple(change for change in found if not change.is_kept or change.old != change.new)


def _who(event: AuditEvent, names: _Names) -> str:
    context = event.context or {}
    if context.get("user") is not None:
        return names.get((User, str(context["user"]))) or gettext("user %(id)s") % {"id": context["user"]}
    return str(context.get("task") or context.get("url") or event.database_user)


def _change(table: str, column: str, values: Sequence[Any], names: _Names) -> Change:
    field = _field(table, column)
    label = column if field is None else str(field.verbose_name)
    if not values:
        return Change(column=label, old="", new="", is_kept=False)
    old, new = (_value(field, value, names) for value in values)
    return Change(column=label, old=old, new=new, is_kept=True)


def _value(field: "models.Field[Any, Any] | None", value: Any, names: _Names) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    if field is not None and field.related_model is not None:
        return names.get((field.related_model, str(value)), str(value))
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else str(value)
    choices = dict(field.flatchoices) if field is not None else {}
    return str(choices.get(value, value))


class HistoryMixin(_Base):
    """Mixin that starts a row's "History" page with its changes, whoever made them."""

    history_tables: ClassVar[tuple[str, ...]]
    """Tables with events of the row, found by its key."""

    object_history_template = "core/admin/history.html"

    def history_key(self, row: Any) -> str:
        """Return the key by which events refer to the row."""
        return str(row.pk)

    def history_name(self, row: Any) -> str:
        """Return the name of the row on the page."""
        return str(row)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Return the page; Django checks the permission and handles missing rows."""
        row = self.get_object(request, object_id)
        events: list[AuditEvent] = []
        if row is not None and self.has_view_or_change_permission(request, row):
            of_the_row = Q(table_name__in=self.history_tables, row_id=self.history_key(row))
            events = list(AuditEvent.objects.filter(of_the_row)[: MOST_EVENTS + 1])
        name = "" if row is None else self.history_name(row)
        context = {
            "title": gettext("Changes of %(row)s") % {"row": name},
            "row_name": name,
            "lines": describe(events[:MOST_EVENTS]),
            "more": len(events) > MOST_EVENTS,
            "most": MOST_EVENTS,
            "row_key": "" if row is None else self.history_key(row),
            **(extra_context or {}),
        }
        return super().history_view(request, object_id, context)
