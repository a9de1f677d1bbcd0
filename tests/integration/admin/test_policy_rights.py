"""Who may look at the policy, save drafts of it, and say which version decides: at every address, by every method."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from router.models import PolicyActivation, PolicyPreview, RoutingPolicy
from router.policies import services as policies
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
VIEW, ADD, CHANGE = (f"router.{verb}_routingpolicy" for verb in ("view", "add", "change"))


def address(page: str, *arguments: Any) -> str:
    return reverse(f"admin:router_routingpolicy_{page}", args=arguments)


@pytest.fixture
def draft() -> RoutingPolicy:
    """A draft on top of version 2, which is active."""
    policies.save_version(values={"prior": 45.0}, reason="second", user=None)
    return policies.save_draft(values={"prior": 40.0}, reason="try", user=None, based_on=2)


def everything(draft: RoutingPolicy) -> dict[str, str]:
    """Every address of the policy's pages."""
    active = RoutingPolicy.objects.get(is_active=True)
    return {
        "changelist": address("changelist"),
        "add": address("add"),
        "change": address("change", draft.pk),
        "history": address("history", draft.pk),
        "delete": address("delete", draft.pk),
        "activate": address("activate", draft.pk),
        "revert": address("revert", active.pk),
        "preview": address("preview"),
        "preview_start": address("preview_start"),
        "preview_progress": address("preview_progress", uuid.uuid4()),
    }


def values_of(policy: RoutingPolicy) -> dict[str, str]:
    """What a form would send, and everything besides that any of the addresses asks for."""
    values = {name: str(getattr(policy, name)) for name in policies.POLICY_FIELDS}
    return values | {
        "reason": "because I can",
        "based_on": "2",
        "replaces": "2",
        "days": "7",
        "post": "yes",
        "action": "make_active",
        "_selected_action": str(policy.pk),
        "is_active": "on",
    }


def state() -> list[Any]:
    """All that a request could have changed."""
    return [
        list(RoutingPolicy.objects.order_by("pk").values()),
        PolicyActivation.objects.count(),
        PolicyPreview.objects.count(),
    ]


def statuses(client: Client, draft: RoutingPolicy) -> dict[tuple[str, str], int]:
    """How each address answers each method."""
    sent = values_of(draft)
    found = {}
    for page, url in everything(draft).items():
        for method in METHODS:
            body = sent if method == "post" else None
            found[page, method] = getattr(client, method)(url, body).status_code
    return found


def test_a_viewer_sees_everything_and_changes_nothing_by_any_request(draft: RoutingPolicy) -> None:
    client, before = signed_in(VIEW), state()

    found = statuses(client, draft)

    assert state() == before
    assert {page for (page, method), status in found.items() if method == "get" and status == 200} == {
        "changelist",
        "change",
        "history",
    }
    # What answers shows something: the list, its history, and what other settings would do.
    assert {page for (page, method), status in found.items() if method == "post" and status == 200} == {
        "changelist",
        "history",
        "preview",
    }
    for page in ("add", "delete", "activate", "revert", "preview_start"):
        assert found[page, "post"] == 403, page
    assert found["change", "post"] == 403


def test_a_viewer_is_shown_no_button_that_would_be_refused(draft: RoutingPolicy) -> None:
    client = signed_in(VIEW)
    active = RoutingPolicy.objects.get(is_active=True)

    pages = [
        html_of(client, url) for url in (address("changelist"), *(address("change", p.pk) for p in (draft, active)))
    ]

    for html in pages:
        assert address("add") not in html
        assert "/activate/" not in html
        assert "/revert/" not in html
        assert "Revert to version" not in html
    assert "You need permission to change the routing policy." in pages[1]
    assert "You need permission to change the routing policy." in pages[2]


def test_who_may_add_saves_drafts_and_activates_none(draft: RoutingPolicy) -> None:
    client = signed_in(VIEW, ADD)

    saved = client.post(address("add"), opened(client, address("add")) | {"reason": "mine"})

    assert saved.status_code == 302
    assert RoutingPolicy.objects.get(version=4).activated_at is None
    for page, key in (("activate", draft.pk), ("revert", RoutingPolicy.objects.get(is_active=True).pk)):
        assert client.post(address(page, key), {"reason": "mine", "replaces": "2"}).status_code == 403
    assert PolicyActivation.objects.count() == 1
    assert "/activate/" not in html_of(client, address("change", draft.pk))


def test_who_may_change_activates_and_reverts_and_saves_no_draft(draft: RoutingPolicy) -> None:
    client = signed_in(VIEW, CHANGE)

    assert client.get(address("add")).status_code == 403
    assert client.post(address("add"), values_of(draft)).status_code == 403
    assert client.post(address("activate", draft.pk), {"reason": "yes", "replaces": "2"}).status_code == 302
    assert RoutingPolicy.objects.get(is_active=True) == draft
    assert client.post(address("revert", draft.pk), {"reason": "no", "replaces": "3"}).status_code == 302
    assert RoutingPolicy.objects.get(is_active=True).version == 2
    assert RoutingPolicy.objects.count() == 3


def test_staff_without_a_right_to_the_policy_see_none_of_it(draft: RoutingPolicy) -> None:
    client, before = signed_in("leads.view_lead", "leads.change_partner"), state()

    found = statuses(client, draft)

    assert set(found.values()) <= {403, 405}
    assert state() == before


def test_who_is_not_signed_in_is_sent_to_the_login(client: Client, draft: RoutingPolicy) -> None:
    for url in everything(draft).values():
        response = client.post(url, values_of(draft))
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, reverse("admin:login"))


def test_no_version_can_be_deleted_or_edited_even_by_a_superuser(admin_client: Client, draft: RoutingPolicy) -> None:
    before = state()

    for page in ("delete", "change"):
        for method in ("post", "put", "patch", "delete"):
            sent = values_of(draft) if method == "post" else None
            assert getattr(admin_client, method)(address(page, draft.pk), sent).status_code in {403, 405}

    assert state() == before


@pytest.mark.parametrize("page", ["activate", "revert", "preview", "preview_start", "add"])
def test_a_request_from_another_site_is_refused(page: str, draft: RoutingPolicy) -> None:
    client = signed_in(VIEW, ADD, CHANGE)
    client.handler.enforce_csrf_checks = True

    assert client.post(everything(draft)[page], values_of(draft)).status_code == 403
