"""What a working system can do, on any database: by plain SQL, by the services, by the API and by the admin.

Written for databases that were taken over, so it makes no partner of its own: their tables may ask for more than ours.
"""

import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, LeadActivity, Partner
from leads.queries import counter_differences
from leads.vocabulary import LeadStatus
from performance.models import PartnerPerformanceStats
from performance.services.refresh import refresh_statistics
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from tests.factories.raw import execute

LISTS = (
    "leads_partner",
    "leads_lead",
    "leads_leadactivity",
    "leads_industry",
    "feedback_leadfeedback",
    "support_supportticket",
    "performance_partnerperformancestats",
    "performance_refreshrun",
    "router_leadassignmentlog",
    "router_routingpolicy",
)


def assert_works() -> None:
    """Use the database that Django is connected to in every way there is; leaves rows behind."""
    assert counter_differences() == []
    assert_refreshes()
    lead_id = insert_lead()
    partner_id = assert_assigns(lead_id)
    assert_refuses_beyond_the_cap(partner_id)
    assert_keeps_the_times(lead_id)
    assert_takes_feedback_and_tickets(lead_id, partner_id)
    assert_refreshes()
    assert_pages_open(partner_id, lead_ids=[lead_id, *_odd_leads()])
    assert counter_differences() == []


def insert_lead() -> uuid.UUID:
    """Insert a lead by SQL with as little as possible; everything else has a default."""
    (lead_id,) = _query("INSERT INTO leads (province, postcode) VALUES ('Utrecht', '3511 AB') RETURNING id")[0]
    lead = Lead.objects.get(pk=lead_id)
    assert (lead.status, lead.partner_id, lead.routing_attempts, lead.source) == ("new", None, 0, "")
    assert abs((timezone.now() - lead.created_at).total_seconds()) < 60
    return lead.pk


def assert_assigns(lead_id: uuid.UUID) -> uuid.UUID:
    """The lead gets a partner, whose counter goes up by one, and one record that replays and cannot be changed."""
    open_before = dict(Partner.objects.values_list("pk", "open_leads"))
    service = LeadAssignmentService()

    (decision,) = service.assign([lead_id], trigger="api")

    assert decision.partner_id is not None, decision
    partner = Partner.objects.get(pk=decision.partner_id)
    assert partner.open_leads == open_before[partner.pk] + 1
    log = LeadAssignmentLog.objects.get(lead_id=lead_id)
    assert service.replay(log).agrees, service.replay(log).differences
    assert 0 <= service.calculate_score(lead_id=lead_id, partner_id=partner.pk).performance <= 100
    for statement in ("UPDATE lead_assignment_logs SET actor = 'x'", "DELETE FROM lead_assignment_logs"):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(statement)
    return partner.pk


def assert_refuses_beyond_the_cap(partner_id: uuid.UUID) -> None:
    """With SQL, too, a partner that is full is handed no further lead; with room it is."""
    lead_id = insert_lead()
    execute("UPDATE profiles SET max_open_leads = open_leads WHERE id = %s", [partner_id])
    with pytest.raises(IntegrityError, match="at its cap"):
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner_id, lead_id])
    execute("UPDATE profiles SET max_open_leads = open_leads + 1 WHERE id = %s", [partner_id])
    assert execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner_id, lead_id]) == 1


def assert_keeps_the_times(lead_id: uuid.UUID) -> None:
    """First contact, acceptance and decision get their times from the database, once."""
    execute("INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'note')", [lead_id])
    assert Lead.objects.get(pk=lead_id).first_contact_at is None
    execute("INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'phone_call')", [lead_id])
    contacted = Lead.objects.get(pk=lead_id).first_contact_at
    assert contacted is not None
    execute("INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'meeting')", [lead_id])
    execute("UPDATE leads SET status = 'accepted' WHERE id = %s", [lead_id])
    execute("UPDATE leads SET status = 'won', deal_value = 1500 WHERE id = %s", [lead_id])
    execute("UPDATE leads SET accepted_at = NULL, decided_at = NULL, first_contact_at = NULL WHERE id = %s", [lead_id])
    lead = Lead.objects.get(pk=lead_id)
    assert lead.first_contact_at == contacted
    assert lead.accepted_at is not None
    assert lead.decided_at is not None
    assert lead.deal_value == Decimal(1500)
    assert LeadActivity.objects.filter(lead_id=lead_id, metadata={}).count() == 3
    for statement in (
        "UPDATE leads SET status = 'thrown away' WHERE id = %s",
        "UPDATE leads SET deal_value = -1 WHERE id = %s",
        "INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'smoke signal')",
    ):
        with pytest.raises(IntegrityError, match="check constraint"):
            execute(statement, [lead_id])


def assert_takes_feedback_and_tickets(lead_id: uuid.UUID, partner_id: uuid.UUID) -> None:
    """One rating a lead, from 1 to 5; tickets of the types that we know."""
    feedback = "INSERT INTO lead_feedback (lead_id, partner_id, rating) VALUES (%s, %s, %s)"
    with pytest.raises(IntegrityError, match="check constraint"):
        execute(feedback, [lead_id, partner_id, 6])
    execute(feedback, [lead_id, partner_id, 4])
    with pytest.raises(IntegrityError):
        execute(feedback, [lead_id, partner_id, 5])
    ticket = "INSERT INTO support_tickets (lead_id, partner_id, type) VALUES (%s, %s, %s)"
    execute(ticket, [lead_id, partner_id, "complaint"])
    with pytest.raises(IntegrityError, match="check constraint"):
        execute(ticket, [lead_id, partner_id, "smoke signal"])


def assert_refreshes() -> None:
    """The statistics have a row for each partner."""
    result = refresh_statistics(triggered_by="smoke")
    assert result.refreshed
    assert result.row_count == Partner.objects.count() == PartnerPerformanceStats.objects.count()


def assert_pages_open(partner_id: uuid.UUID, *, lead_ids: Sequence[uuid.UUID]) -> None:
    """The admin's lists and forms, the staff pages and the API answer, also for the oddest of the old rows."""
    assert Permission.objects.filter(codename="view_leadassignmentlog").exists()
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser(f"smoke-{uuid.uuid4()}"))
    answers = [(url, client.get(url, parameters).status_code) for url, parameters in _addresses(partner_id, lead_ids)]
    assert [answer for answer in answers if answer[1] != 200] == []


def _addresses(partner_id: uuid.UUID, lead_ids: Sequence[uuid.UUID]) -> Iterator[tuple[str, dict[str, str]]]:
    for name in LISTS:
        yield reverse(f"admin:{name}_changelist"), {}
    yield reverse("admin:leads_partner_change", args=[partner_id]), {}
    yield reverse("staff:performance", args=[partner_id]), {}
    yield reverse("api-performance-debug"), {"partner_id": str(partner_id)}
    yield reverse("api-leads"), {}
    for lead_id in lead_ids:
        yield reverse("admin:leads_lead_change", args=[lead_id]), {}
        yield reverse("staff:lead", args=[lead_id]), {}
        yield reverse("api-lead", args=[lead_id]), {}
        yield reverse("api-lead-activities", args=[lead_id]), {}
        yield reverse("api-ranking"), {"lead_id": str(lead_id)}


def _odd_leads() -> list[uuid.UUID]:
    """One lead of each kind: with and without a partner, a status that we know, a time of creation."""
    known = ", ".join(f"'{status}'" for status in LeadStatus)
    kinds = f"status IN ({known}), created_at IS NULL, user_id IS NULL"
    rows = _query(f"SELECT DISTINCT ON ({kinds}) id FROM leads ORDER BY {kinds}, id")
    return [lead_id for (lead_id,) in rows]


def _query(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
