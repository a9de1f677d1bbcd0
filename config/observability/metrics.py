"""`/metrics` in Prometheus' format: counters of the processes, and the state of the marketplace.

The state is read from the database at each request, so it is the same in every process and after every restart.
"""

import os
import secrets
from collections.abc import Iterator
from ipaddress import ip_address

import structlog
from celery import current_app
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import core.tasks  # noqa: F401  # tasks are known once their modules are loaded
import leads.intake.tasks  # likewise
import leads.notifications.tasks  # likewise
import leads.privacy.tasks  # noqa: F401  # likewise
import performance.tasks  # noqa: F401  # likewise
import router.tasks  # noqa: F401  # likewise
from config.observability.background_tasks import TaskState, task_states
from config.observability.figures import Figures, figures
from config.observability.requests import REQUESTS, SECONDS
from config.observability.task_signals import scheduled_tasks
from leads.queries import NotificationFigures, notification_figures

logger = structlog.get_logger(__name__)

_LONGEST_MILLISECONDS = 5_000
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return all metrics to a client with the token or from an allowed network; 401 or 403 to any other."""
    if not _may_read(request):
        if settings.METRICS_TOKEN:
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return HttpResponse(status=403)
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # has no types
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(MarketplaceCollector())
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    # Behind a proxy, every request seems to come from the proxy's network.
    if any(name in request.headers for name in _FORWARDED):
        return False
    sender = request.META.get("REMOTE_ADDR", "")
    return bool(sender) and any(ip_address(sender) in network for network in settings.METRICS_NETWORKS)


class MarketplaceCollector(Collector):
    """The marketplace's current state. Without the database, only the fact that it is unavailable."""

    def collect(self) -> Iterator[Metric]:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_LONGEST_MILLISECONDS)])
                market, told, tasks = figures(), notification_figures(), task_states(_task_names())
        except DatabaseError as error:
            logger.warning("metrics_without_database", error=type(error).__name__)
            yield _gauge("database_up", "Whether the database answered.", 0)
            return
        yield _gauge("database_up", "Whether the database answered.", 1)
        yield from _market(market)
        yield from _notifications(told)
        yield from _tasks(tasks)


def _task_names() -> set[str]:
    """Return all tasks of the product; each has a counter from the start, so that its first failure is an increase."""
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def _gauge(name: str, text: str, value: float | None) -> Metric:
    """Return a metric with one value or none."""
    family = GaugeMetricFamily(f"marketplace_{name}", text)
    if value is not None:
        family.add_metric([], value)
    return family


def _market(market: Figures) -> Iterator[Metric]:
    yield _gauge("leads_waiting", "Leads without a partner.", market.waiting)
    yield _gauge(
        "leads_oldest_waiting_seconds", "Age of the oldest lead without a partner.", market.oldest_waiting_seconds
    )
    decisions = GaugeMetricFamily(
        "marketplace_decisions_last_hour", "Decisions of the last hour, by outcome.", labels=("outcome",)
    )
    for outcome, count in market.decisions.items():
        decisions.add_metric([outcome], count)
    yield decisions
    yield _gauge("partners_active", "Partners that take leads.", market.active)
    yield _gauge("partners_full", "Partners that take leads, and are at their cap.", market.full)
    yield _gauge("partners_open_places", "Leads that partners with a cap can still take.", market.open_places)
    yield _gauge("statistics_age_seconds", "Age of the statistics.", market.statistics_age_seconds)
    yield _gauge("statistics_refresh_seconds", "Duration of the last refresh.", market.refresh_seconds)


def _notifications(told: NotificationFigures) -> Iterator[Metric]:
    yield _gauge("notifications_waiting", "Notifications to partners that are not delivered yet.", told.waiting)
    yield _gauge("notifications_oldest_waiting_seconds", "Age of the oldest that waits.", told.oldest_waiting_seconds)
    yield _gauge(
        "notifications_overdue_seconds", "How long the next one should have been sent already.", told.overdue_seconds
    )
    yield _gauge("notifications_failed_last_day", "Given up within the last 24 hours.", told.failed_last_day)


def _tasks(states: dict[str, TaskState]) -> Iterator[Metric]:
    since = GaugeMetricFamily(
        "marketplace_task_success_age_seconds", "Time since a scheduled task last succeeded.", labels=("task",)
    )
    took = GaugeMetricFamily(
        "marketplace_task_success_seconds", "Duration of the last success of a scheduled task.", labels=("task",)
    )
    failures = CounterMetricFamily("marketplace_task_failures", "Runs of a task that failed.", labels=("task",))
    scheduled = scheduled_tasks()
    for name, state in states.items():
        failures.add_metric([name], state.failures)
        if name in scheduled:
            since.add_metric([name], state.seconds_since_success)
        if state.success_seconds is not None:
            took.add_metric([name], state.success_seconds)
    yield from (since, took, failures)
