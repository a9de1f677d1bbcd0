import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.scoring import REGION_KINDS, REGION_SCORES, LeadFacts, RoutePolicy, rank_lead
from tests.pools import PartnerFacts, pool_of
from tests.unit.router_scoring import reference
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, leads, pools

IN_AMSTERDAM = a_lead(province="Noord-Holland", postcode="1012 AB")


@pytest.mark.parametrize(
    ("partner", "kind", "score"),
    [
        (a_partner(lead_locations=["1012"]), "postcode", 100),
        (a_partner(lead_locations=["1"]), "postcode", 100),
        (a_partner(lead_locations=["1012ab"]), "postcode", 100),
        (a_partner(lead_locations=[" 10 12 a"]), "postcode", 100),
        (a_partner(lead_locations=["99", "10", "1012"], regions=["Limburg"]), "postcode", 100),
        (a_partner(lead_locations=["1012"], regions=["Noord-Holland"]), "postcode", 100),
        (a_partner(lead_locations=["1012ABC"]), "none", 0),
        (a_partner(lead_locations=["1013"]), "none", 0),
        (a_partner(lead_locations=["12"]), "none", 0),
        (a_partner(regions=["1012"]), "none", 0),
        (a_partner(regions=["Noord-Holland"]), "province", 80),
        (a_partner(regions=["NÓÓRD  HOLLAND"]), "province", 80),
        (a_partner(lead_locations=["noord-holland"]), "province", 80),
        (a_partner(lead_locations=["1013", "Noord-Holland"]), "province", 80),
        (a_partner(regions=["Utrecht, Noord-Holland,Zeeland"]), "province", 80),
        (a_partner(regions="Utrecht,Noord-Holland"), "province", 80),
        (a_partner(regions=["Utrecht"]), "none", 0),
        (a_partner(regions=["Holland"]), "none", 0),
        (a_partner(), "anywhere", 50),
        (a_partner(regions=[], lead_locations=[]), "anywhere", 50),
        (a_partner(regions=["", None, " , "], lead_locations=[None, " ", "-"]), "anywhere", 50),
    ],
)
def test_best_match_of_a_declared_territory(partner: PartnerFacts, kind: str, score: float) -> None:
    ranking = rank_lead(IN_AMSTERDAM, a_pool(partner), RoutePolicy())

    assert ranking.region_kind_of(0) == kind
    assert ranking.region[0] == score


@pytest.mark.parametrize(("province", "postcode"), [(None, None), ("", " "), (" - ", "")])
def test_lead_without_place_is_unknown_to_who_declares_a_region(province: str | None, postcode: str | None) -> None:
    pool = a_pool(a_partner(regions=["Utrecht"]), a_partner())

    ranking = rank_lead(a_lead(province=province, postcode=postcode), pool, RoutePolicy())

    assert [ranking.region_kind_of(index) for index in range(2)] == ["unknown", "anywhere"]
    assert ranking.region.tolist() == [50, 50]
    assert ranking.eligible.all()


@pytest.mark.parametrize("lead", [a_lead(postcode="3511"), a_lead(province="Zeeland"), a_lead(postcode="1")])
def test_lead_with_a_place_that_is_not_declared_does_not_match(lead: LeadFacts) -> None:
    ranking = rank_lead(lead, a_pool(a_partner(regions=["Utrecht"], lead_locations=["1012"])), RoutePolicy())

    assert ranking.region_kind_of(0) == "none"


def test_scores_belong_to_kinds() -> None:
    assert dict(zip(REGION_KINDS, REGION_SCORES, strict=True)) == {
        "postcode": 100,
        "province": 80,
        "anywhere": 50,
        "unknown": 50,
        "none": 0,
    }


@given(pools(), leads())
def test_kinds_equal_the_plain_rules(drawn: tuple[list[PartnerFacts], list[float]], lead: LeadFacts) -> None:
    partners, performance = drawn

    ranking = rank_lead(lead, pool_of(partners, performance=performance), RoutePolicy())

    kinds = [ranking.region_kind_of(index) for index in range(len(partners))]
    assert kinds == [reference.region_kind(lead, partner) for partner in partners]


@given(
    st.sampled_from(["Fryslân", "FRYSLÂN", "fryslan", " Frysla\u0302n ", "Friesland"]),
    st.sampled_from(["Fryslân", "fryslAn", "friesland"]),
)
def test_accents_case_and_the_two_names_of_a_province_do_not_matter(declared: str, asked: str) -> None:
    ranking = rank_lead(a_lead(province=asked), a_pool(a_partner(regions=[declared])), RoutePolicy())

    assert ranking.region_kind_of(0) == "province"
