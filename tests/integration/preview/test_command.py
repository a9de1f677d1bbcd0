"""`manage.py preview_policy`."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from router.models import RoutingPolicy
from router.preview import PolicyComparison
from tests.factories.marketplace import make_lead, make_partner
from tests.integration.preview.worlds import make_world

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("preview_policy", *arguments, stdout=out)
    return out.getvalue()


def test_it_shows_both_policies_and_who_gains(capfd: pytest.CaptureFixture[str]) -> None:
    make_world(seed=2, now=timezone.now() - timedelta(minutes=2), days=5, leads=400, partners=12)

    shown = run("--days", "5", "--set", "performance_weight=90", "--set", "fairness_weight = 0")

    assert "400 leads of the last 5 days; version 1 is active" in shown
    assert "draft: performance_weight=90, fairness_weight=0" in shown
    for words in (
        "would go elsewhere",
        "inequality (Gini)",
        "times a partner got full",
        "Biggest changes",
        "Partner 0",
    ):
        assert words in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert RoutingPolicy.objects.count() == 1
    assert capfd.readouterr().err == ""


def test_the_active_policy_against_itself_moves_nobody() -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=timezone.now() - timedelta(hours=5))

    shown = run("--days", "1")

    assert "draft: no change" in shown
    assert "0 leads (0.0%) would go elsewhere." in shown
    assert "Biggest changes" not in shown


def test_json_is_the_whole_answer() -> None:
    make_world(seed=2, now=timezone.now() - timedelta(minutes=2), days=5, leads=100, partners=8)

    record = json.loads(run("--days", "5", "--set", "prior=10", "--json"))

    verdict = record.pop("verdict")
    assert PolicyComparison.from_record(record).verdict == verdict
    assert record["leads"] == 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "performance_weight=700"), "performance_weight: "),
        (("--set", "performance_weight=much"), "performance_weight: "),
        (("--set", "performance_weigth=70"), "performance_weigth: This is not a setting of the routing policy."),
        (("--days", "0"), "days: Choose 1 to 365 days."),
        (("--set", "performance_weight"), "'performance_weight' is not NAME=VALUE"),
        (("--set", "=3"), "'=3' is not NAME=VALUE"),
        (("--days", "many"), "--days"),
    ],
)
def test_mistakes_name_the_field(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)
