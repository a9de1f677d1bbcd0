from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.auth.actors import Actor
from leads.models import Partner
from leads.services.locks import LeadNotFound
from support.models import SupportTicket
from support.services.tickets import open_ticket
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(name="user:1")


@pytest.mark.parametrize("has_partner", [True, False])
def test_a_ticket_is_about_the_lead_and_its_partner_if_any(has_partner: bool) -> None:  # noqa: FBT001  # a parameter of the test
    partner: Partner | None = make_partner() if has_partner else None
    lead = make_lead(partner=partner)

    open_ticket(
        lead_id=lead.id,
        ticket_type=SupportTicket.Type.COMPLAINT,
        subject="Nobody came",
        body="Twice.",
        actor=STAFF,
        now=NOW,
    )

    ticket = SupportTicket.objects.get()
    assert (ticket.lead, ticket.partner) == (lead, partner)
    assert (ticket.type, ticket.subject, ticket.body) == ("complaint", "Nobody came", "Twice.")
    assert (ticket.status, ticket.created_at, ticket.resolved_at) == ("open", NOW, None)


def test_a_lead_that_is_not_there() -> None:
    with pytest.raises(LeadNotFound):
        open_ticket(
            lead_id=uuid4(), ticket_type=SupportTicket.Type.QUESTION, subject="?", body="", actor=STAFF, now=NOW
        )
