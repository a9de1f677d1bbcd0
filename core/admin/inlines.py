"""Related rows within a page: the newest few, read-only, with a link to the rest."""

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

ChildT = TypeVar("ChildT", bound=models.Model)
ParentT = TypeVar("ParentT", bound=models.Model)

MOST_ROWS = 50
MOST_CHARACTERS = 500
"""Maximum number of characters of a text that a row shows."""

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Any, Any, Any]
    _TabularInline = admin.TabularInline
else:
    _FormSet = BaseInlineFormSet

    # Django's own class takes no type argument at run time.
    class _TabularInline(admin.TabularInline):
        def __class_getitem__(cls, _argument: object) -> type:
            return cls


class FirstRows(_FormSet):
    """The first rows in the order of the inline; `is_cut` says whether there are more."""

    is_cut = False
    most_rows = MOST_ROWS

    def get_queryset(self) -> Any:
        if not hasattr(self, "_rows"):
            rows = list(super().get_queryset()[: self.most_rows + 1])
            self.is_cut = len(rows) > self.most_rows
            self._rows = rows[: self.most_rows]
        return self._rows

    def list_url(self) -> str:
        """Return the URL of the list of all rows, if the admin has one that can be searched by the parent's id."""
        meta = self.instance._meta.get_field(self.fk.remote_field.name).related_model._meta
        registered = admin.site._registry.get(meta.model)  # noqa: SLF001  # there is no other way to it
        if registered is None or f"{self.fk.name}_id" not in getattr(registered, "id_search_fields", ()):
            return ""
        query = urlencode({"q": self.instance.pk})
        return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{query}"


class ReadOnlyInline(_TabularInline[ChildT, ParentT]):
    """Read-only inline."""

    formset = FirstRows
    template = "core/admin/bounded_inline.html"
    extra = 0
    max_num = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def shortened(text: str | None) -> str | None:
    """Return the beginning of a long text."""
    return None if text is None else Truncator(text).chars(MOST_CHARACTERS)
