"""A partner that is back after a break is not flooded with leads: the whole way, from the rows to the decisions."""

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from leads.models import Lead, Partner
from router.assignment import LeadAssignmentService
from router.explanation import explain_lead, explain_partner
from router.models import LeadAssignmentLog
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db

USUAL_DAILY_LEADS = 3
DAYS_THERE, DAYS_AWAY = 20, 15


def had_leads(partner: Partner, *, until: datetime, open_leads: int = 0) -> None:
    """Give a partner `USUAL_DAILY_LEADS` a day, the last one at `until`; the newest stay open."""
    count = USUAL_DAILY_LEADS * DAYS_THERE
    moments = [until - timedelta(days=DAYS_THERE) * (count - 1 - number) / (count - 1) for number in range(count)]
    Lead.objects.bulk_create(
        Lead(
            partner=partner,
            status="accepted" if number >= count - open_leads else "lost",
            created_at=moment,
            assigned_at=moment,
        )
        for number, moment in enumerate(moments)
    )


def make_market(now: datetime) -> Partner:
    """Nine partners at work, each with 15 of 20 places taken, and one that is back with an empty desk."""
    for partner in make_partners(9, max_open_leads=20):
        had_leads(partner, until=now - timedelta(hours=1), open_leads=15)
    (back,) = make_partners(1, max_open_leads=20)
    had_leads(back, until=now - timedelta(days=DAYS_AWAY))
    return back


def route_for(days: float, *, start: datetime, a_day: int = 30) -> None:
    """Route leads one by one as time goes by; the oldest open lead of a partner is closed for each new one."""
    for number in range(int(days * a_day)):
        now = start + timedelta(days=1) * number / a_day
        (lead,) = make_leads(1)
        LeadAssignmentService(clock=partial(_same, now)).assign([lead.id])
        lead.refresh_from_db()
        taken = Lead.objects.filter(partner=lead.partner, status="accepted").order_by("assigned_at").first()
        if taken is not None:
            Lead.objects.filter(pk=taken.pk).update(status="lost")


def _same(now: datetime) -> datetime:
    return now


def test_who_is_back_with_an_empty_desk_gets_what_it_usually_gets_of_the_next_hundred() -> None:
    # The hundred are over by now: a hand-over in the future counts as one of today.
    now = timezone.now() - timedelta(days=4)
    back = make_market(now)

    route_for(10 / 3, start=now)

    got = Lead.objects.filter(partner=back, assigned_at__gte=now).count()
    # A tenth of a hundred leads is usual. (Without a pace it is 19.)
    assert 8 <= got <= 10
    assert all(LeadAssignmentService().replay(log).agrees for log in LeadAssignmentLog.objects.all())


def test_a_whole_backlog_at_once_goes_to_the_others() -> None:
    now = timezone.now()
    back = make_market(now)

    LeadAssignmentService(clock=lambda: now).assign(ids(make_leads(40)))

    assert Lead.objects.filter(partner=back, assigned_at=now).count() == 1


def test_who_is_back_gets_all_that_nobody_else_can_take() -> None:
    now = timezone.now()
    (back,) = make_partners(1, max_open_leads=20)
    had_leads(back, until=now - timedelta(days=DAYS_AWAY))

    decisions = LeadAssignmentService(clock=lambda: now).assign(ids(make_leads(21)))

    assert [decision.outcome for decision in decisions] == ["assigned"] * 20 + ["no_candidate"]
    records = {log.candidates[0]["open_leads"]: log for log in LeadAssignmentLog.objects.filter(partner=back)}
    assert [(records[count].candidates[0]["pace_left"], records[count].bonus) for count in range(3)] == [
        (1.0, 0.0),
        (0.0, -111.0),
        (-1.0, -111.0),
    ]


def test_the_debug_view_says_what_the_pace_follows_from_and_how_much_it_still_allows() -> None:
    now = timezone.now()
    back = make_market(now)
    route_for(1 / 3, start=now)
    (lead,) = make_leads(1)
    # A lead came at once, and a day later three are usual.
    later = Lead.objects.filter(partner=back).latest("assigned_at").assigned_at
    assert later is not None
    later += timedelta(days=1)

    route = explain_partner(partner_id=back.pk, lead_id=lead.pk, now=later).route
    ranked = {entry.partner_id: entry for entry in explain_lead(lead_id=lead.pk, now=later).candidates}

    assert route is not None
    assert route.pace is not None
    assert asdict(route.pace) == {
        "left": pytest.approx(2.0),
        "returned_at": later - timedelta(days=1),
        "leads_since_return": 1,
        "usual_daily_leads": pytest.approx(USUAL_DAILY_LEADS),
    }
    assert ranked[str(back.pk)].pace_left == route.pace.left
    assert [entry.pace_left for key, entry in ranked.items() if key != str(back.pk)] == [None] * 9


def test_a_record_of_before_there_was_a_pace_is_computed_again_without_it() -> None:
    make_partners(2)
    (lead,) = make_leads(1)
    LeadAssignmentService().assign([lead.id])
    log = LeadAssignmentLog.objects.get()
    older = [{name: value for name, value in entry.items() if name != "pace_left"} for entry in log.candidates]
    log.candidates = older

    replay = LeadAssignmentService().replay(log)

    assert replay.agrees
    assert len(replay.candidates) == 2
