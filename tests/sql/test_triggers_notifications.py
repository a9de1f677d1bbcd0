"""Who gets a lead is told, whoever writes it: one row for each active channel, in the same transaction."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import Lead, Partner
from leads.notifications.models import Notification, PartnerChannel
from leads.vocabulary import LeadStatus
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    """A partner with one channel."""
    partner = make_partner()
    PartnerChannel.objects.create(partner=partner, kind="email", address="office@example.com")
    return partner


def told(partner: Partner) -> int:
    return Notification.objects.filter(channel__partner=partner).count()


def test_a_hand_over_by_sql_is_told_to_each_active_channel(partner: Partner) -> None:
    PartnerChannel.objects.create(partner=partner, kind="webhook", address="https://example.com/")
    PartnerChannel.objects.create(partner=partner, kind="webhook", address="https://example.com/off", is_active=False)
    lead = make_lead()

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.pk, lead.pk])

    rows = Notification.objects.values_list("channel__address", "lead_id", "event", "state", "attempts")
    assert set(rows) == {
        ("office@example.com", lead.pk, "lead.assigned", "waiting", 0),
        ("https://example.com/", lead.pk, "lead.assigned", "waiting", 0),
    }


def test_one_statement_tells_several_partners_of_several_leads(partner: Partner) -> None:
    other = make_partner()
    PartnerChannel.objects.create(partner=other, kind="email", address="office@example.com")
    silent = make_partner()
    leads = [make_lead() for _ in range(6)]
    for to, of in ((partner, leads[:3]), (other, leads[3:5]), (silent, leads[5:])):
        for lead in of:
            lead.partner = to

    Lead.objects.bulk_update(leads, ["partner"])

    assert (told(partner), told(other), Notification.objects.count()) == (3, 2, 5)


def test_the_next_partner_is_told_too_and_the_first_one_again_when_it_comes_back(partner: Partner) -> None:
    other = make_partner()
    PartnerChannel.objects.create(partner=other, kind="email", address="office@example.com")
    lead = make_lead()
    for to in (partner, other, partner):
        Lead.objects.filter(pk=lead.pk).update(partner=to)

    assert (told(partner), told(other)) == (2, 1)


def test_a_change_that_leaves_the_partner_alone_tells_nobody(partner: Partner) -> None:
    lead = make_lead()
    Lead.objects.filter(pk=lead.pk).update(partner=partner)

    Lead.objects.filter(pk=lead.pk).update(partner=partner, status=LeadStatus.ACCEPTED)
    Lead.objects.filter(pk=lead.pk).update(partner=None)

    assert told(partner) == 1


def test_a_lead_that_is_decided_already_is_told_to_nobody(partner: Partner) -> None:
    lead = make_lead(status=LeadStatus.LOST)

    Lead.objects.filter(pk=lead.pk).update(partner=partner)
    make_lead(partner=partner, status=LeadStatus.WON)

    assert told(partner) == 0


def test_a_lead_that_arrives_with_its_partner_is_told_and_history_is_not(partner: Partner) -> None:
    now = timezone.now()
    make_lead(partner=partner)
    make_lead(partner=partner, created_at=now - timedelta(hours=1))
    make_lead(partner=partner, created_at=now - timedelta(hours=1), assigned_at=now)
    make_lead(partner=partner, created_at=now, assigned_at=now - timedelta(hours=1))
    copy_rows("leads", ("user_id", "created_at"), [(partner.pk, now), (partner.pk, now - timedelta(days=1))])

    assert told(partner) == 3


def test_an_inactive_channel_alone_is_told_nothing(partner: Partner) -> None:
    PartnerChannel.objects.update(is_active=False)

    make_lead(partner=partner)
    Lead.objects.filter(pk=make_lead().pk).update(partner=partner)

    assert told(partner) == 0
