"""The parts that the demo marketplace is made of."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest

from config.demo.archetypes import ARCHETYPES, Archetype
from config.demo.behaviour import Step, chance_to_act, is_ignored, next_step
from config.demo.calendar import ZONE, in_opening_hours
from config.demo.course import LeadHistory, draw_course, draw_ending
from config.demo.draws import pick, pick_weighted
from config.demo.places import LETTER_PAIRS, PROVINCES, Province, draw_area, draw_place
from config.demo.roster import SEED, make_roster
from config.demo.trades import TRADES
from config.demo.voices import COMMENTS, draw_rating
from leads.vocabulary import CONTACT_TYPES, LeadStatus

BY_NAME = {archetype.name: archetype for archetype in ARCHETYPES}
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_provinces_share_no_postcode() -> None:
    ranges = sorted(limits for province in PROVINCES for limits in province.ranges)

    assert len(PROVINCES) == 12
    assert all(1000 <= low <= high <= 9999 for low, high in ranges)
    assert all(high < low for (_, high), (low, _) in pairwise(ranges))


@pytest.mark.parametrize("province", PROVINCES, ids=lambda province: province.name)
def test_areas_of_every_range_are_drawn(province: Province, rng: np.random.Generator) -> None:
    areas = {draw_area(rng, province) for _ in range(3_000)}

    assert all(province.holds(area) for area in areas)
    assert all(any(low <= area <= high for area in areas) for low, high in province.ranges)


def test_some_letter_pairs_do_not_exist() -> None:
    assert not {"SA", "SD", "SS"} & set(LETTER_PAIRS)


def test_picks_every_value_and_none_without_weight(rng: np.random.Generator) -> None:
    assert {pick(rng, "abc") for _ in range(100)} == set("abc")
    drawn = [pick_weighted(rng, "abc", (1, 0, 3)) for _ in range(1_000)]
    assert set(drawn) == {"a", "c"}
    assert 650 < drawn.count("c") < 850


def test_rounding_leaves_no_pick_without_a_value() -> None:
    class AlmostOne(np.random.Generator):
        def random(self, *args: object, **kwargs: object) -> float:  # type: ignore[override]  # one value is enough
            return 1.0

    assert pick_weighted(AlmostOne(np.random.PCG64(1)), "abc", (1, 3, 0)) == "b"


@pytest.mark.parametrize(("hour", "kept"), [(8, True), (20, True), (21, False), (23, False), (0, False), (7, False)])
def test_nobody_calls_at_night(rng: np.random.Generator, *, hour: int, kept: bool) -> None:
    # In Amsterdam, an hour before the summer time ends.
    moment = datetime(2026, 10, 24, hour, 30, tzinfo=ZONE).astimezone(UTC)

    later = in_opening_hours(moment, rng=rng)

    assert (later == moment) == kept
    assert later >= moment
    assert 8 <= later.astimezone(ZONE).hour < 21
    assert later - moment < timedelta(hours=14)


def test_status_follows_the_course() -> None:
    course = LeadHistory(
        assigned_at=NOON,
        accepted_at=NOON + timedelta(hours=1),
        contacts=((NOON + timedelta(hours=2), CONTACT_TYPES[0]),),
        ended_at=NOON + timedelta(hours=3),
        ending=LeadStatus.WON,
    )

    seen = [course.status_at(NOON + timedelta(minutes=minutes)) for minutes in (0, 59, 60, 119, 120, 179, 180)]

    assert seen == ["new", "new", "accepted", "accepted", "in_progress", "in_progress", "won"]


def test_course_of_a_lead_that_is_turned_down() -> None:
    course = LeadHistory(assigned_at=NOON, accepted_at=None, contacts=(), ended_at=NOON, ending=LeadStatus.REJECTED)

    assert course.status_at(NOON - timedelta(seconds=1)) == "new"
    assert course.status_at(NOON) == "rejected"


@pytest.mark.parametrize("archetype", ARCHETYPES, ids=lambda archetype: archetype.name)
def test_courses_are_in_order(archetype: Archetype, rng: np.random.Generator) -> None:
    for trade in TRADES:
        for hours in range(0, 24 * 15, 5):
            created_at = NOON - timedelta(hours=hours)
            course = draw_course(rng=rng, created_at=created_at, archetype=archetype, trade=trade, until=NOON)
            accepted = [] if course.accepted_at is None else [course.accepted_at]
            moments = [created_at, course.assigned_at, *accepted, *(at for at, _ in course.contacts), course.ended_at]
            assert moments == sorted(moments)
            assert (course.ending is LeadStatus.REJECTED) == (course.accepted_at is None)


def test_slump_makes_a_partner_slow(rng: np.random.Generator) -> None:
    slipping = BY_NAME["slipping"]

    def first_contacts(age_days: int) -> list[timedelta]:
        created_at = NOON - timedelta(days=age_days)
        courses = [
            draw_course(rng=rng, created_at=created_at, archetype=slipping, trade=TRADES[0], until=NOON)
            for _ in range(100)
        ]
        return sorted(course.contacts[0][0] - created_at for course in courses if course.contacts)

    before, now = first_contacts(20), first_contacts(2)
    assert now[len(now) // 2] > 3 * before[len(before) // 2]


def test_an_ending_can_be_unknown(rng: np.random.Generator) -> None:
    endings = {draw_ending(rng=rng, archetype=BY_NAME["steady"], trade=TRADES[0], factor=1.0) for _ in range(500)}

    assert endings == {LeadStatus.WON, LeadStatus.LOST, LeadStatus.COMPLETED}


def test_ratings_stay_in_range_and_are_given_for_decided_leads_only(rng: np.random.Generator) -> None:
    for archetype in ARCHETYPES:
        given = [draw_rating(rng=rng, archetype=archetype, ending=LeadStatus.WON) for _ in range(100)]
        assert {rating.rating for rating in given if rating} <= set(COMMENTS)
        assert draw_rating(rng=rng, archetype=archetype, ending=LeadStatus.REJECTED) is None


def test_roster_covers_every_place_and_trade(rng: np.random.Generator) -> None:
    roster = [partner for partner in make_roster(seed=SEED, until=NOON) if partner.row.is_active_for_routing]

    for trade in range(len(TRADES)):
        for _ in range(50):
            place = draw_place(rng)
            assert sum(partner.takes(trade=trade, place=place) for partner in roster) >= 2


def test_both_ways_to_declare_a_territory_or_a_trade_are_used() -> None:
    rows = [partner.row for partner in make_roster(seed=SEED, until=NOON)]

    assert any(row.regions for row in rows)
    assert any(row.lead_locations and not row.lead_locations[0].isdigit() for row in rows)
    assert any(row.lead_locations and row.lead_locations[0].isdigit() for row in rows)
    assert any(row.primary_branch and not row.lead_industries for row in rows)
    assert any(row.lead_industries for row in rows)
    assert any(not row.primary_branch and not row.lead_industries for row in rows)


def test_brisk_partners_act_sooner() -> None:
    def chance(name: str, status: LeadStatus, *, ignored: bool = False) -> float:
        return chance_to_act(archetype=BY_NAME[name], status=status, ignored=ignored)

    fast, steady, slow = (chance(name, LeadStatus.NEW) for name in ("fast closer", "steady", "slow"))
    assert 1 > fast > steady > slow > 0
    assert chance("ghost", LeadStatus.ACCEPTED, ignored=True) < chance("ghost", LeadStatus.ACCEPTED)
    assert chance("ghost", LeadStatus.IN_PROGRESS, ignored=True) == chance("steady", LeadStatus.IN_PROGRESS)


def test_ghosts_ignore_most_leads_and_fast_closers_none() -> None:
    ids = [UUID(int=number * 7919) for number in range(2_000)]

    assert not any(is_ignored(lead_id=lead_id, archetype=BY_NAME["fast closer"]) for lead_id in ids)
    share = sum(is_ignored(lead_id=lead_id, archetype=BY_NAME["ghost"]) for lead_id in ids) / len(ids)
    assert share == pytest.approx(BY_NAME["ghost"].ignore, abs=0.03)


def test_steps_follow_the_status(rng: np.random.Generator) -> None:
    def steps(status: LeadStatus, *, ignored: bool = False, contacts: int = 0) -> set[Step]:
        return {
            next_step(rng=rng, archetype=BY_NAME["premium"], status=status, ignored=ignored, contacts=contacts)
            for _ in range(200)
        }

    assert steps(LeadStatus.NEW) == {Step.ACCEPT, Step.REJECT}
    assert steps(LeadStatus.ACCEPTED) == {Step.CONTACT}
    assert steps(LeadStatus.ACCEPTED, ignored=True) == {Step.LAPSE}
    assert steps(LeadStatus.IN_PROGRESS, contacts=1) == {Step.CONTACT, Step.DECIDE}
