from dataclasses import replace

from router.scoring import RoutePolicy, rank_lead
from router.scoring.candidate_sets import candidate_set_of
from tests.pools import territories_of
from tests.unit.router_scoring.builders import a_lead, a_partner, a_pool, numbered


def test_candidate_sets_are_kept_in_bounded_number_and_stay_right() -> None:
    provinces = [f"Province {number}" for number in range(300)]
    partners = numbered([a_partner(regions=[province]) for province in provinces])
    territories = territories_of(partners)
    pool = a_pool(*partners)

    for province in [*provinces, *provinces[:10]]:
        lead = replace(a_lead(), province=province)
        candidate_set = candidate_set_of(territories, territories.demand_of(lead), require_regional_match=True)

        ranking = rank_lead(lead, pool, RoutePolicy(require_regional_match=True))
        assert candidate_set.places.size == ranking.order.size == 1
        assert candidate_set.outside_region == len(provinces) - 1
        assert 0 < len(territories.memo) <= 128
