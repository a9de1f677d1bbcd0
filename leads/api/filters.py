"""Filters of the list of leads."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from leads.models import Lead
from leads.vocabulary import LeadStatus


class InstantField(IsoDateTimeField):  # type: ignore[misc]  # django-filter has no types
    """A time, in UTC: PostgreSQL refuses UTC offsets above 16 hours, which Python and ISO 8601 allow."""

    def clean(self, value: Any) -> datetime | None:
        time: datetime | None = super().clean(value)
        try:
            return None if time is None else time.astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class InstantFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # as above
    """A filter by a time."""

    field_class = InstantField


class LeadFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`?status=new&status=accepted&province=Utrecht&created_after=2026-11-01T00:00:00Z`; statuses are alternatives."""

    status = django_filters.MultipleChoiceFilter(choices=LeadStatus.choices, label="In one of these.")
    partner = django_filters.UUIDFilter(field_name="partner_id", label="Id of the partner that has it.")
    industry = django_filters.UUIDFilter(field_name="industry_id", label="Id of the industry.")
    province = django_filters.CharFilter(field_name="province", lookup_expr="iexact", label="Name of the province.")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gte", label="Created at this time or later.")
    created_before = InstantFilter(field_name="created_at", lookup_expr="lt", label="Created before this time.")

    class Meta:
        model = Lead
        fields: list[str] = []


def refuse_unknown_parameters(request: Request, *, known: set[str]) -> None:
    """Refuse unknown parameters by name: a misspelt filter would return everything."""
    unknown = {name: [_("There is no such parameter.")] for name in request.query_params if name not in known}
    if unknown:
        raise ValidationError(unknown)
