from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.auth.actors import Actor
from leads.models import Lead, LeadActivity
from leads.queries import visible_activities
from leads.services.activities import LOGGABLE_TYPES, log_activity
from leads.services.locks import LeadNotFound
from leads.vocabulary import ActivityType
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(name="user:1")


def test_a_call_is_logged_and_is_the_first_contact() -> None:
    partner = make_partner()
    lead = make_lead(partner=partner, created_at=NOW)

    activity = log_activity(
        lead_id=lead.id,
        activity_type=ActivityType.PHONE_CALL,
        description="Nobody answered.",
        actor=Actor(name="user:7", partner_id=partner.id),
        now=NOW,
    )

    stored = LeadActivity.objects.get()
    assert stored == activity
    assert (stored.type, stored.description, stored.created_at) == ("phone_call", "Nobody answered.", NOW)
    assert (stored.created_by_id, stored.metadata) == (partner.id, {"actor": "user:7"})
    assert Lead.objects.get().first_contact_at == NOW


def test_staff_log_as_nobodys_partner() -> None:
    log_activity(lead_id=make_lead().id, activity_type=ActivityType.NOTE, description="", actor=STAFF, now=NOW)

    assert LeadActivity.objects.get().created_by_id is None


@pytest.mark.parametrize("kind", sorted(set(ActivityType) - set(LOGGABLE_TYPES)))
def test_what_services_write_is_not_for_people_to_log(kind: ActivityType) -> None:
    lead = make_lead()

    with pytest.raises(ValueError, match=kind):
        log_activity(lead_id=lead.id, activity_type=kind, description="", actor=STAFF, now=NOW)


def test_another_partners_lead_is_not_there() -> None:
    lead = make_lead(partner=make_partner())
    stranger = Actor(name="user:7", partner_id=make_partner().id)

    with pytest.raises(LeadNotFound):
        log_activity(lead_id=lead.id, activity_type=ActivityType.NOTE, description="", actor=stranger, now=NOW)
    with pytest.raises(LeadNotFound):
        log_activity(lead_id=uuid4(), activity_type=ActivityType.NOTE, description="", actor=STAFF, now=NOW)

    assert not LeadActivity.objects.exists()


def test_a_partner_does_not_read_its_predecessors_notes() -> None:
    first, second = make_partner(), make_partner()
    lead = make_lead(partner=first, created_at=NOW, assigned_at=NOW)
    log_activity(
        lead_id=lead.id,
        activity_type=ActivityType.NOTE,
        description="Wants it cheap.",
        actor=Actor(name="user:1", partner_id=first.id),
        now=NOW,
    )
    visible_to_the_first = list(visible_activities(lead_id=lead.id, partner_id=first.id))
    handed_over = NOW.replace(hour=14)
    execute("UPDATE leads SET user_id = %s, assigned_at = %s WHERE id = %s", [second.id, handed_over, lead.id])
    mine = log_activity(
        lead_id=lead.id,
        activity_type=ActivityType.PHONE_CALL,
        description="",
        actor=Actor(name="user:2", partner_id=second.id),
        now=handed_over,
    )

    assert len(visible_to_the_first) == 1
    assert list(visible_activities(lead_id=lead.id, partner_id=second.id)) == [mine]
    assert visible_activities(lead_id=lead.id, partner_id=None).count() == 2
