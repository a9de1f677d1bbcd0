"""The task that beat calls."""

import logging
from typing import Any

import pytest
from celery import current_app
from django.db import connections

from performance.models import RefreshRun
from performance.tasks import refresh_partner_performance_stats
from tests.factories.marketplace import make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What the task writes into the log."""
    caplog.set_level(logging.INFO, logger="performance.tasks")
    return caplog


def test_it_refreshes_in_the_name_of_beat_and_says_so(messages: pytest.LogCaptureFixture) -> None:
    make_partner()

    refresh_partner_performance_stats()

    run = RefreshRun.objects.get()
    assert run.triggered_by == "beat"
    assert messages.messages == [f"Statistics refreshed (plain): 1 rows in {run.duration_ms:.0f} ms"]


def test_delivered_twice_at_once_it_refreshes_once(messages: pytest.LogCaptureFixture) -> None:
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('public.partner_performance_stats', 0))")

        refresh_partner_performance_stats(triggered_by="somebody")
    finally:
        other.close()

    assert not RefreshRun.objects.exists()
    assert messages.messages == ["Statistics not refreshed: another refresh is under way"]


def test_beat_calls_it_as_often_as_the_setting_says(settings: Any) -> None:
    entry = current_app.conf.beat_schedule["refresh-partner-performance-stats"]

    assert entry["task"] == refresh_partner_performance_stats.name
    assert entry["schedule"] == settings.STATS_REFRESH_SECONDS == 300
