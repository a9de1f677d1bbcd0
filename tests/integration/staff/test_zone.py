"""Times in the zone of who reads them."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from config.middleware import viewer_zone
from router.models import LeadAssignmentLog
from support.models import SupportTicket
from tests.factories.marketplace import make_lead
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.transfers import csv_file, imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> Client:
    return signed_in("router.view_leadassignmentlog", "leads.view_lead")


@pytest.fixture
def decision() -> LeadAssignmentLog:
    return LeadAssignmentLog.objects.create(
        lead=make_lead(),
        outcome="no_candidate",
        decided_at=datetime(2026, 1, 5, 22, 30, tzinfo=UTC),
        trigger="api",
        policy_version=1,
        considered_count=1,
        candidate_count=0,
        algorithm="1",
        duration_ms=1.0,
    )


@pytest.mark.parametrize(
    ("cookie", "time", "zone"),
    [
        (None, "Jan. 5, 2026, 11:30 p.m.", "Europe/Amsterdam"),
        ("America/New_York", "Jan. 5, 2026, 5:30 p.m.", "America/New_York"),
        ("Asia/Kolkata", "Jan. 6, 2026, 4 a.m.", "Asia/Kolkata"),
        ("Mars/Olympus", "Jan. 5, 2026, 11:30 p.m.", "Europe/Amsterdam"),
    ],
)
def test_a_page_has_the_times_of_the_readers_zone_and_says_which(
    cookie: str | None, time: str, zone: str, viewer: Client, decision: LeadAssignmentLog
) -> None:
    if cookie:
        viewer.cookies["zone"] = cookie

    html = html_of(viewer, f"/staff/ai-router/decisions/{decision.pk}/")

    assert time in html
    assert f"Times are in the zone {zone}." in html


def test_the_admin_follows_it_and_the_api_does_not(viewer: Client, decision: LeadAssignmentLog) -> None:
    viewer.cookies["zone"] = "Asia/Kolkata"

    listed = html_of(viewer, "/admin/router/leadassignmentlog/")
    answer = viewer.get(f"/api/leads/{decision.lead_id}/")

    assert "Jan. 6, 2026, 4 a.m." in listed
    assert answer.status_code == 200
    assert "+05:30" not in answer.content.decode()
    assert timezone.get_current_timezone_name() == "Europe/Amsterdam"


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 10_000, "Europe/Amsterdam\0", "é"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert viewer_zone(name) is None


def test_a_list_and_its_export_mean_the_same_day_and_files_do_not_follow_the_reader(
    admin_client: Client,
) -> None:
    SupportTicket.objects.create(subject="Late", created_at=datetime(2026, 1, 5, 22, 30, tzinfo=UTC))
    admin_client.cookies["zone"] = "Asia/Kolkata"
    day = "?created_at__year=2026&created_at__month=1&created_at__day=6"

    listed = html_of(admin_client, f"/admin/support/supportticket/{day}")
    exported = admin_client.post(f"/admin/support/supportticket/export/{day}", {"format": "csv"}).content.decode()

    assert "Late" in listed
    assert "Late" in exported
    assert "2026-01-05 23:30:00+01:00" in exported


def test_a_time_without_a_zone_in_a_file_is_the_sites(admin_client: Client) -> None:
    admin_client.cookies["zone"] = "Asia/Kolkata"

    imported(admin_client, SupportTicket, csv_file(("subject", "created_at"), ("Late", "2026-01-05 23:30")))

    assert SupportTicket.objects.get().created_at == datetime(2026, 1, 5, 22, 30, tzinfo=UTC)
