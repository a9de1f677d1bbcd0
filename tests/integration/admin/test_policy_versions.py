"""The page of a version: compared with the active one, activated and reverted with a reason, and its history."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from router.admin.policy_pages import HISTORY_ROWS
from router.models import PolicyActivation, RoutingPolicy
from router.policies import services as policies
from tests.factories.pages import html_of, query_count, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tuner() -> Client:
    return signed_in(*(f"router.{verb}_routingpolicy" for verb in ("view", "add", "change")))


def url_of(policy: RoutingPolicy, page: str = "change") -> str:
    return reverse(f"admin:router_routingpolicy_{page}", args=[policy.pk])


def words_of(client: Client, policy: RoutingPolicy) -> str:
    """The text of a version's page in one line."""
    return " ".join(html_of(client, url_of(policy)).split())


def draft_of(**values: object) -> RoutingPolicy:
    active = RoutingPolicy.objects.get(is_active=True)
    return policies.save_draft(values=values, reason="try it", user=None, based_on=active.version)


def test_a_draft_is_compared_with_the_active_version_differences_first(tuner: Client) -> None:
    draft = draft_of(prior=40.0, complaint_rate_zero=0.125, require_regional_match=False)

    response = tuner.get(url_of(draft))

    changed = [(row.label, row.old, row.new) for row in response.context["changed"]]
    assert changed == [
        ("Require a regional match", "yes", "no"),
        ("Neutral start", "50\xa0points", "40\xa0points"),
        ("Complaint rate for 0 points", "20 %", "12.5 %"),
    ]
    assert [row.is_changed for row in response.context["settings"]].count(True) == 3
    assert len(response.context["settings"]) == len(policies.POLICY_FIELDS)
    html = words_of(tuner, draft)
    assert "Compared with version 1, the active version" in html
    assert html.index("3 settings differ") < html.index("All settings")


def test_a_draft_is_activated_with_a_reason_on_its_page(tuner: Client) -> None:
    draft = draft_of(prior=40.0)

    response = tuner.post(url_of(draft, "activate"), {"reason": "it helps", "replaces": "1"}, follow=True)

    activation, user = PolicyActivation.objects.get(), User.objects.get()
    assert response.redirect_chain == [(url_of(draft), 302)]
    assert "Version 2 is now active." in response.content.decode()
    assert (activation.policy, activation.reason, activation.activated_by) == (draft, "it helps", user)
    assert RoutingPolicy.objects.get(is_active=True) == draft
    assert LogEntry.objects.get().change_message == "Activated: it helps"


def test_the_active_version_is_compared_with_the_one_before_and_reverted_with_one_action(tuner: Client) -> None:
    second = policies.save_version(values={"prior": 40.0}, reason="second", user=None)

    page = words_of(tuner, second)
    response = tuner.post(url_of(second, "revert"), {"reason": "worse", "replaces": "2"}, follow=True)

    first = RoutingPolicy.objects.get(version=1)
    assert "Changes from version 1, the previous active version" in page
    assert "Revert to version 1</button>" in page
    assert response.redirect_chain == [(url_of(first), 302)]
    assert RoutingPolicy.objects.get(is_active=True) == first
    assert PolicyActivation.objects.all()[0].reason == "worse"


def test_the_first_version_has_nothing_to_be_compared_with_or_reverted_to(tuner: Client) -> None:
    first = RoutingPolicy.objects.get()

    html = words_of(tuner, first)
    response = tuner.post(url_of(first, "revert"), {"reason": "back", "replaces": "1"})

    assert "No version was ever replaced." in html
    assert "Revert to" not in html
    assert "<dt>Neutral start</dt><dd>50\xa0points</dd>".replace("\xa0", " ") in html
    assert "No version was active before this one." in response.content.decode()


def test_who_comes_second_is_told_and_keeps_the_reason(tuner: Client) -> None:
    draft = draft_of(prior=40.0)
    policies.save_version(values={"prior": 30.0}, reason="quicker", user=User.objects.create_user("ann"))

    response = tuner.post(url_of(draft, "activate"), {"reason": "mine is better", "replaces": "1"})

    html = " ".join(response.content.decode().split())
    assert "ann made version 3 active." in html
    assert "mine is better</textarea>" in html
    assert '<input type="hidden" name="replaces" value="3">' in html
    assert "Compared with version 3, the active version" in html
    assert RoutingPolicy.objects.get(is_active=True).version == 3


def test_reverting_what_is_not_active_any_more_is_refused(tuner: Client) -> None:
    second = policies.save_version(values={"prior": 40.0}, reason="second", user=None)
    policies.save_version(values={"prior": 30.0}, reason="third", user=None)

    response = tuner.post(url_of(second, "revert"), {"reason": "back", "replaces": "2"})

    assert "the system made version 3 active." in response.content.decode()
    assert RoutingPolicy.objects.get(is_active=True).version == 3


@pytest.mark.parametrize("page", ["activate", "revert"])
@pytest.mark.parametrize("sent", [{"reason": " ", "replaces": "2"}, {"replaces": "2"}, {"reason": "why"}])
def test_without_a_reason_or_what_is_replaced_nothing_changes(page: str, sent: dict[str, str], tuner: Client) -> None:
    second = policies.save_version(values={"prior": 40.0}, reason="second", user=None)
    policy = second if page == "revert" else draft_of(prior=30.0)

    response = tuner.post(url_of(policy, page), sent)

    assert response.context["form"].errors
    assert RoutingPolicy.objects.get(is_active=True) == second


def test_the_history_says_who_when_and_why_newest_first_and_is_cut(tuner: Client) -> None:
    user = User.objects.get()
    for number in range(HISTORY_ROWS + 1):
        policies.save_version(values={}, reason=f"reason {number}", user=user)
    newest = RoutingPolicy.objects.get(is_active=True)

    response = tuner.get(url_of(newest))

    rows = response.context["history"]
    assert [row.reason for row in rows[:2]] == [f"reason {HISTORY_ROWS}", f"reason {HISTORY_ROWS - 1}"]
    assert len(rows) == HISTORY_ROWS
    assert "The newest 20 are shown." in words_of(tuner, newest)


def test_what_people_write_is_text_and_not_html(tuner: Client) -> None:
    policy = policies.save_version(values={}, reason="<script>alert(1)</script>", user=None)

    for url in (url_of(policy), reverse("admin:router_routingpolicy_changelist")):
        assert "&lt;script&gt;alert(1)" in html_of(tuner, url)


def test_a_version_takes_as_many_statements_whatever_came_before_it(tuner: Client) -> None:
    draft = draft_of(prior=40.0)
    activated = policies.save_version(values={"prior": 30.0}, reason="second", user=User.objects.get())
    few = [query_count(tuner, url_of(policy)) for policy in (draft, activated)]
    for number in range(5):
        policies.save_version(values={"prior": float(number)}, reason="more", user=User.objects.get())
    newest = RoutingPolicy.objects.get(is_active=True)

    assert [query_count(tuner, url_of(policy)) for policy in (draft, newest)] == few
    assert max(few) <= 9


@pytest.mark.parametrize("key", ["0", "999999", "x", "1_2F"])
def test_a_version_that_there_is_not_is_not_found(key: str, tuner: Client) -> None:
    assert tuner.get(reverse("admin:router_routingpolicy_change", args=[key])).status_code == 404


def test_a_version_that_there_is_not_cannot_be_activated_or_reverted(tuner: Client) -> None:
    for page in ("activate", "revert"):
        url = reverse(f"admin:router_routingpolicy_{page}", args=[999999])
        assert tuner.post(url, {"reason": "why", "replaces": "1"}).status_code == 404
