"""Rows that break a rule: what the services, the command and the admin say about them."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.auth.actors import Actor
from core.violations import ConstraintViolated, translate_check_violations
from leads.models import Lead, LeadActivity, Partner
from leads.services.activities import log_activity
from leads.services.capacity import verify_open_leads
from leads.services.lifecycle import LeadAction, change_status
from leads.services.partners import pause, resume
from leads.vocabulary import TRANSITION_RULE, ActivityType
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import add_rule, before_the_rule
from tests.factories.pages import signed_in
from tests.factories.raw import bind_again, exempt

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STAFF = Actor(name="user:1")
LEVEL, DEAL = "profiles_ai_risk_level_known", "leads_deal_value_not_negative"


def make_old_partner(**fields: Any) -> Partner:
    with before_the_rule("profiles", LEVEL):
        return make_partner(ai_risk_level="HIGH", **fields)


def make_old_lead(**fields: Any) -> Lead:
    with before_the_rule("leads", DEAL):
        return make_lead(deal_value=-1, **fields)


def tamper(partner: Partner, open_leads: int) -> None:
    """Set the counter wrong, past its guard."""
    exempt("counters")
    Partner.objects.filter(id=partner.id).update(open_leads=open_leads)
    bind_again("counters")


# -- Services


def test_a_step_of_a_lead_names_the_rule_that_it_breaks_and_changes_nothing() -> None:
    lead = make_old_lead(partner=make_partner())

    with pytest.raises(ConstraintViolated) as caught:
        change_status(lead_id=lead.id, action=LeadAction.ACCEPT, actor=STAFF, now=MONDAY)

    assert (caught.value.table, caught.value.rule) == ("leads", DEAL)
    assert caught.value.message == "The deal value cannot be negative."
    assert Lead.objects.get().status == "new"
    assert not LeadActivity.objects.exists()


def test_a_deal_value_puts_such_a_lead_right() -> None:
    lead = make_old_lead(partner=make_partner(), status="accepted")

    won = change_status(lead_id=lead.id, action=LeadAction.WIN, actor=STAFF, now=MONDAY, deal_value=Decimal(5))

    assert (won.status, won.deal_value) == ("won", Decimal(5))


def test_a_step_of_a_lead_whose_partner_breaks_a_rule_is_taken() -> None:
    partner = make_old_partner()
    lead = make_lead(partner=partner)

    change_status(lead_id=lead.id, action=LeadAction.REJECT, actor=STAFF, now=MONDAY)

    assert Lead.objects.get().status == "rejected"


def test_a_contact_with_such_a_lead_is_logged() -> None:
    lead = make_old_lead()

    log_activity(lead_id=lead.id, activity_type=ActivityType.PHONE_CALL, description="", actor=STAFF, now=MONDAY)

    assert LeadActivity.objects.get().lead_id == lead.id


def test_pausing_names_the_rule_and_changes_nobody() -> None:
    old, paused, other = make_old_partner(), make_old_partner(is_active_for_routing=False), make_partner()

    with pytest.raises(ConstraintViolated, match=LEVEL), transaction.atomic():
        pause(partner_ids=[old.id, other.id])
    with pytest.raises(ConstraintViolated, match=LEVEL), transaction.atomic():
        resume(partner_ids=[paused.id])

    assert set(Partner.objects.values_list("id", "is_active_for_routing")) == {
        (old.id, True),
        (paused.id, False),
        (other.id, True),
    }


def test_a_rule_of_somebody_else_is_named() -> None:
    lead = make_lead(partner=make_partner(), source="old")
    add_rule("leads", "their_own", "CHECK (source <> 'old')")

    with pytest.raises(ConstraintViolated) as caught:
        change_status(lead_id=lead.id, action=LeadAction.ACCEPT, actor=STAFF, now=MONDAY)

    assert caught.value.message == "The row breaks the rule their_own of the database."


def test_other_errors_are_not_renamed() -> None:
    lead = make_lead()

    with pytest.raises(IntegrityError), translate_check_violations(), transaction.atomic():
        Lead.objects.bulk_create([Lead(id=lead.id)])
    with pytest.raises(IntegrityError), translate_check_violations(), transaction.atomic():
        LeadActivity.objects.create(lead=lead, type="smoke signal")


# -- Counters


def test_a_counter_that_is_not_kept_is_reported_last_and_left_alone_by_the_fix() -> None:
    old, wrong = make_old_partner(), make_partner()
    make_lead(partner=old)
    tamper(wrong, open_leads=9)

    found = verify_open_leads(fix=False)
    fixed = verify_open_leads(fix=True)
    left = verify_open_leads(fix=True)

    assert [(row.partner_id, row.is_kept) for row in found] == [(wrong.id, True), (old.id, False)]
    assert fixed == found
    assert left == found[1:]
    assert (left[0].open_leads, left[0].counted_open_leads) == (0, 1)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_open_leads", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("arguments", [(), ("--fix",)])
def test_the_command_says_what_is_not_counted_and_that_is_no_failure(arguments: tuple[str, ...]) -> None:
    partner = make_old_partner(company_name="Oud")
    make_lead(partner=partner)

    _, row, verdict, rest = run(*arguments).splitlines()

    assert row.split()[:4] == [str(partner.id), "Oud", "0", "1"]
    assert verdict == "1 partners are not counted until their row is put right: see inspect_database."
    assert rest == "Every other counter is right."


def test_the_command_keeps_apart_what_it_can_set_right() -> None:
    make_lead(partner=make_old_partner())
    wrong = make_partner()
    tamper(wrong, open_leads=9)

    with pytest.raises(CommandError, match="1 partners differ"):
        run()
    shown = run("--fix").splitlines()

    assert shown[2].startswith("1 partners are not counted")
    assert shown[-2].startswith(str(wrong.id))
    assert shown[-1] == "1 partners set right."


# -- Admin


def refused_with(client: Client, url: str, values: dict[str, Any]) -> str:
    response = client.post(url, values, follow=True)
    assert response.status_code == 200
    (message,) = response.context["messages"]
    assert message.level_tag == "error"
    return str(message)


def test_the_form_of_a_lead_says_which_rule_its_row_breaks() -> None:
    with before_the_rule("leads", "leads_status_known"):
        lead = make_lead(status="contacted")
    client = signed_in("leads.view_lead", "leads.change_lead")
    values = {"province": "Drenthe", "initial-province": "Utrecht"}

    message = refused_with(client, reverse("admin:leads_lead_change", args=[lead.id]), values)

    assert "This is not a status of a lead." in message
    assert "(leads_status_known)" in message
    assert Lead.objects.get().province == "Utrecht"


def test_an_action_on_partners_says_which_rule_a_row_breaks() -> None:
    old, other = make_old_partner(), make_partner()
    client = signed_in("leads.view_partner", "leads.change_partner")
    values = {"action": "pause", "_selected_action": [str(old.id), str(other.id)]}

    message = refused_with(client, reverse("admin:leads_partner_changelist"), values)

    assert "The AI risk level is low, medium or high." in message
    assert not Partner.objects.filter(is_active_for_routing=False).exists()


def test_a_refused_step_is_said_in_words() -> None:
    assert "status does not allow" in ConstraintViolated(table="leads", rule=TRANSITION_RULE).message
