"""Leads, partners and pools for the tests, and hypothesis strategies in which ties and overlaps are frequent."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import strategies as st

from router.scoring import CandidatePool, LeadFacts, RoutePolicy
from tests.pools import PartnerFacts, pool_of

SOLAR_ID = "6f1c2a54-8d0e-4b7e-9a11-000000000001"


def uuid_text(number: int) -> str:
    return str(UUID(int=number))


def a_lead(
    number: int = 1,
    *,
    industry_id: str | None = None,
    industry_name: str | None = None,
    province: str | None = None,
    postcode: str | None = None,
    tried: Sequence[int] = (),
    is_movable: bool = True,
) -> LeadFacts:
    return LeadFacts(
        lead_id=uuid_text(1_000_000 + number),
        industry_id=industry_id,
        industry_name=industry_name,
        province=province,
        postcode=postcode,
        tried_partner_ids=frozenset(uuid_text(index) for index in tried),
        is_movable=is_movable,
    )


def numbered(partners: Sequence[PartnerFacts]) -> list[PartnerFacts]:
    """Give each partner the id of its place."""
    return [replace(partner, partner_id=uuid_text(index)) for index, partner in enumerate(partners)]


def a_pool(*partners: PartnerFacts, performance: Sequence[float] | None = None) -> CandidatePool:
    """A pool of the partners, with the ids of their places, and a performance of 50 unless it is given."""
    scores = [50.0] * len(partners) if performance is None else performance
    return pool_of(numbered(partners), performance=scores)


def a_partner(  # noqa: PLR0913  # as many as there are facts about a partner
    *,
    is_active: bool | None = True,
    open_leads: int = 0,
    max_open_leads: int | None = None,
    routing_priority: int | None = 0,
    waiting_hours: float | None = None,
    regions: Sequence[str | None] | str | None = None,
    lead_locations: Sequence[str | None] | str | None = None,
    lead_industries: Sequence[str | None] | str | None = None,
    primary_branch: str | None = None,
    is_valid: bool = True,
    pace_left: float | None = None,
) -> PartnerFacts:
    return PartnerFacts(
        partner_id="",
        is_active=is_active,
        open_leads=open_leads,
        max_open_leads=max_open_leads,
        routing_priority=routing_priority,
        waiting_hours=waiting_hours,
        regions=regions,
        lead_locations=lead_locations,
        lead_industries=lead_industries,
        primary_branch=primary_branch,
        is_valid=is_valid,
        pace_left=pace_left,
    )


scores = st.one_of(st.sampled_from([0.0, 50.0, 100.0]), st.floats(0, 100))

policies = st.builds(
    RoutePolicy,
    region_weight=st.sampled_from([0, 30, 100]) | st.floats(0, 100),
    performance_weight=st.floats(0.01, 100),
    fairness_weight=st.sampled_from([0, 20]) | st.floats(0, 100),
    priority_points=st.sampled_from([0, 1]) | st.floats(0, 1000),
    require_regional_match=st.booleans(),
    uncapped_capacity=st.integers(1, 40),
    waiting_full_hours=st.sampled_from([72.0]) | st.floats(0.01, 1000),
)

partners = st.builds(
    a_partner,
    is_active=st.sampled_from([True, True, True, False, None]),
    open_leads=st.integers(0, 4),
    max_open_leads=st.none() | st.integers(0, 6),
    routing_priority=st.none() | st.sampled_from([0, 0, 5]) | st.integers(-3, 13),
    waiting_hours=st.none() | st.sampled_from([0.0, 72.0]) | st.floats(-1, 200),
    regions=st.none() | st.lists(st.sampled_from(["Fryslân", "UTRECHT", "utrecht, Fryslan", "", None]), max_size=2),
    lead_locations=st.none()
    | st.lists(
        st.sampled_from(["utrecht", "Noord Holland", "1", "10", "1012", "10 12 a", "35", " ", None]), max_size=4
    ),
    lead_industries=st.none() | st.lists(st.sampled_from(["Zonnepanelen", "daken", SOLAR_ID, "", None]), max_size=2),
    primary_branch=st.sampled_from([None, None, "", "Dáken"]),
    is_valid=st.sampled_from([True, True, True, False]),
    pace_left=st.sampled_from([None, None, None, 0.0, 1.0, 2.5]) | st.floats(-5, 5),
)


@st.composite
def leads(draw: st.DrawFn, number: int = 1, partner_count: int = 0) -> LeadFacts:
    return a_lead(
        number,
        industry_id=draw(st.sampled_from([None, SOLAR_ID, "unknown-id"])),
        industry_name=draw(st.sampled_from([None, "", "zonnepanelen", "DAKEN", "Vloeren"])),
        province=draw(st.sampled_from([None, "", "Utrecht", "Fryslan", "Noord-Holland", "Limburg"])),
        postcode=draw(st.sampled_from([None, "", "1012 AB", "1013ab", "3511", "9", "1"])),
        tried=draw(st.lists(st.integers(0, max(0, partner_count)), max_size=2)),
        is_movable=draw(st.sampled_from([True, True, True, True, False])),
    )


@st.composite
def pools(draw: st.DrawFn, min_size: int = 0, max_size: int = 12) -> tuple[list[PartnerFacts], list[float]]:
    """Partners with the ids of their places, and their performance scores."""
    drawn = draw(st.lists(partners, min_size=min_size, max_size=max_size))
    performance = draw(st.lists(scores, min_size=len(drawn), max_size=len(drawn)))
    return numbered(drawn), performance
