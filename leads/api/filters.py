"""Filters of the list of leads."""

import django_filters
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from leads.models import Lead
from leads.vocabulary import LeadStatus


class LeadFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`?status=new&status=accepted&province=Utrecht&created_after=2026-11-01T00:00:00Z`; statuses are alternatives."""

    status = django_filters.MultipleChoiceFilter(choices=LeadStatus.choices, label="In one of these.")
    partner = django_filters.UUIDFilter(field_name="partner_id", label="Id of the partner that has it.")
    industry = django_filters.UUIDFilter(field_name="industry_id", label="Id of the industry.")
    province = django_filters.CharFilter(field_name="province", lookup_expr="iexact", label="Name of the province.")
    created_after = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", label="Created at this time or later."
    )
    created_before = django_filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="lt", label="Created before this time."
    )

    class Meta:
        model = Lead
        fields: list[str] = []


def refuse_unknown_parameters(request: Request, *, known: set[str]) -> None:
    """A misspelt filter would answer with everything; it is refused with its name."""
    unknown = {name: [_("There is no such parameter.")] for name in request.query_params if name not in known}
    if unknown:
        raise ValidationError(unknown)
