"""The routing policy, edited as versions."""

from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from router.models import RoutingPolicy
from router.services import policies
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:router_routingpolicy_changelist", "admin:router_routingpolicy_add"


@pytest.fixture
def tuner() -> Client:
    return signed_in(*(f"router.{verb}_routingpolicy" for verb in ("view", "add", "change")))


def test_changing_a_version_starts_a_new_one_from_its_values(tuner: Client) -> None:
    user = User.objects.get()
    policies.save_version(values={"prior": 40.0}, reason="second", user=user)
    first = RoutingPolicy.objects.get(version=1)

    response = tuner.get(reverse("admin:router_routingpolicy_change", args=[first.pk]))
    url = response["Location"]
    values = opened(tuner, url)
    saved = tuner.post(url, values | {"performance_weight": "70", "reason": "Quality counts more"}, follow=True)

    active = RoutingPolicy.objects.get(is_active=True)
    assert url == f"{reverse(ADD)}?from=1"
    assert values["prior"] == "50"
    assert (active.version, active.performance_weight, active.prior) == (3, 70.0, 50.0)
    assert (active.reason, active.created_by, active.activated_by) == ("Quality counts more", user, user)
    assert "Version 3 is saved and decides from now on." in saved.content.decode()
    assert not RoutingPolicy.objects.filter(version=1, performance_weight=70).exists()


def test_the_limits_of_a_setting_are_known_to_the_browser(tuner: Client) -> None:
    html = html_of(tuner, reverse(ADD))

    assert '<input type="number" name="deal_rate_cap" value="85" step="any" min="80" max="90"' in html


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"region_weight": "101"}, "region_weight"),
        ({"deal_rate_cap": "95"}, "deal_rate_cap"),
        ({"prior": "much"}, "prior"),
        ({"reason": " "}, "reason"),
        ({"region_weight": "0", "performance_weight": "0", "fairness_weight": "0"}, "__all__"),
    ],
)
def test_a_mistake_is_shown_at_its_field_and_nothing_is_saved(
    values: dict[str, str], field: str, tuner: Client
) -> None:
    response = tuner.post(reverse(ADD), opened(tuner, reverse(ADD)) | {"reason": "try"} | values)

    assert list(response.context["adminform"].form.errors) == [field]
    assert RoutingPolicy.objects.count() == 1


def test_the_second_of_two_who_edit_at_once_is_told(tuner: Client) -> None:
    values = opened(tuner, reverse(ADD))
    policies.save_version(values={"prior": 40.0}, reason="quicker", user=User.objects.get())

    response = tuner.post(reverse(ADD), values | {"prior": "60", "reason": "slower"})

    assert "Version 2 became active while you were editing" in response.content.decode()
    assert RoutingPolicy.objects.count() == 2


def test_what_only_the_service_finds_is_reported_too(tuner: Client) -> None:
    values = opened(tuner, reverse(ADD))
    error = policies.PolicyError({"prior": ["Not today."], "__all__": ["Not at all."]})
    with patch.object(policies, "save_version", side_effect=error):
        html = tuner.post(reverse(ADD), values | {"reason": "try"}, follow=True).content.decode()

    assert "rior: Not today." in html
    assert "Not at all." in html


def test_an_older_version_is_made_active_again(tuner: Client) -> None:
    policies.save_version(values={"prior": 40.0}, reason="second", user=User.objects.get())
    first = RoutingPolicy.objects.get(version=1)

    html = tuner.post(
        reverse(LIST), {"action": "make_active", "_selected_action": [first.pk]}, follow=True
    ).content.decode()

    assert "Version 1 decides from now on." in html
    assert RoutingPolicy.objects.get(is_active=True) == first


def test_exactly_one_version_can_be_made_active(tuner: Client) -> None:
    second = policies.save_version(values={}, reason="second", user=User.objects.get())
    both = list(RoutingPolicy.objects.values_list("pk", flat=True))

    html = tuner.post(reverse(LIST), {"action": "make_active", "_selected_action": both}, follow=True).content.decode()

    assert "Choose one version." in html
    assert RoutingPolicy.objects.get(is_active=True) == second


def test_a_version_that_vanished_cannot_be_made_active(tuner: Client) -> None:
    first = RoutingPolicy.objects.get()
    with patch.object(policies, "activate", side_effect=policies.PolicyError({"version": ["There is no version 1."]})):
        html = tuner.post(
            reverse(LIST), {"action": "make_active", "_selected_action": [first.pk]}, follow=True
        ).content.decode()

    assert "There is no version 1." in html


def test_who_may_only_look_sees_a_version_and_cannot_save() -> None:
    policy = RoutingPolicy.objects.get()
    client = signed_in("router.view_routingpolicy")
    url = reverse("admin:router_routingpolicy_change", args=[policy.pk])

    html = html_of(client, url)

    assert "History" in html
    assert 'name="_save"' not in html
    assert client.post(url, {"prior": "1"}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
    assert "Make this version active" not in html_of(client, reverse(LIST))


def test_who_may_add_but_not_change_cannot_make_a_version_that_would_become_active() -> None:
    client = signed_in("router.view_routingpolicy", "router.add_routingpolicy")

    assert client.get(reverse(ADD)).status_code == 403


def test_no_version_can_be_deleted(admin_client: Client) -> None:
    policy = RoutingPolicy.objects.get()

    url = reverse("admin:router_routingpolicy_delete", args=[policy.pk])

    assert admin_client.post(url, {"post": "yes"}).status_code == 403


def test_a_form_that_starts_from_no_known_version_starts_from_the_active_one(tuner: Client) -> None:
    assert opened(tuner, f"{reverse(ADD)}?from=99")["prior"] == "50"
    assert opened(tuner, f"{reverse(ADD)}?from=x")["prior"] == "50"
    assert tuner.get(reverse("admin:router_routingpolicy_change", args=[0])).status_code == 302
