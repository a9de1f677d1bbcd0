"""What an answer says in words."""

from dataclasses import replace

import pytest

from router.preview import Estimate, Outcome, PartnerChange, PolicyComparison, lack_of_evidence
from router.scoring.deal_rate import Lack


def estimate(low: float, value: float, high: float, lack: Lack = "") -> Estimate:
    return Estimate(value=value, low=low, high=high, lack=lack, decided=100)


OUTCOME = Outcome(
    assigned=4,
    nobody=0,
    cap_hits=0,
    gini=0.0,
    longest_wait_hours=1.0,
    without_leads=0,
    mean_performance=50.0,
    expected_deal_rate=estimate(0.1, 0.2, 0.3),
    shares={"a": 1.0},
)
COMPARISON = PolicyComparison(
    days=30,
    since="2026-01-01T00:00:00+00:00",
    leads_in_window=4,
    leads=4,
    is_sample=False,
    policy_version=1,
    changed=1,
    active=OUTCOME,
    draft=OUTCOME,
    difference=estimate(-0.1, 0.0, 0.1),
    partners=(PartnerChange(id="a", name="A", leads_active=4, leads_draft=4),),
    changes=(),
)


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (estimate(0.01, 0.02, 0.03), "would win more leads"),
        (estimate(-0.03, -0.02, -0.01), "would win fewer leads"),
        (estimate(-0.01, 0.02, 0.05), "No clear difference"),
        (estimate(0.0, 0.0, 0.0), "No clear difference"),
        (estimate(0.01, 0.02, 0.03, "no_leads"), "no lead was assigned"),
        (estimate(0.01, 0.02, 0.03, "few_decided"), "fewer than 30 leads were won or lost"),
        (estimate(0.01, 0.02, 0.03, "few_known"), "partners that won or lost none"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_evidence(difference: Estimate, words: str) -> None:
    assert words in replace(COMPARISON, difference=difference).verdict


def test_with_enough_evidence_nothing_is_lacking() -> None:
    assert lack_of_evidence(estimate(0.1, 0.2, 0.3)) == ""


def test_the_share_of_changed_leads_is_of_those_handed_out() -> None:
    assert COMPARISON.changed_share == 0.25
    assert replace(COMPARISON, leads=0, changed=0).changed_share == 0.0
