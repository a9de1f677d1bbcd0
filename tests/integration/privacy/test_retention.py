"""Which leads are anonymised when: decided ones after a time, others when nobody touched them for long."""

import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command

from core.tasks import forget_sessions
from leads.models import Lead, LeadActivity
from leads.privacy.services import retention
from leads.privacy.services.retention import Anonymised, Deadlines, anonymise_due, count_due
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import before_the_rule
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
"""Long after whatever the tests write in their own time."""

LONG_AGO = NOW - timedelta(days=3000)
DEADLINES = Deadlines.after(decided_days=180, undecided_days=730, now=NOW)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def run(deadlines: Deadlines = DEADLINES) -> Anonymised:
    return anonymise_due(deadlines=deadlines, now=NOW, seconds=60)


def old_lead(**fields: Any) -> Lead:
    """A lead that came in, and was given to its partner, long ago."""
    return make_lead(created_at=LONG_AGO, contact_email="ans@example.org", message="Please call", **fields)


def is_anonymised(lead: Lead) -> bool:
    lead.refresh_from_db()
    assert (lead.anonymised_at is not None) == (lead.contact_email == "") == (lead.message == "")
    return lead.anonymised_at is not None


@pytest.mark.parametrize("status", ["won", "lost"])
@pytest.mark.parametrize(("days", "is_due"), [(179.99, False), (180.01, True)])
def test_a_decided_lead_goes_by_its_decision(status: str, days: float, is_due: bool) -> None:  # noqa: FBT001  # a case
    lead = old_lead(partner=make_partner(), status=status, decided_at=ago(days))
    LeadActivity.objects.create(lead=lead, type="note", created_at=ago(1))

    assert count_due(DEADLINES) == (int(is_due), 0)
    assert run() == Anonymised(leads=int(is_due), tickets=0, is_done=True)
    assert is_anonymised(lead) is is_due


@pytest.mark.parametrize(
    ("status", "limit"),
    [("rejected", 180), ("won", 180), ("new", 730), ("accepted", 730), ("in_progress", 730), ("completed", 730)],
)
@pytest.mark.parametrize(
    "touch",
    [
        lambda lead, at: execute("UPDATE leads SET assigned_at = %s WHERE id = %s", [at, lead.id]),
        lambda lead, at: LeadActivity.objects.create(lead=lead, type="note", created_at=at),
        lambda lead, at: SupportTicket.objects.create(lead=lead, created_at=at),
        lambda lead, at: SupportTicket.objects.create(lead=lead, created_at=LONG_AGO, resolved_at=at),
        lambda lead, at: execute(
            "INSERT INTO lead_feedback (lead_id, partner_id, rating, created_at) VALUES (%s, %s, 4, %s)",
            [lead.id, lead.partner_id, at],
        ),
        lambda lead, at: execute("INSERT INTO lead_repeats (lead_id, received_at) VALUES (%s, %s)", [lead.id, at]),
        lambda lead, at: execute(
            "INSERT INTO audit_events (at, table_name, row_id, operation, changes, database_user)"
            " VALUES (%s, 'leads', %s, 'update', '{}', 'somebody')",
            [at, lead.id],
        ),
    ],
    ids=["assigned", "activity", "ticket", "resolved", "feedback", "repeat", "change"],
)
def test_any_other_goes_by_the_last_that_was_done_about_it(status: str, limit: int, touch: Any) -> None:
    partner = make_partner()
    still, gone = (old_lead(partner=partner, status=status, assigned_at=LONG_AGO) for _ in range(2))
    touch(still, ago(limit - 0.01))
    touch(gone, ago(limit + 0.01))

    run()

    assert (is_anonymised(still), is_anonymised(gone)) == (False, True)


def test_a_lead_that_waits_and_was_tried_again_and_again_is_due_and_is_routed_no_more() -> None:
    lead = old_lead()
    execute("UPDATE leads SET routing_attempts = 99, routing_attempted_at = %s", [ago(0)])

    run()

    assert is_anonymised(lead)
    assert (lead.status, lead.decided_at is not None) == ("lost", True)
    assert not Lead.objects.unassigned().exists()


def test_without_days_nothing_is_due() -> None:
    for status in ("won", "rejected", "new"):
        old_lead(partner=make_partner(), status=status, decided_at=LONG_AGO if status == "won" else None)
    SupportTicket.objects.create(subject="A", created_at=LONG_AGO, resolved_at=LONG_AGO)

    assert run(Deadlines.after(decided_days=0, undecided_days=0, now=NOW)).leads == 0
    assert run(Deadlines.after(decided_days=180, undecided_days=0, now=NOW)) == Anonymised(
        leads=2, tickets=1, is_done=True
    )
    assert run(Deadlines.after(decided_days=0, undecided_days=1, now=NOW)).leads == 1


def test_a_ticket_about_no_lead_goes_by_its_own_times() -> None:
    cases = {
        "resolved long ago": (LONG_AGO, ago(181)),
        "resolved lately": (ago(700), ago(179)),
        "open for long": (ago(731), None),
        "open": (ago(729), None),
    }
    for subject, (created_at, resolved_at) in cases.items():
        SupportTicket.objects.create(subject=subject, body="Ans", created_at=created_at, resolved_at=resolved_at)

    assert run().tickets == 2
    assert run().tickets == 0
    kept = {"resolved lately", "open"}
    assert set(SupportTicket.objects.exclude(body="").values_list("subject", flat=True)) == kept
    assert SupportTicket.objects.filter(subject="", body="").count() == 2


def test_a_row_that_breaks_a_rule_is_passed_over_and_holds_up_no_other() -> None:
    with before_the_rule("leads", "leads_deal_value_not_negative"):
        broken = old_lead(partner=make_partner(), status="won", decided_at=LONG_AGO, deal_value=-1)
    right = old_lead(partner=make_partner(), status="won", decided_at=LONG_AGO)

    assert run() == Anonymised(leads=1, tickets=0, is_done=True)
    assert (is_anonymised(broken), is_anonymised(right)) == (False, True)


def test_a_run_goes_by_batches_and_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_AT_ONCE", 2)
    for _ in range(5):
        old_lead(partner=make_partner(), status="won", decided_at=LONG_AGO)

    assert anonymise_due(deadlines=DEADLINES, now=NOW, seconds=-1) == Anonymised(leads=0, tickets=0, is_done=False)
    monkeypatch.setattr(retention, "MOST_IN_A_RUN", 3)
    assert run() == Anonymised(leads=3, tickets=0, is_done=False)
    assert run() == Anonymised(leads=2, tickets=0, is_done=True)
    assert set(Lead.objects.values_list("anonymised_at", flat=True)) == {NOW}


def test_the_command_says_how_many_and_does_it() -> None:
    # In its own time: what is written now is not due.
    for days in (200, 100):
        make_lead(
            created_at=datetime.now(UTC) - timedelta(days=300),
            partner=make_partner(),
            status="lost",
            decided_at=datetime.now(UTC) - timedelta(days=days),
        )

    def command(*arguments: str) -> str:
        output = StringIO()
        call_command("anonymise_leads", *arguments, stdout=output)
        return output.getvalue().strip()

    assert command("--dry-run") == "Would anonymise 1 leads, and 0 tickets about no lead."
    assert command("--dry-run", "--days", "50").startswith("Would anonymise 2 leads")
    assert command() == "Anonymised 1 leads, and 0 tickets about no lead."
    assert command("--days", "0") == "Anonymised 0 leads, and 0 tickets about no lead."
    assert Lead.objects.filter(anonymised_at=None).count() == 1


def test_the_command_says_when_some_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST_IN_A_RUN", 1)
    for _ in range(2):
        make_lead(created_at=LONG_AGO - timedelta(days=5000), partner=make_partner(), status="rejected")
    output = StringIO()

    call_command("anonymise_leads", stdout=output)

    assert "Some are left" in output.getvalue()


def test_files_that_waited_for_an_import_go_with_their_session() -> None:
    for lifetime in (-60, 3600):
        store = SessionStore(str(uuid.uuid4()).replace("-", ""))
        store["data"] = "a file"
        store.set_expiry(lifetime)
        store.save()

    forget_sessions()

    assert Session.objects.count() == 1
