"""Partners whose rows are older than a rule of the database and break it: they get nothing and hold up nobody."""

import random
from typing import Any

import pytest
from django.db import connection

from leads.models import Lead, Partner
from leads.triggers.sql import partner_is_valid
from migrations_sql.checks import ColumnCheck
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from router.snapshot.rules import checks_of
from router.tasks import sweep_unassigned_leads
from tests.factories.old_rows import add_rule, before_the_rule
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db

BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("profiles_max_open_leads_not_negative", {"max_open_leads": -1}),
    ("profiles_ai_risk_score_range", {"ai_risk_score": 140}),
    ("profiles_ai_risk_score_range", {"ai_risk_score": -1}),
    ("profiles_ai_risk_level_known", {"ai_risk_level": "HIGH"}),
]


def make_old_partner(rule: str, **fields: Any) -> Partner:
    """A partner who breaks the rule, and whom every lead would go to if it did not."""
    with before_the_rule("profiles", rule):
        return make_partners(1, routing_priority=10, **fields)[0]


@pytest.mark.parametrize(("rule", "fields"), BROKEN)
def test_leads_go_to_others_and_the_record_says_why(rule: str, fields: dict[str, Any]) -> None:
    make_old_partner(rule, **fields)
    other = make_partners(1)[0]
    service = LeadAssignmentService()

    decisions = service.assign(ids(make_leads(3)))

    assert [decision.partner_id for decision in decisions] == [other.id] * 3
    assert all(decision.exclusions["invalid_profile"] == 1 for decision in decisions)
    assert all(decision.candidate_count == 1 for decision in decisions)
    assert all(service.replay(decision).agrees for decision in decisions)


def test_without_other_partners_the_lead_waits_with_the_reason_on_record() -> None:
    make_old_partner("profiles_ai_risk_level_known", ai_risk_level="HIGH")
    (lead,) = make_leads(1)

    sweep_unassigned_leads()

    log = LeadAssignmentLog.objects.get()
    assert (log.outcome, log.exclusions) == ("no_candidate", {"invalid_profile": 1})
    lead.refresh_from_db()
    assert lead.routing_attempts == 1


def test_a_partner_that_is_put_right_takes_leads_at_once() -> None:
    partner = make_old_partner("profiles_ai_risk_score_range", ai_risk_score=140)
    first, second = make_leads(2)
    service = LeadAssignmentService()
    assert service.assign([first.id])[0].partner_id is None

    Partner.objects.filter(pk=partner.pk).update(ai_risk_score=100)

    assert service.assign([second.id])[0].partner_id == partner.id


def test_what_is_absent_breaks_no_rule() -> None:
    partner = make_partners(1, max_open_leads=None, ai_risk_score=None, ai_risk_level=None)[0]

    assert LeadAssignmentService().assign(ids(make_leads(1)))[0].partner_id == partner.id


def test_an_assignment_among_such_partners_takes_no_further_statement(
    django_assert_max_num_queries: Any,
) -> None:
    make_old_partner("profiles_ai_risk_score_range", ai_risk_score=140)
    make_partners(1)
    first, lead = make_leads(2)
    # A process reads the policy, and what partners declare, once.
    LeadAssignmentService().assign([first.id])

    with django_assert_max_num_queries(8):
        LeadAssignmentService().assign([lead.id])


def test_the_rules_that_the_assignment_reads_are_those_of_the_table() -> None:
    chance = random.Random(3)
    rows = [
        (
            chance.choice([None, -(2**31), -1, 0, 1, 2**31 - 1]),
            chance.choice([None, -(2**31), -1, 0, 1, 99, 100, 101, 2**31 - 1]),
            chance.choice([None, "", "low", "medium", "high", "HIGH", "low ", "unknown"]),
        )
        for _ in range(2_000)
    ]
    rules = {rule.name for rule in Partner._meta.constraints if not isinstance(rule, ColumnCheck)}
    checks = [check for check in checks_of("profiles") if check.name in rules]
    kept = " AND ".join(f"coalesce({check.expression}, true)" for check in checks)
    with connection.cursor() as cursor:
        cursor.execute(
            # The last number of a standing says it as well.
            f"SELECT {partner_is_valid('profiles')}, {kept}, right(encode(partner_standing(jsonb_populate_record("
            "NULL::profiles, to_jsonb(profiles) || '{\"open_leads\": 0}')), 'hex'), 16) = encode(float8send(1), 'hex')"
            " FROM unnest(%s::integer[], %s::integer[], %s::text[])"
            " AS profiles (max_open_leads, ai_risk_score, ai_risk_level)",
            [list(column) for column in zip(*rows, strict=True)],
        )
        found = cursor.fetchall()

    assert {check.name for check in checks} == rules
    assert set(found) == {(True, True, True), (False, False, False)}


def test_a_partner_that_breaks_a_rule_of_somebody_else_holds_up_nobody() -> None:
    make_partners(1, routing_priority=10, primary_branch="50% off")
    other = make_partners(1)[0]
    add_rule("profiles", "their_own", "CHECK (primary_branch NOT LIKE '50%' AND routing_priority < 10)")
    service = LeadAssignmentService()

    decisions = service.assign(ids(make_leads(2)))

    assert [decision.partner_id for decision in decisions] == [other.id] * 2
    assert decisions[0].exclusions == {"invalid_profile": 1}


def leads_of_one_partner(**fields: Any) -> tuple[Partner, list[Lead]]:
    """A partner with a lead that waits there, one that it declined, and one that nobody has."""
    leads = make_leads(3)
    holder = make_partners(1, **fields)[0]
    Lead.objects.filter(pk__in=[leads[0].pk, leads[1].pk]).update(partner_id=holder.pk)
    Lead.objects.filter(pk=leads[1].pk).update(status="rejected")
    return holder, leads


def test_leads_leave_a_partner_that_breaks_a_rule() -> None:
    holder, leads = leads_of_one_partner()
    with before_the_rule("profiles", "profiles_ai_risk_level_known"):
        Partner.objects.filter(pk=holder.pk).update(ai_risk_level="HIGH")
    other = make_partners(1)[0]

    decisions = LeadAssignmentService().assign(ids(leads), trigger="reroute")
    Partner.objects.filter(pk=holder.pk).update(ai_risk_level="high")

    assert [decision.partner_id for decision in decisions] == [other.id] * 3
    assert dict(Partner.objects.values_list("id", "open_leads")) == {holder.pk: 0, other.pk: 3}


def test_a_lead_cannot_leave_a_partner_that_breaks_a_rule_of_somebody_else() -> None:
    holder, leads = leads_of_one_partner(primary_branch="Flowers")
    add_rule("profiles", "their_own", "CHECK (primary_branch <> 'Flowers')")
    other = make_partners(1)[0]

    decisions = LeadAssignmentService().assign(ids(leads), trigger="reroute")

    assert [decision.partner_id for decision in decisions] == [None, other.id, other.id]
    assert decisions[0].exclusions == {"already_tried": 1, "invalid_profile": 1, "invalid_lead": 2}
    stuck = Lead.objects.get(pk=leads[0].pk)
    assert (stuck.partner_id, stuck.routing_attempts) == (holder.pk, 1)
