"""Common base of all admin pages: bounded counts, safe forms, quick search."""

import re
import uuid
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, RelatedFieldWidgetWrapper
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.admin.deletion import too_many
from core.violations import ConstraintViolated, translate_check_violations

ModelT = TypeVar("ModelT", bound=models.Model)

COUNT_CAP = 10_000
"""A list counts its rows up to this number, and shows "10,000+" above it."""

LONG_TEXTS = frozenset({"message", "description", "comment", "body"})
"""Columns of multi-line text; every other text column is a single line."""

_UUID_OR_SHORT_CODE = re.compile(r"[0-9a-f]{8}|[0-9a-f]{32}")

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin
    _ModelForm = forms.ModelForm
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

    # Django's own classes take no type argument at run time.
    class _ModelAdmin(admin.ModelAdmin):
        def __class_getitem__(cls, _argument: object) -> type:
            return cls

    class _ModelForm(forms.ModelForm):
        def __class_getitem__(cls, _argument: object) -> type:
            return cls


def short_code(key: uuid.UUID) -> str:
    """Return the first eight digits of an id, which people see and can search by."""
    return str(key)[:8]


def uuid_range(term: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the range of ids that a search term matches, as an index can serve it; None if the term is not an id.

    A term is a whole id, with or without hyphens, or a short code.
    """
    digits = term.strip().lower().replace("-", "")
    if not _UUID_OR_SHORT_CODE.fullmatch(digits):
        return None
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))


class CappedPaginator(_Paginator):
    """Paginator that counts up to `COUNT_CAP`, so that a list of a million rows opens as fast as one of a hundred."""

    count_cap = COUNT_CAP

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most `count_cap`."""
        rows = cast("QuerySet[Any]", self.object_list)  # the admin gives nothing else
        return rows.order_by()[: self.count_cap].count()


class CarefulForm(_ModelForm[ModelT]):
    """A form that knows which values its reader saw.

    The page carries the values with which it was opened, so a column counts as changed only if the reader changed it.
    If somebody else has changed the same column in the meantime, the form is refused instead of overwriting it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:  # noqa: SLF001  # documented by Django, in spite of its name
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any] | None:
        """Refuse a value whose column somebody else has changed since the page was opened."""
        cleaned = super().clean()
        for name in self.changed_data:
            bound = self[name]
            if not bound.field.show_hidden_initial or name in self.errors:
                continue
            seen = bound.field.hidden_widget().value_from_datadict(self.data, self.files, bound.html_initial_name)
            if seen is not None and bound.field.has_changed(bound.initial, seen):
                self.add_error(
                    name, _("Somebody else changed this in the meantime. Open the page again to see the new value.")
                )
        return cleaned


class MarketplaceAdmin(_ModelAdmin[ModelT]):
    """Base of all our admin pages."""

    form: "type[forms.ModelForm[ModelT]]" = CarefulForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    empty_value_display = "–"  # noqa: RUF001  # a dash is meant

    id_search_fields: ClassVar[tuple[str, ...]] = ("id",)
    """Columns that are searched for an id; all of them have an index."""

    searches_ids_only: ClassVar[bool] = False
    """If true, any other search term finds nothing, rather than scanning a large table."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ModelT], search_term: str
    ) -> tuple[QuerySet[ModelT], bool]:
        """Find an id, or its first eight digits, through the index; leave other terms to Django."""
        span = uuid_range(search_term)
        if span is None and self.searches_ids_only and search_term:
            return queryset.none(), False
        if span is None or not self.id_search_fields:
            return super().get_search_results(request, queryset, search_term)
        wanted = Q()
        for field in self.id_search_fields:
            wanted |= Q(**{f"{field}__gte": span[0], f"{field}__lte": span[1]})
        return queryset.filter(wanted), False

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Use one line unless the column is prose, commas for arrays, and NULL for an empty value where allowed."""
        if isinstance(db_field, models.TextField) and not db_field.choices:
            kwargs.setdefault("widget", AdminTextareaWidget if db_field.name in LONG_TEXTS else AdminTextInputWidget)
        elif isinstance(db_field, ArrayField):
            kwargs.setdefault("widget", AdminTextInputWidget)
            if not db_field.help_text:
                kwargs.setdefault("help_text", _("Separate several with commas."))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Choosing another industry is allowed here; editing or deleting one would affect everybody.
            field.widget.can_change_related = field.widget.can_delete_related = False
        if isinstance(field, forms.CharField) and isinstance(db_field, models.TextField) and db_field.null:
            field.empty_value = None
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what a deletion would delete as well; refuse it if that is too much to show."""
        reasons = too_many(objs)
        return ([], {}, set(), reasons) if reasons else super().get_deleted_objects(objs, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Return the list; if the database refuses an action on a row, report it and change nothing."""
        try:
            with translate_check_violations():
                return super().changelist_view(request, extra_context)
        except ConstraintViolated as broken:
            return self._refused(request, broken)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the form; show a row that the database refuses to change again, with the rule that it violates."""
        try:
            with translate_check_violations():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ConstraintViolated as broken:
            return self._refused(request, broken)

    def _refused(self, request: HttpRequest, broken: ConstraintViolated) -> HttpResponse:
        """Redirect to the page with the violated rule."""
        text = _(
            "Nothing was changed: %(sentence)s (%(rule)s) A row that is older than the rule has to be put right first."
        )
        self.message_user(request, text % {"sentence": broken.message, "rule": broken.rule}, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: ModelT, form: Any, change: Any) -> None:
        """Write only the columns that the reader changed; others may have changed the rest meanwhile."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changed = [field.name for field in obj._meta.concrete_fields if field.name in form.changed_data]
        if changed:
            obj.save(update_fields=changed)


class ReadOnlyAdmin(MarketplaceAdmin[ModelT]):
    """Read-only pages of rows that the system writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return False
