"""Audit pages: all recorded changes, and the pages of users and groups with theirs."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadOnlyAdmin
from core.admin.history import HistoryMixin, Line, describe, table_choices
from core.models import AuditEvent

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin


class TableFilter(admin.SimpleListFilter):
    """Filter by the kind of row."""

    title = _("what")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return table_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(table_name=self.value()) if self.value() else queryset


class WriterFilter(admin.SimpleListFilter):
    """Filter by the kind of writer."""

    title = _("who")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("person", gettext("Somebody signed in")),
            ("task", gettext("A task")),
            ("sql", gettext("Others, with SQL")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        kinds = {
            "person": Q(context__user__gt=0),
            "task": Q(context__has_key="task"),
            "sql": Q(context__isnull=True),
        }
        return queryset.filter(kinds[self.value() or ""]) if self.value() in kinds else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    """Read-only list of who changed what, newest first."""

    list_display = ("when", "who", "what", "row", "old_and_new")
    list_display_links = ("when",)
    list_filter = (TableFilter, WriterFilter, "operation", "at")
    sortable_by = ()
    search_fields = ("row_id",)
    search_help_text = _("Id of a row, name of a user or a database user, or name of a task")
    id_search_fields = ()
    fields = ("when", "who", "what", "row", "old_and_new", "database_user", "context", "context_id")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, with the descriptions of all its rows loaded at once."""
        change_list = super().get_changelist_instance(request)
        events = list(change_list.result_list)
        for event, line in zip(events, describe(events), strict=True):
            event.line = line
        change_list.result_list = events
        return change_list

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Search for whole words only, which needs no scan of all events' texts."""
        term = search_term.strip()
        if not term:
            return queryset, False
        users = list(User.objects.filter(username=term).values_list("pk", flat=True))
        found = Q(row_id=term) | Q(database_user=term) | Q(context__task=term) | Q(context__user__in=users)
        return queryset.filter(found), False

    @admin.display(description=_("time"), ordering="at")
    def when(self, event: AuditEvent) -> str:
        """Return when it happened."""
        return date_format(localtime(event.at), "DATETIME_FORMAT")

    @admin.display(description=_("who"))
    def who(self, event: AuditEvent) -> str:
        """Return the user, the task, or the database login."""
        return _line(event).who

    @admin.display(description=_("what"))
    def what(self, event: AuditEvent) -> str:
        """Return the kind of row and the operation on it."""
        return _line(event).what

    @admin.display(description=_("row"))
    def row(self, event: AuditEvent) -> str:
        """Return the key of the row."""
        return event.row_id

    @admin.display(description=_("old and new"))
    def old_and_new(self, event: AuditEvent) -> SafeString:
        """Return each column that changed."""
        return render_to_string("core/admin/changes.html", {"changes": _line(event).changes})


def _line(event: AuditEvent) -> Line:
    """Return the description of an event: from the list, or created now for its own page."""
    line: Line | None = getattr(event, "line", None)
    return describe([event])[0] if line is None else line


admin.site.unregister([Group, User])


@admin.register(Group)
class AuditedGroupAdmin(HistoryMixin, GroupAdmin):
    """Django's page of groups, with the changes of their members and permissions."""

    history_tables = ("auth_group", "auth_user_groups", "auth_group_permissions")


@admin.register(User)
class AuditedUserAdmin(HistoryMixin, _UserAdmin):
    """Django's page of users, with the changes of their permissions."""

    history_tables = ("auth_user", "auth_user_user_permissions")
