"""Background tasks for the statistics."""

from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.utils import timezone

from performance.services.history import record_missing_days
from performance.services.refresh import refresh_statistics

logger = get_task_logger(__name__)


@shared_task(
    name="performance.tasks.refresh_partner_performance_stats",
    acks_late=True,
    ignore_result=True,
    soft_time_limit=settings.CELERY_TASK_SOFT_TIME_LIMIT,
    time_limit=settings.CELERY_TASK_TIME_LIMIT,
)
def refresh_partner_performance_stats(triggered_by: str = "beat") -> None:
    """Refresh the statistics. Safe to deliver twice: a second run does nothing while one is in progress."""
    result = refresh_statistics(triggered_by=triggered_by)
    if result.refreshed:
        logger.info("Statistics refreshed (%s): %d rows in %.0f ms", result.mode, result.row_count, result.duration_ms)
    else:
        logger.info("Statistics not refreshed: another refresh is under way")


@shared_task(
    name="performance.tasks.record_performance_history",
    acks_late=True,
    ignore_result=True,
    soft_time_limit=settings.CELERY_TASK_SOFT_TIME_LIMIT,
    time_limit=settings.CELERY_TASK_TIME_LIMIT,
)
def record_performance_history() -> None:
    """Record yesterday and a few missing days. Safe to deliver twice: a recorded day does not change."""
    recorded = record_missing_days(now=timezone.now())
    if recorded.days:
        logger.info(
            "History of the statistics: %d rows for %d days, %s to %s",
            *(recorded.row_count, len(recorded.days), recorded.days[-1], recorded.days[0]),
        )
