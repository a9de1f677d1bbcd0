"""After retention, and after an erasure, no table of the database says who it was."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.auth.actors import Actor
from leads.models import Lead, LeadActivity, LeadContactDigest, LeadRepeat
from leads.notifications.models import Notification
from leads.notifications.services.delivery import deliver_due
from leads.notifications.services.outbox import redeliver
from leads.privacy.services.erasure import erase_person
from leads.privacy.services.persons import Person
from leads.privacy.services.retention import Deadlines, anonymise_due
from leads.privacy.tasks import anonymise_leads
from performance.services.refresh import refresh_statistics
from router.decisions.replay import replay_log
from router.models import LeadAssignmentLog
from tests.factories.raw import execute, exempt
from tests.integration.notifications.receivers import receiving
from tests.integration.privacy.scan import places_of
from tests.integration.privacy.worlds import ALL_TABLES, EMAIL, NAME, OTHER_EMAIL, PHONE, WISH, WORDS, Story, tell

pytestmark = pytest.mark.django_db


def retire() -> None:
    now = timezone.now() + timedelta(days=800)
    deadlines = Deadlines.after(decided_days=180, undecided_days=730, now=now)
    anonymise_due(deadlines=deadlines, now=now, seconds=60)


def move_back(**duration: int) -> None:
    """Let everything have happened earlier, which no rule would allow."""
    execute("SET LOCAL session_replication_role = 'replica'")
    columns = {
        "leads": ("created_at", "assigned_at", "first_contact_at", "accepted_at", "decided_at"),
        "lead_activities": ("created_at",),
        "lead_feedback": ("created_at",),
        "support_tickets": ("created_at",),
        "lead_repeats": ("received_at",),
        "audit_events": ("at",),
    }
    for table, names in columns.items():
        changes = ", ".join(f"{name} = {name} - %(by)s::interval" for name in names)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {changes}", {"by": str(timedelta(**duration))})
    execute("SET LOCAL session_replication_role = 'origin'")


def erase(*, email: str = "", phone: str = "") -> None:
    erase_person(
        Person.make(email=email, phone=phone), reason="Asked for it.", actor=Actor(name="test"), now=timezone.now()
    )


def statistics(at: datetime) -> list[Any]:
    with connection.cursor() as cursor:
        found = []
        for query in (
            "SELECT * FROM partner_performance_stats ORDER BY partner_id",
            "SELECT * FROM partner_performance_stats_live ORDER BY partner_id",
        ):
            cursor.execute(query)
            found.append(cursor.fetchall())
        cursor.execute("SELECT * FROM partner_performance_stats_at(%s) ORDER BY partner_id", [at])
        return [*found, cursor.fetchall()]


@pytest.fixture
def told() -> Story:
    with receiving() as receiver:
        story = tell(webhook=receiver.url)
        assert len(receiver.requests) == 2
        assert all(NAME.encode() in request.body for request in receiver.requests)
    return story


def test_the_scan_finds_the_person_in_every_table_that_may_tell_and_in_no_other(told: Story) -> None:
    found = places_of(WORDS)

    assert {table for table, _ in found} == ALL_TABLES
    assert {word for _, word in found} == {word.lower() for word in WORDS}
    execute("CREATE TABLE hidden (packed bytea, list text[], document json)")
    execute("INSERT INTO hidden VALUES (%s, %s, %s)", [b"\x00Quackelbeen", ["06-12345987"], f'{{"a": "{WISH}"}}'])
    assert {word for table, word in places_of(WORDS) if table == "hidden"} == {"quackelbeen", "612345987", WISH}


@pytest.mark.parametrize(
    "person", [{"email": f" {EMAIL.upper()}"}, {"phone": "0031 6-12345987"}, {"email": OTHER_EMAIL}]
)
def test_after_an_erasure_no_table_tells_who_it_was(told: Story, person: dict[str, str]) -> None:
    if "email" not in person or person["email"] == OTHER_EMAIL:
        # The ticket about no lead says the other address, and no number.
        erase(email=EMAIL)
    erase(**person)

    assert places_of(WORDS) == set()


def test_after_retention_no_table_tells_who_it_was(told: Story) -> None:
    retire()

    assert places_of(WORDS) == set()
    assert not LeadContactDigest.objects.exists()


def test_what_is_left_is_what_the_figures_need(told: Story) -> None:
    before = told.lead()

    retire()

    after = told.lead()
    assert after.anonymised_at is not None
    kept = (
        *("status", "partner_id", "industry_id", "province", "created_at", "assigned_at", "first_contact_at"),
        *("accepted_at", "decided_at", "deal_value", "tried_partner_ids", "source"),
    )
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.postcode == "3511"
    assert (after.status, after.deal_value) == ("won", before.deal_value)
    assert LeadRepeat.objects.get().postcode == "3511"
    types = set(LeadActivity.objects.values_list("type", "description"))
    assert {("phone_call", None), ("email_sent", None), ("status_change", None)} <= types


@pytest.mark.parametrize("how", [retire, lambda: erase(email=EMAIL)])
@pytest.mark.parametrize("is_won", [True, False])
def test_the_statistics_and_the_replay_of_decisions_stay_as_they_are(how: Any, *, is_won: bool) -> None:
    story = tell(is_won=is_won)
    move_back(hours=1)
    refresh_statistics(triggered_by="test")
    at = timezone.now()
    before = statistics(at)

    how()
    # Of the same moment: the rows are read anew.
    assert statistics(at)[1:] == before[1:]
    refresh_statistics(triggered_by="test")

    assert statistics(at)[0] == before[0]
    assert all(any(row[1] for row in rows) for rows in before), "somebody has figures"
    for log in LeadAssignmentLog.objects.filter(lead_id=story.lead_id):
        assert replay_log(log).agrees


def test_the_audit_says_who_erased_and_why_and_nothing_else(told: Story) -> None:
    exempt("audit")
    execute("DELETE FROM audit_events")

    erase(email=EMAIL)

    with connection.cursor() as cursor:
        cursor.execute("SELECT operation, changes, context FROM audit_events WHERE table_name = 'leads'")
        ((operation, *texts),) = cursor.fetchall()
    changes, context = map(json.loads, texts)
    assert operation == "update"
    assert changes.pop("anonymised_at")[0] is None
    assert changes == {name: [] for name in ("contact_name", "contact_email", "contact_phone", "message", "postcode")}
    assert context == {"erasure": "Asked for it.", "by": "test"}


def test_nothing_of_it_is_in_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        tell()
        call_command("personal_data", "erase", email=EMAIL, reason="Asked for it.", noinput=True)
    lines = "\n".join([caplog.text, *(str(record.__dict__) for record in caplog.records)]).lower()

    assert [word for word in WORDS if word.lower() in lines] == []


def test_a_partner_is_told_nothing_of_an_erased_lead() -> None:
    with receiving() as receiver:
        tell(webhook=receiver.url)
        receiver.requests.clear()
        redeliver(notification_ids=list(Notification.objects.values_list("id", flat=True)))
        erase(email=EMAIL)
        outcomes = deliver_due(seconds=5)

    assert receiver.requests == []
    assert outcomes == {"superseded": 2}


def test_the_task_goes_by_the_settings(settings: Any) -> None:
    story = tell()
    move_back(days=181)
    settings.RETENTION_DAYS = 0
    anonymise_leads()
    assert story.lead().anonymised_at is None

    settings.RETENTION_DAYS = 180
    anonymise_leads()
    first = story.lead().anonymised_at
    anonymise_leads()

    assert first is not None
    assert story.lead().anonymised_at == first
    assert PHONE[-4:] not in str(list(Lead.objects.values()))
