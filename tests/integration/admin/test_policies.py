"""The page with the sliders: settings become a draft, and nothing is lost when that fails."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from router.models import RoutingPolicy
from router.policies import services as policies
from tests.factories.pages import html_of, query_count, signed_in
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

LIST, ADD = reverse("admin:router_routingpolicy_changelist"), reverse("admin:router_routingpolicy_add")


@pytest.fixture
def tuner() -> Client:
    return signed_in(*(f"router.{verb}_routingpolicy" for verb in ("view", "add", "change")))


def words_of(client: Client, url: str) -> str:
    """The text of a page in one line."""
    return " ".join(html_of(client, url).split())


def test_what_is_saved_is_a_draft_that_decides_nothing(tuner: Client) -> None:
    values = opened(tuner, ADD)

    response = tuner.post(ADD, values | {"performance_weight": "70", "reason": "Quality counts more"}, follow=True)

    draft = RoutingPolicy.objects.get(version=2)
    assert response.redirect_chain == [(reverse("admin:router_routingpolicy_change", args=[draft.pk]), 302)]
    assert "Version 2 was saved as a draft. It has no effect until it is activated." in response.content.decode()
    assert (draft.performance_weight, draft.region_weight, draft.based_on) == (70.0, 30.0, 1)
    assert (draft.reason, draft.created_by, draft.activated_at) == ("Quality counts more", User.objects.get(), None)
    assert RoutingPolicy.objects.get(is_active=True).version == 1
    assert LogEntry.objects.get().object_id == str(draft.pk)


def test_the_form_starts_from_the_version_that_is_asked_for(tuner: Client) -> None:
    policies.save_version(values={"prior": 40.0, "require_regional_match": False}, reason="second", user=None)

    assert opened(tuner, ADD) | {"csrfmiddlewaretoken": ""} == opened(tuner, f"{ADD}?from=2") | {
        "csrfmiddlewaretoken": ""
    }
    assert opened(tuner, ADD)["prior"] == "40"
    assert "require_regional_match" not in opened(tuner, ADD)
    first = opened(tuner, f"{ADD}?from=1")
    assert (first["prior"], first["require_regional_match"], first["based_on"]) == ("50", "on", "2")
    assert "The form starts from version 1." in html_of(tuner, f"{ADD}?from=1")


@pytest.mark.parametrize("source", ["99", "x", "", "-1", "1" * 30])
def test_a_form_that_starts_from_no_known_version_starts_from_the_active_one(source: str, tuner: Client) -> None:
    assert opened(tuner, f"{ADD}?from={source}")["prior"] == "50"


def test_every_setting_has_its_label_a_sentence_and_a_place_for_its_errors(tuner: Client) -> None:
    html = html_of(tuner, ADD)

    for name in policies.POLICY_FIELDS:
        assert f'for="id_{name}"' in html
        assert f'id="help-{name}"' in html
        assert f'id="errors-{name}"' in html
        assert f'aria-describedby="help-{name} means-{name} errors-{name}"' in html


def test_a_weight_has_a_range_with_the_label_and_limits_of_its_number(tuner: Client) -> None:
    html = words_of(tuner, ADD)

    number = html.partition('<input type="number" name="deal_rate_cap"')[2].partition(">")[0]
    assert 'value="85" step="any"' in number
    assert 'min="80" max="90" required' in number
    assert (
        '<input type="range" hidden autocomplete="off" min="80" max="90" step="1" value="85"'
        ' data-moves="id_deal_rate_cap" aria-labelledby="label-deal_rate_cap"' in html
    )
    assert html.count('type="range"') == 13


def test_what_a_weight_and_a_fraction_come_to_is_said_beside_them(tuner: Client) -> None:
    policies.save_version(values={"region_weight": 45.0, "performance_weight": 95.0}, reason="other", user=None)

    html = html_of(tuner, ADD)

    assert ">45 of 160 = 28.1 %</span>" in html
    assert ">25 of 100 = 25 %</span>" in html
    assert ">= 20 %</span>" in html
    assert "<strong data-total>160</strong>" in html


def test_a_setting_that_differs_from_the_active_version_says_so(tuner: Client) -> None:
    policies.save_version(values={"prior": 40.0}, reason="second", user=None)

    html = words_of(tuner, f"{ADD}?from=1")

    assert '<div class="slider is-changed" data-setting="prior" data-active="40.0">' in html
    assert '<span class="policy-was">Active: 40 points.</span>' in html
    assert html.count("slider is-changed") == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"region_weight": "101"}, "region_weight"),
        ({"region_weight": ""}, "region_weight"),
        ({"deal_rate_cap": "95"}, "deal_rate_cap"),
        ({"prior": "much"}, "prior"),
        ({"prior": "nan"}, "prior"),
        ({"priority_points": "1001"}, "priority_points"),
        ({"reason": " "}, "reason"),
        ({"based_on": ""}, "based_on"),
        ({"region_weight": "0", "performance_weight": "0", "fairness_weight": "0"}, "__all__"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_saved_or_lost(
    values: dict[str, str], field: str, tuner: Client
) -> None:
    sent = opened(tuner, ADD) | {"consistency_weight": "17", "reason": "try"} | values

    response = tuner.post(ADD, sent)

    html = response.content.decode()
    assert list(response.context["form"].errors) == [field]
    assert html.count('class="errorlist') == (field != "based_on")
    assert 'name="consistency_weight" value="17"' in html
    assert RoutingPolicy.objects.count() == 1


def test_the_second_of_two_who_edit_at_once_is_told_and_keeps_what_was_typed(tuner: Client) -> None:
    sent = opened(tuner, ADD) | {"prior": "60", "reason": "slower"}
    other = User.objects.create_user("ann")
    policies.save_version(values={"region_weight": 40.0}, reason="quicker", user=other)

    response = tuner.post(ADD, sent)

    html = " ".join(response.content.decode().split())
    assert "ann made version 2 active. Nothing is saved" in html
    assert 'name="prior" value="60"' in html
    assert "slower</textarea>" in html
    rows = [(row.label, row.old, row.new) for row in response.context["conflict_rows"]]
    assert rows == [("Region", "40", "30"), ("Neutral start", "50\xa0points", "60\xa0points")]
    assert RoutingPolicy.objects.count() == 2


def test_who_was_told_can_save_all_the_same(tuner: Client) -> None:
    sent = opened(tuner, ADD) | {"prior": "60", "reason": "slower"}
    policies.save_version(values={"region_weight": 40.0}, reason="quicker", user=None)
    told = tuner.post(ADD, sent)

    tuner.post(ADD, sent | {"based_on": told.context["form"]["based_on"].value()})

    draft = RoutingPolicy.objects.get(version=3)
    assert (draft.prior, draft.region_weight, draft.based_on) == (60.0, 30.0, 2)


def test_a_conflict_with_a_mistake_besides_shows_both(tuner: Client) -> None:
    sent = opened(tuner, ADD) | {"prior": "60", "reason": "slower", "priority_points": "1001"}
    policies.save_version(values={"region_weight": 40.0}, reason="quicker", user=None)

    told = tuner.post(ADD, sent)
    again = tuner.post(ADD, sent | {"based_on": told.context["form"]["based_on"].value()})

    assert list(told.context["form"].errors) == ["based_on"]
    assert told.context["conflict_rows"] == []
    assert list(again.context["form"].errors) == ["priority_points"]


def test_the_list_says_what_decides_and_where_each_version_stands(tuner: Client) -> None:
    policies.save_version(values={}, reason="second", user=User.objects.get())
    policies.save_draft(values={}, reason="third", user=None, based_on=2)

    html = words_of(tuner, LIST)

    states = [part.partition("</span>")[0].partition(">")[2] for part in html.split('<td class="field-state">')[1:]]
    assert "Version 2 is active" in html
    assert states == ["draft", "active", "earlier"]
    assert "Revert to version 1" in html
    assert "Change the weights" in html


def test_the_form_takes_as_many_statements_however_many_versions_there_are(tuner: Client) -> None:
    few = query_count(tuner, ADD)
    for number in range(5):
        policies.save_version(values={}, reason=f"number {number}", user=None)

    assert query_count(tuner, ADD) == few <= 6
