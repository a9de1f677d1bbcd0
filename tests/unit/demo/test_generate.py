"""The demo marketplace before it is in a database."""

import heapq
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import mean
from uuid import UUID

import pytest

from config.demo.archetypes import ARCHETYPES
from config.demo.calendar import HISTORY_DAYS, ZONE, midnight
from config.demo.generate import SOURCE, WAITING, generate
from config.demo.places import LETTER_PAIRS, PROVINCES, Place
from config.demo.roster import SEED, make_roster
from config.demo.rows import LeadRow, Marketplace
from config.demo.trades import TRADES
from leads.vocabulary import CONTACT_TYPES, LeadStatus

pytestmark = pytest.mark.unmeasured

# The first day after the clocks go back: the history holds a night of 25 hours.
DAY = date(2026, 10, 26)
UNTIL = midnight(DAY)


@pytest.fixture(scope="module")
def demo() -> Marketplace:
    return generate(seed=SEED, day=DAY)


def test_the_same_seed_and_day_give_the_same_rows(demo: Marketplace) -> None:
    assert generate(seed=SEED, day=DAY) == demo


def test_another_seed_gives_others(demo: Marketplace) -> None:
    other = generate(seed=SEED + 1, day=DAY)

    assert not {row.id for row in other.leads} & {row.id for row in demo.leads}
    assert [row.company_name for row in other.partners] != [row.company_name for row in demo.partners]


def test_another_day_has_the_same_partners(demo: Marketplace) -> None:
    later = make_roster(seed=SEED, until=UNTIL + timedelta(days=40))

    assert [(partner.row.id, partner.row.company_name, partner.row.regions) for partner in later] == [
        (row.id, row.company_name, row.regions) for row in demo.partners
    ]


def test_it_has_the_size_that_was_asked_for(demo: Marketplace) -> None:
    assert len(demo.partners) == 60
    assert len({partner.company_name for partner in demo.partners}) == 60
    assert len(demo.industries) == 8
    assert 6_000 <= len(demo.leads) <= 10_000


def test_every_identifier_is_given_once(demo: Marketplace) -> None:
    tables = (demo.industries, demo.partners, demo.leads, demo.activities, demo.feedback, demo.tickets)
    ids = [row.id for table in tables for row in table]

    assert len(set(ids)) == len(ids)


def test_every_province_and_industry_has_leads(demo: Marketplace) -> None:
    provinces = Counter(lead.province for lead in demo.leads)
    industries = Counter(lead.industry_id for lead in demo.leads)

    assert len(provinces) == 12
    assert set(industries) == {industry.id for industry in demo.industries}
    # Enough to look at everywhere.
    assert min(provinces.values()) > 50
    assert min(industries.values()) > 300


def test_every_industry_has_partners_in_every_province() -> None:
    roster = [partner for partner in make_roster(seed=SEED, until=UNTIL) if partner.archetype.name != "national"]
    served = {
        (trade, province.name)
        for trade in range(len(TRADES))
        for province in PROVINCES
        for partner in roster
        if partner.takes(trade=trade, place=Place(province=province, postcode="0000 AA"))
    }

    # The national partners fill the few gaps.
    assert len(served) > 0.8 * len(TRADES) * len(PROVINCES)


def test_a_postcode_lies_in_the_province_of_its_lead(demo: Marketplace) -> None:
    by_name = {province.name: province for province in PROVINCES}

    for lead in demo.leads:
        area, letters = lead.postcode.split(" ")
        assert by_name[lead.province].holds(int(area))
        assert letters in LETTER_PAIRS


def test_no_four_digits_lie_in_two_provinces() -> None:
    owners = Counter(area for province in PROVINCES for low, high in province.ranges for area in range(low, high + 1))

    assert set(owners.values()) == {1}
    assert min(owners) >= 1000


def test_a_lead_is_in_the_line_and_the_territory_of_its_partner(demo: Marketplace) -> None:
    roster = {partner.row.id: partner for partner in make_roster(seed=SEED, until=UNTIL)}
    trades = {industry.id: number for number, industry in enumerate(demo.industries)}
    provinces = {province.name: province for province in PROVINCES}

    for lead in demo.leads:
        if lead.user_id is not None:
            place = Place(province=provinces[lead.province], postcode=lead.postcode)
            assert roster[lead.user_id].takes(trade=trades[lead.industry_id], place=place)


def test_nobody_ever_has_more_open_leads_than_its_cap(demo: Marketplace) -> None:
    caps = {partner.id: partner.max_open_leads for partner in demo.partners}
    closed_at = closing_times(demo)
    open_until: dict[UUID, list[datetime]] = defaultdict(list)
    fullest: Counter[UUID] = Counter()

    for lead in demo.leads:
        if lead.user_id is None:
            continue
        endings = open_until[lead.user_id]
        while endings and endings[0] <= lead.created_at:
            heapq.heappop(endings)
        heapq.heappush(endings, closed_at.get(lead.id, UNTIL))
        fullest[lead.user_id] = max(fullest[lead.user_id], len(endings))

    assert all(fullest[partner] <= cap for partner, cap in caps.items() if cap is not None)
    # The caps are felt: some partners reach theirs.
    assert sum(fullest[partner] == cap for partner, cap in caps.items()) >= 3


def closing_times(demo: Marketplace) -> dict[UUID, datetime]:
    """When each lead that is closed stopped being open: at its last change of status."""
    closed = {lead.id for lead in demo.leads if lead.status not in ("new", "accepted", "in_progress")}
    changes = [row for row in demo.activities if row.type == "status_change" and row.lead_id in closed]
    return {row.lead_id: row.created_at for row in sorted(changes, key=lambda row: row.created_at)}


def test_the_newest_leads_wait_and_no_other(demo: Marketplace) -> None:
    waiting = [lead for lead in demo.leads if lead.user_id is None]

    assert waiting == list(demo.leads[-WAITING:])
    assert {lead.status for lead in waiting} == {LeadStatus.NEW}


def test_the_history_is_of_ninety_days_and_ends_before_the_day(demo: Marketplace) -> None:
    created = [lead.created_at for lead in demo.leads]
    moments = [row.created_at for table in (demo.activities, demo.feedback, demo.tickets) for row in table]

    assert created == sorted(created)
    assert timedelta(days=HISTORY_DAYS - 1) < UNTIL - created[0] <= timedelta(days=HISTORY_DAYS)
    assert max(moments) <= UNTIL
    assert all(
        moment is None or moment <= UNTIL
        for lead in demo.leads
        for moment in (lead.created_at, lead.accepted_at, lead.decided_at)
    )


def test_a_lead_goes_forward_in_time(demo: Marketplace) -> None:
    for lead in demo.leads:
        moments = [lead.created_at, lead.assigned_at, lead.accepted_at, lead.decided_at]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)


def test_a_status_agrees_with_the_activities(demo: Marketplace) -> None:
    contacted = {row.lead_id for row in demo.activities if row.type in CONTACT_TYPES}

    for lead in demo.leads:
        assert (lead.decided_at is not None) == (lead.status in (LeadStatus.WON, LeadStatus.LOST))
        if lead.status in (LeadStatus.IN_PROGRESS, LeadStatus.WON, LeadStatus.COMPLETED):
            assert lead.id in contacted
        if lead.status in (LeadStatus.NEW, LeadStatus.ACCEPTED, LeadStatus.REJECTED):
            assert lead.id not in contacted
        if lead.status != LeadStatus.WON:
            assert lead.deal_value is None


def test_everything_is_recognisable_as_invented(demo: Marketplace) -> None:
    assert {lead.source for lead in demo.leads} == {SOURCE}
    assert all(lead.contact_email.endswith("@example.com") for lead in demo.leads)
    assert all(lead.contact_email.isascii() for lead in demo.leads)
    assert all(lead.contact_phone.startswith("06-00") for lead in demo.leads)


def test_people_ask_in_the_day_and_more_of_them_every_month(demo: Marketplace) -> None:
    local = [lead.created_at.astimezone(ZONE) for lead in demo.leads]
    by_hour = Counter(moment.hour for moment in local)
    by_weekday = Counter(moment.weekday() for moment in local)
    month = timedelta(days=30)

    assert by_hour[20] > by_hour[14] > 5 * by_hour[3]
    assert by_weekday[0] > by_weekday[5]
    last = sum(lead.created_at > UNTIL - month for lead in demo.leads)
    first = sum(lead.created_at <= UNTIL - 2 * month for lead in demo.leads)
    assert last > 1.1 * first


def test_tickets_and_deals_are_of_every_sort(demo: Marketplace) -> None:
    assert {row.type for row in demo.tickets} == {"complaint", "question"}
    assert {row.status for row in demo.tickets} == {"open", "resolved"}
    assert all((row.resolved_at is None) == (row.status == "open") for row in demo.tickets)
    assert all(row.created_at <= (row.resolved_at or UNTIL) <= UNTIL for row in demo.tickets)
    valued = {(lead.status, lead.deal_value is not None) for lead in demo.leads}
    assert {status for status, known in valued if known} == {LeadStatus.WON}
    assert (LeadStatus.WON, False) in valued


# -- Kinds of partners


def test_the_ai_level_goes_with_the_score(demo: Marketplace) -> None:
    for row in demo.partners:
        if row.ai_risk_score is None:
            assert (row.ai_risk_level, row.ai_risk_assessed_at) == (None, None)
        else:
            level = "low" if row.ai_risk_score >= 70 else "medium" if row.ai_risk_score >= 40 else "high"
            assert row.ai_risk_level == level
            assert row.ai_risk_assessed_at is not None
            assert row.ai_risk_assessed_at < UNTIL
    assert {row.ai_risk_level for row in demo.partners} == {None, "low", "medium", "high"}


def test_customers_tell_the_kinds_apart(demo: Marketplace) -> None:
    leads = leads_by_kind(demo)
    complaints = {row.lead_id for row in demo.tickets if row.type == "complaint"}
    ratings = {row.lead_id: row.rating for row in demo.feedback}

    def rating(kind: str) -> float:
        return mean(ratings[lead.id] for lead in leads[kind] if lead.id in ratings)

    def complaint_rate(kind: str) -> float:
        return mean(lead.id in complaints for lead in leads[kind])

    assert rating("fast closer") > 4 > rating("slow") > rating("pushy")
    assert complaint_rate("pushy") > 3 * complaint_rate("steady") > complaint_rate("fast closer")


def test_every_kind_is_there_as_often_as_it_says(demo: Marketplace) -> None:
    roster = make_roster(seed=SEED, until=UNTIL)

    assert Counter(partner.archetype.name for partner in roster) == {kind.name: kind.count for kind in ARCHETYPES}
    assert tuple(partner.row for partner in roster) == demo.partners


def test_kinds_differ_where_they_should(demo: Marketplace) -> None:
    leads = leads_by_kind(demo)
    contacted = {row.lead_id for row in demo.activities if row.type in CONTACT_TYPES}

    def share(kind: str, status: LeadStatus) -> float:
        return sum(lead.status == status for lead in leads[kind]) / len(leads[kind])

    assert share("fast closer", LeadStatus.WON) > 1.3 * share("steady", LeadStatus.WON)
    assert share("steady", LeadStatus.WON) > 1.3 * share("slow", LeadStatus.WON)
    assert share("premium", LeadStatus.REJECTED) > 2 * share("steady", LeadStatus.REJECTED)
    assert sum(lead.id in contacted for lead in leads["ghost"]) < 0.4 * len(leads["ghost"])


def test_newcomers_are_new_and_the_paused_have_stopped(demo: Marketplace) -> None:
    leads = leads_by_kind(demo)
    active = {row.id: row.is_active_for_routing for row in demo.partners}

    assert all(UNTIL - lead.created_at <= timedelta(days=12) for lead in leads["newcomer"])
    assert all(UNTIL - lead.created_at >= timedelta(days=34) for lead in leads["paused"])
    assert not any(active[lead.user_id] for lead in leads["paused"] if lead.user_id)


def leads_by_kind(demo: Marketplace) -> dict[str, list[LeadRow]]:
    """The leads that have a partner, by the name of its kind."""
    kinds = {partner.row.id: partner.archetype.name for partner in make_roster(seed=SEED, until=UNTIL)}
    result: dict[str, list[LeadRow]] = defaultdict(list)
    for lead in demo.leads:
        if lead.user_id is not None:
            result[kinds[lead.user_id]].append(lead)
    return result
