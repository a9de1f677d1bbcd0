"""Read-only admin of the statistics and their refreshes."""

from decimal import Decimal

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadOnlyAdmin
from performance.models import PartnerPerformanceDay, PartnerPerformanceStats, RefreshRun
from performance.queries import stats_as_of


def _rounded(value: Decimal | None, digits: int) -> str | None:
    """Return a measure rounded for reading; the view has six decimals."""
    return None if value is None else number_format(round(value, digits), decimal_pos=digits, force_grouping=True)


def _percentage(fraction: Decimal | None) -> str | None:
    return None if fraction is None else f"{_rounded(100 * fraction, 1)} %"


@admin.register(PartnerPerformanceStats)
class PartnerPerformanceStatsAdmin(ReadOnlyAdmin[PartnerPerformanceStats]):
    """Partners' performance in the 30 days before the last refresh."""

    list_display = (
        "partner",
        "leads_assigned_30d",
        "first_contact_minutes",
        "won_leads_30d",
        "lost_leads_30d",
        "deal_rate",
        "rating",
        "complaints_30d",
        "silent_leads_30d",
    )
    list_select_related = ("partner",)
    search_fields = ("partner__company_name",)
    id_search_fields = ("partner_id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerPerformanceStats]:
        # PostgreSQL refuses to read a materialized view that was never refreshed.
        rows = super().get_queryset(request)
        return rows if stats_as_of() is not None else rows.none()

    @admin.display(description=_("minutes to contact"), ordering="avg_first_response_time_minutes_30d")
    def first_contact_minutes(self, stats: PartnerPerformanceStats) -> str | None:
        """Return the mean time to the first contact."""
        return _rounded(stats.avg_first_response_time_minutes_30d, 0)

    @admin.display(description=_("deal rate"), ordering="deal_rate_30d")
    def deal_rate(self, stats: PartnerPerformanceStats) -> str | None:
        """Return won leads as a percentage of decided ones."""
        return _percentage(stats.deal_rate_30d)

    @admin.display(description=_("rating"), ordering="avg_customer_rating_30d")
    def rating(self, stats: PartnerPerformanceStats) -> str | None:
        """Return the mean rating by customers, 1-5."""
        return _rounded(stats.avg_customer_rating_30d, 1)


@admin.register(PartnerPerformanceDay)
class PartnerPerformanceDayAdmin(ReadOnlyAdmin[PartnerPerformanceDay]):
    """Inputs of the scores of past days."""

    list_display = (
        "day",
        "partner",
        "leads_assigned_30d",
        "won_leads_30d",
        "lost_leads_30d",
        "num_ratings_30d",
        "recorded_at",
    )
    list_display_links = ("day", "partner")
    list_select_related = ("partner",)
    list_filter = ("day",)
    # Only filters with an index: the table grows by one row per partner and day.
    sortable_by = ("day",)
    ordering = ("-day", "-pk")
    id_search_fields = ("partner_id",)


@admin.register(RefreshRun)
class RefreshRunAdmin(ReadOnlyAdmin[RefreshRun]):
    """Refreshes of the statistics: when they ran, how long they took, and who asked for them."""

    list_display = ("as_of", "mode", "duration", "row_count", "triggered_by")
    list_filter = ("mode", "as_of")
    sortable_by = ("as_of", "duration", "row_count")
    id_search_fields = ()

    @admin.display(description=_("duration"), ordering="duration_ms")
    def duration(self, run: RefreshRun) -> str:
        """Return the duration in milliseconds."""
        return f"{run.duration_ms:,.0f} ms"
