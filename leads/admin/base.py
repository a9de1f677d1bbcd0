"""What every admin page of the marketplace has in common: bounded counts, safe forms, quick search."""

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

from leads.admin.deletion import too_many
from leads.services.rules import ConstraintViolated, translate_check_violations

ModelT = TypeVar("ModelT", bound=models.Model)

COUNT_CAP = 10_000
"""A list counts its rows up to here, and says "10,000+" from here on."""

LONG_TEXTS = frozenset({"message", "description", "comment", "body"})
"""Columns of prose; every other text column is a single line."""

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
    """The first eight digits of an id: what people see and can search by."""
    return str(key)[:8]


def uuid_range(term: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The ids that a search term means, as a range that an index can serve; None where it is no id.

    A term is a whole id, with or without hyphens, or a short code.
    """
    digits = term.strip().lower().replace("-", "")
    if not _UUID_OR_SHORT_CODE.fullmatch(digits):
        return None
    return uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))


class CappedPaginator(_Paginator):
    """Counts no further than `COUNT_CAP`, so that a list of a million rows opens as fast as one of a hundred."""

    count_cap = COUNT_CAP

    @cached_property
    def count(self) -> int:
        """Number of rows, at most `count_cap`."""
        rows = cast("QuerySet[Any]", self.object_list)  # the admin gives nothing else
        return rows.order_by()[: self.count_cap].count()


class CarefulForm(_ModelForm[ModelT]):
    """A form that knows what its reader saw.

    The page carries the values with which it was opened, so a column counts as changed only if the reader changed it. A
    column that somebody else changed in the meantime, too, is refused instead of overwritten.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:  # noqa: SLF001  # documented by Django, in spite of its name
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any] | None:
        """Refuse a value whose column was changed by somebody else since the page was opened."""
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
    """Columns in which a search for an id looks; all of them have an index."""

    searches_ids_only: ClassVar[bool] = False
    """Whether any other search term finds nothing, rather than scan a large table."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ModelT], search_term: str
    ) -> tuple[QuerySet[ModelT], bool]:
        """Find an id, or its first eight digits, through the index; everything else as Django does."""
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
        """Text in one line unless it is prose, arrays separated by commas; nothing is NULL where that is allowed."""
        if isinstance(db_field, models.TextField) and not db_field.choices:
            kwargs.setdefault("widget", AdminTextareaWidget if db_field.name in LONG_TEXTS else AdminTextInputWidget)
        elif isinstance(db_field, ArrayField):
            kwargs.setdefault("widget", AdminTextInputWidget)
            if not db_field.help_text:
                kwargs.setdefault("help_text", _("Separate several with commas."))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # To choose another industry is one thing, to change or delete one for everybody is another.
            field.widget.can_change_related = field.widget.can_delete_related = False
        if isinstance(field, forms.CharField) and isinstance(db_field, models.TextField) and db_field.null:
            field.empty_value = None
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a deletion would take along; where that is too much to be shown, it is refused."""
        reasons = too_many(objs)
        return ([], {}, set(), reasons) if reasons else super().get_deleted_objects(objs, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; an action that meets a row which the database refuses to change says so, and changes nothing."""
        try:
            with translate_check_violations():
                return super().changelist_view(request, extra_context)
        except ConstraintViolated as broken:
            return self._refused(request, broken)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; a row that the database refuses to change is shown again, with the rule that it breaks."""
        try:
            with translate_check_violations():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except ConstraintViolated as broken:
            return self._refused(request, broken)

    def _refused(self, request: HttpRequest, broken: ConstraintViolated) -> HttpResponse:
        """Back to the page, with the rule."""
        text = _(
            "Nothing was changed: %(sentence)s (%(rule)s) A row that is older than the rule has to be put right first."
        )
        self.message_user(request, text % {"sentence": broken.message, "rule": broken.rule}, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: ModelT, form: Any, change: Any) -> None:
        """Write only what the reader changed: the rest may have been changed by others since the page was opened."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        changed = [field.name for field in obj._meta.concrete_fields if field.name in form.changed_data]
        if changed:
            obj.save(update_fields=changed)


class ReadOnlyAdmin(MarketplaceAdmin[ModelT]):
    """Pages of what the system writes itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ModelT | None = None) -> bool:
        return False
