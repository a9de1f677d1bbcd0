"""A little of everything that `make chaos` does."""

import pytest

from tests.chaos.scenario import Scenario, Sizes
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.stack import Stack


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.name) for scenario in SCENARIOS])
def test_every_invariant_holds_when_all_is_quiet_again(stack: Stack, scenario: Scenario) -> None:
    outcomes = list(scenario.inject(stack, Sizes.SHORT))

    assert [outcome for outcome in outcomes if not outcome.holds] == []
    assert all(outcome.injected > 0 for outcome in outcomes)
    assert outcomes
