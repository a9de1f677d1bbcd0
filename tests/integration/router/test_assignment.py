"""One lead or many, by the service, in one thread."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Lead, Partner
from leads.services.locks import LeadNotFound
from performance.scoring import COMPONENT_NAMES
from performance.services.refresh import refresh_statistics
from router.assignment import ranking
from router.assignment.service import LeadAssignmentService
from router.models import LeadAssignmentLog
from tests.factories.raw import exempt
from tests.integration.router.worlds import ids, make_industry, make_leads, make_partners

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8


def assign(lead: Lead, **kwargs: Any) -> Any:
    return LeadAssignmentService().assign([lead.id], **kwargs)[0]


def test_a_lead_goes_to_the_partner_with_the_highest_total() -> None:
    make_partners(3)
    favourite = make_partners(1, routing_priority=5)[0]
    (lead,) = make_leads(1)

    decision = assign(lead)

    lead.refresh_from_db()
    assert lead.partner_id == favourite.id == decision.partner_id
    assert (lead.status, decision.outcome, decision.created) == ("new", "assigned", True)
    assert lead.assigned_at == decision.decided_at


def test_the_record_explains_the_decision() -> None:
    industry = make_industry("Zonnepanelen")
    make_partners(7, lead_industries=["zonnepanelen"], max_open_leads=10)
    make_partners(2, lead_industries=["dak"], is_active_for_routing=False)
    refresh_statistics(triggered_by="test")
    (lead,) = make_leads(1, industry=industry)

    decision = assign(lead, trigger="admin", actor="an admin")

    log = LeadAssignmentLog.objects.get()
    assert log.pk == decision.log_id
    assert (log.lead_id, log.partner_id, log.outcome) == (lead.id, decision.partner_id, "assigned")
    assert (log.trigger, log.actor, log.policy_version) == ("admin", "an admin", 1)
    assert (log.considered_count, log.candidate_count) == (9, 7)
    assert log.exclusions == {"inactive": 2, "industry_mismatch": 2}
    assert log.stats_refreshed_at is not None
    assert len(log.candidates) == 6
    winner = log.candidates[0]
    assert winner["partner_id"] == str(log.partner_id)
    assert set(winner["components"]) == set(COMPONENT_NAMES)
    assert sum(component[-1] for component in winner["components"].values()) == pytest.approx(log.performance_score)
    assert log.total_score == winner["total"]
    assert (log.region_score, log.fairness_score, log.bonus) == (50.0, 100.0, 0.0)
    assert log.duration_ms > 0


def test_a_second_call_returns_the_same_decision_and_changes_nothing() -> None:
    make_partners(3)
    (lead,) = make_leads(1)
    first = assign(lead)
    before = Lead.objects.values().get()

    second = assign(lead)

    assert (second.partner_id, second.log_id, second.created) == (first.partner_id, first.log_id, False)
    assert Lead.objects.values().get() == before
    assert LeadAssignmentLog.objects.count() == 1


def test_a_lead_that_somebody_else_handed_over_keeps_its_partner() -> None:
    partner = make_partners(2)[0]
    (lead,) = make_leads(1, partner=partner)

    decision = assign(lead)

    assert (decision.partner_id, decision.outcome, decision.created, decision.log_id) == (
        partner.id,
        "assigned",
        False,
        None,
    )
    assert not LeadAssignmentLog.objects.exists()


def test_a_lead_that_ended_without_a_partner_is_not_routable() -> None:
    make_partners(1)
    (lead,) = make_leads(1, status="lost")

    decision = assign(lead)

    assert (decision.outcome, decision.created) == ("not_routable", False)


def test_a_lead_that_was_rejected_is_not_said_to_be_assigned_to_who_rejected_it() -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    assert assign(lead).outcome == "assigned"
    Lead.objects.update(status="rejected")

    decision = assign(lead)

    assert (decision.outcome, decision.partner_id, decision.created) == ("rejected", None, False)


def test_nobody_eligible_leaves_the_lead_and_records_why() -> None:
    make_partners(2, is_active_for_routing=False)
    make_partners(1, max_open_leads=0)
    (lead,) = make_leads(1)

    decision = assign(lead)

    lead.refresh_from_db()
    assert lead.partner_id is None
    assert (lead.routing_attempts, lead.routing_attempted_at) == (1, decision.decided_at)
    log = LeadAssignmentLog.objects.get()
    assert (log.outcome, log.partner_id, log.candidates) == ("no_candidate", None, [])
    assert log.exclusions == {"inactive": 2, "at_capacity": 1}


def test_the_same_reasons_are_recorded_once_and_new_ones_again() -> None:
    partner = make_partners(1, is_active_for_routing=False)[0]
    (lead,) = make_leads(1)
    first = assign(lead)

    again = assign(lead)
    Partner.objects.filter(pk=partner.pk).update(max_open_leads=0)
    changed = assign(lead)

    assert (again.created, again.log_id) == (False, first.log_id)
    assert changed.created
    assert list(LeadAssignmentLog.objects.order_by("id").values_list("exclusions", flat=True)) == [
        {"inactive": 1},
        {"inactive": 1, "at_capacity": 1},
    ]
    lead.refresh_from_db()
    assert lead.routing_attempts == 3


def test_without_partners_nobody_is_found() -> None:
    (lead,) = make_leads(1)

    decision = assign(lead)

    assert (decision.outcome, decision.candidate_count, decision.exclusions) == ("no_candidate", 0, {})


def test_unknown_leads_are_named_and_nothing_is_changed() -> None:
    make_partners(1)
    (lead,) = make_leads(1)
    missing = uuid.uuid4()

    for size in (1, 10):
        with pytest.raises(LeadNotFound, match=str(missing)) as caught:
            LeadAssignmentService(batch_size=size).assign([lead.id, missing])
        assert caught.value.lead_ids == (missing,)

    lead.refresh_from_db()
    assert lead.partner_id is None


def test_decisions_come_back_in_the_order_of_the_ids_also_for_a_repeated_id() -> None:
    make_partners(3)
    leads = make_leads(3)
    wanted = [leads[2].id, leads[0].id, leads[2].id, leads[1].id]

    decisions = LeadAssignmentService().assign(wanted)

    assert [decision.lead_id for decision in decisions] == wanted


def test_the_oldest_leads_get_the_last_places_whatever_the_order_of_the_ids() -> None:
    make_partners(1, max_open_leads=2)
    leads = make_leads(4)

    for size in (2, 10):
        LeadAssignmentService(batch_size=size).assign(reversed(ids(leads)))

    assert set(Lead.objects.filter(partner__isnull=False).values_list("id", flat=True)) == {leads[0].id, leads[1].id}


def test_progress_is_told_after_each_batch() -> None:
    make_partners(1)
    told: list[tuple[int, int]] = []

    LeadAssignmentService(batch_size=2).assign(
        ids(make_leads(5)), on_progress=lambda done, total: told.append((done, total))
    )

    assert told == [(2, 5), (4, 5), (5, 5)]


def test_one_batch_and_many_single_calls_decide_alike() -> None:
    instant = timezone.now()
    service = LeadAssignmentService(clock=lambda: instant)
    make_partners(4, max_open_leads=3)
    leads = make_leads(10)
    batch = service.assign(ids(leads))
    Lead.objects.filter(partner__isnull=False).update(status="lost")
    Partner.objects.all()  # the same partners, free again, with the same waiting time
    with connection.cursor() as cursor:
        exempt("counters")
        cursor.execute("UPDATE profiles SET last_assigned_at = NULL")
    twins = Lead.objects.bulk_create(
        Lead(province=lead.province, postcode=lead.postcode, created_at=lead.created_at) for lead in leads
    )

    singles = [service.assign([twin.id])[0] for twin in twins]

    assert [decision.total_score for decision in singles] == [decision.total_score for decision in batch]


def test_a_declined_lead_goes_to_the_next_partner_with_a_new_clock() -> None:
    first, second = make_partners(2)
    Partner.objects.filter(pk=first.pk).update(routing_priority=9)
    (lead,) = make_leads(1)
    assign(lead)
    Lead.objects.filter(pk=lead.pk).update(status="rejected")

    decision = assign(lead, trigger="reroute")

    lead.refresh_from_db()
    assert (lead.partner_id, lead.status, lead.tried_partner_ids) == (second.id, "new", [first.id])
    assert lead.assigned_at == decision.decided_at
    assert LeadAssignmentLog.objects.get(pk=decision.log_id).exclusions == {"already_tried": 1}
    counts = dict(Partner.objects.values_list("id", "open_leads"))
    assert counts == {first.id: 0, second.id: 1}


def test_a_lead_that_everybody_declined_stays_where_it_is() -> None:
    only = make_partners(1)[0]
    (lead,) = make_leads(1)
    assign(lead)
    Lead.objects.filter(pk=lead.pk).update(status="rejected")

    decision = assign(lead, trigger="reroute")

    lead.refresh_from_db()
    assert (decision.outcome, lead.partner_id, lead.status) == ("no_candidate", only.id, "rejected")


def test_a_won_lead_is_not_rerouted() -> None:
    partner = make_partners(2)[0]
    (lead,) = make_leads(1, partner=partner, status="won")

    decision = assign(lead, trigger="reroute")

    assert (decision.partner_id, decision.created) == (partner.id, False)


@pytest.mark.parametrize("partner_count", [50, 5_000])
def test_an_assignment_takes_the_same_few_statements_whatever_the_number_of_partners(partner_count: int) -> None:
    make_partners(partner_count)
    refresh_statistics(triggered_by="test")
    first, lead = make_leads(2)
    # What partners declare, the statistics and the policy are read by the first assignment of a process.
    assign(first)

    with CaptureQueriesContext(connection) as queries:
        assign(lead)

    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:80] for query in queries)


def test_the_score_of_one_partner_for_one_lead() -> None:
    industry = make_industry("Dakwerken")
    near = make_partners(1, lead_locations=["3511"])[0]
    away = make_partners(1, regions=["Zeeland"], lead_industries=["kozijnen"])[0]
    (lead,) = make_leads(1, industry=industry)
    service = LeadAssignmentService()

    best = service.calculate_score(lead_id=lead.id, partner_id=near.id)
    excluded = service.calculate_score(lead_id=lead.id, partner_id=away.id)

    assert (best.eligible, best.rank, best.candidates, best.region) == (True, 1, 1, 100.0)
    assert best.total == pytest.approx((30 * 100 + 50 * best.performance + 20 * 100) / 100)
    assert (excluded.eligible, excluded.rank) == (False, None)
    assert excluded.exclusion_codes == ("industry_mismatch", "outside_region")


def test_the_score_of_a_partner_or_for_a_lead_that_is_not_there_is_refused() -> None:
    partner = make_partners(1)[0]
    (lead,) = make_leads(1)
    service = LeadAssignmentService()

    with pytest.raises(ranking.PartnerNotFound):
        service.calculate_score(lead_id=lead.id, partner_id=lead.id)
    with pytest.raises(LeadNotFound):
        service.calculate_score(lead_id=partner.id, partner_id=partner.id)


def at(instant: datetime) -> LeadAssignmentService:
    return LeadAssignmentService(clock=lambda: instant)


def test_waiting_time_is_measured_from_the_last_assignment() -> None:
    make_partners(2)
    start = timezone.now()
    leads = make_leads(3)

    winners = [at(start + timedelta(hours=n)).assign([lead.id])[0].partner_id for n, lead in enumerate(leads)]

    assert winners[0] != winners[1]
    assert winners[2] == winners[0]
