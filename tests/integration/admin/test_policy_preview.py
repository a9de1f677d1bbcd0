"""The fragment beside the sliders: what the settings would do, what is wrong with them, and all leads at last."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as settings_of_django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from performance.services.refresh import refresh_statistics
from router.admin import policy_preview
from router.models import PolicyPreview, RoutingPolicy
from router.policies import services as policies
from router.preview import compute, jobs, preview_policy
from router.staff import words
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, inline_parts, signed_in
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db

PREVIEW, START = (reverse(f"admin:router_routingpolicy_{name}") for name in ("preview", "preview_start"))
RIGHTS = (
    *(f"router.{verb}_routingpolicy" for verb in ("view", "add", "change")),
    "router.view_leadassignmentlog",
    "performance.view_partnerperformancestats",
)


def settings(**changed: Any) -> dict[str, Any]:
    """What the form sends: the active settings but for the changed ones."""
    active = RoutingPolicy.objects.get(is_active=True)
    values = {name: getattr(active, name) for name in policies.POLICY_FIELDS} | changed
    return {name: value for name, value in values.items() if value is not False} | {"days": "30", "based_on": "1"}


def fill(count: int) -> None:
    """Partners near and far, the far ones with a high priority, and a lead for each."""
    now = timezone.now()
    for number in range(count):
        make_partner(lead_locations=["3511"])
        make_partner(regions=["Utrecht"], routing_priority=5, company_name=f"<b>Far {number}</b>")
        make_lead(created_at=now - timedelta(days=2, hours=number))
    refresh_statistics(triggered_by="test")


def asked(client: Client, url: str, values: dict[str, Any]) -> str:
    """The fragment in one line; it must not need anything inline."""
    response = client.post(url, values)
    html = response.content.decode()
    assert response.status_code == 200
    assert inline_parts(html) == []
    return " ".join(html.split())


def test_the_settings_that_decide_now_change_nothing() -> None:
    fill(4)

    html = asked(signed_in(*RIGHTS), PREVIEW, settings())

    assert '<p id="preview-note" hx-swap-oob="innerHTML">No lead would go to a different partner.</p>' in html
    assert "Leads of the last 30 days in the simulation: 4" in html
    assert "The partners with the most leads." in html
    assert "Leads that would go to a different partner" not in html


def test_other_settings_show_what_changes_with_a_link_for_each_lead() -> None:
    fill(4)

    html = asked(signed_in(*RIGHTS), PREVIEW, settings(priority_points="20"))

    comparison = preview_policy(values={"priority_points": 20.0})
    assert comparison.changed == 4
    assert "4 of 4 leads (100 %) would go to a different partner." in html
    for change in comparison.changes:
        assert f'<a href="{reverse("staff:lead", args=[change.lead_id])}">{change.lead_id[:8]}</a>' in html
    for figure in (
        "Leads without a partner",
        "Cap hits",
        "Longest wait",
        "Gini",
        "Mean performance",
        "Expected deal rate",
    ):
        assert figure in html
    assert "not enough evidence" in html
    assert "&lt;b&gt;Far" in html


def test_with_enough_decided_leads_the_expected_deal_rate_has_its_interval() -> None:
    for won in (4, 6, 8, 5):
        partner = make_partner(regions=["Utrecht"])
        for number in range(10):
            make_lead(
                partner=partner,
                status="won" if number < won else "lost",
                created_at=timezone.now() - timedelta(days=1),
            )
    refresh_statistics(triggered_by="test")

    html = asked(signed_in(*RIGHTS), PREVIEW, settings(fairness_weight="90"))

    rate = preview_policy(values={}).active.expected_deal_rate
    assert rate.enough
    assert f"{words.percent(rate.low)} to {words.percent(rate.high)}" in html.replace("\xa0", " ")
    assert "not enough evidence" not in html


def test_links_to_pages_that_one_may_not_see_are_left_out() -> None:
    fill(2)

    html = asked(signed_in("router.view_routingpolicy"), PREVIEW, settings(priority_points="20"))

    assert "2 of 2 leads" in html
    assert "href=" not in html


def test_without_leads_the_preview_says_so() -> None:
    html = asked(signed_in(*RIGHTS), PREVIEW, settings())

    assert "No lead came in during these days." in html
    assert "<table" not in html


def test_only_the_partners_with_the_biggest_change_are_drawn_and_the_others_counted() -> None:
    fill(6)

    html = asked(signed_in(*RIGHTS), PREVIEW, settings(priority_points="20"))

    assert html.count('class="pair-cell"') == 8
    assert "The partners with the biggest change." in html
    assert "4 more partners get leads; the number of each changes by at most 1 lead." in html


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"region_weight": "101"}, "region_weight", "less than or equal to 100"),
        ({"prior": "much"}, "prior", "Enter a number."),
        ({"priority_points": "1001"}, "priority_points", "less than or equal to 1000"),
        ({"region_weight": "0", "performance_weight": "0", "fairness_weight": "0"}, "all", "At least one of region"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_figures_stay(
    values: dict[str, str], field: str, sentence: str
) -> None:
    client = signed_in(*RIGHTS)

    response = client.post(PREVIEW, settings() | values)

    html = " ".join(response.content.decode().split())
    place = html.partition(f'<div id="errors-{field}" hx-swap-oob="innerHTML">')[2].partition("</div>")[0]
    assert sentence in place
    assert html.count("errorlist") == 1
    assert response["HX-Reswap"] == "none"
    assert "do not reflect your latest settings" in html
    assert "<table" not in html


def test_a_number_of_days_that_is_not_offered_is_refused() -> None:
    response = signed_in(*RIGHTS).post(PREVIEW, settings() | {"days": "9000"})

    assert response["HX-Reswap"] == "none"


def test_a_page_without_fields_gets_no_errors_to_place() -> None:
    values = settings()
    del values["based_on"]

    assert "errors-" not in asked(signed_in(*RIGHTS), PREVIEW, values)
    assert "errors-" in asked(signed_in(*RIGHTS), PREVIEW, settings())


def test_a_sample_offers_all_leads_to_whoever_may_tune(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_preview, "preview_policy", partial(preview_policy, limit=2))
    fill(3)

    tuner = asked(signed_in(*RIGHTS), PREVIEW, settings())
    viewer = asked(signed_in("router.view_routingpolicy"), PREVIEW, settings())

    assert "Based on the newest 2 of 3 leads." in tuner
    assert "Based on the newest 2 of 3 leads." in viewer
    assert START in tuner
    assert START not in viewer


def test_all_leads_are_computed_in_the_background_and_take_the_place_of_the_sample() -> None:
    fill(3)
    client = signed_in(*RIGHTS)

    waiting = asked(client, START, settings(priority_points="20"))
    job = PolicyPreview.objects.get()
    url = reverse("admin:router_routingpolicy_preview_progress", args=[job.pk])
    compute(job.pk)
    done = client.get(url)

    assert f'hx-get="{url}" hx-trigger="every 1s"' in waiting
    assert "Waiting for a worker" in waiting
    assert job.values["priority_points"] == 20.0
    assert done["HX-Retarget"] == "#preview"
    assert "3 of 3 leads (100 %) would go to a different partner." in done.content.decode()
    assert "hx-trigger" not in done.content.decode()


def test_how_far_the_computation_is_stands_in_words_and_in_the_bar() -> None:
    client = signed_in(*RIGHTS)
    job = PolicyPreview.objects.create(days=30, status="running", done=20_000, total=104_000)
    url = reverse("admin:router_routingpolicy_preview_progress", args=[job.pk])

    with jobs._locks() as lock:
        assert lock(jobs._lock_number(job.pk))
        html = " ".join(client.get(url).content.decode().split())
        PolicyPreview.objects.update(done=0, total=0)
        beginning = client.get(url).content.decode()

    assert "20,000 of 104,000 leads simulated" in html
    assert 'value="20000" max="104000"' in html
    assert "Reading the leads" in beginning
    assert "value=" not in beginning


def test_a_computation_that_failed_says_why_and_can_be_asked_for_again() -> None:
    job = PolicyPreview.objects.create(days=30, status="failed", error="The worker ended.")
    url = reverse("admin:router_routingpolicy_preview_progress", args=[job.pk])

    html = signed_in(*RIGHTS).get(url).content.decode()

    assert "could not be computed. The worker ended." in html
    assert START in html
    assert "hx-trigger" not in html


def test_all_leads_are_not_asked_for_with_settings_that_are_wrong() -> None:
    client = signed_in(*RIGHTS)

    for values in ({"prior": "much"}, {"priority_points": "1001"}):
        assert client.post(START, settings() | values)["HX-Reswap"] == "none"
    assert not PolicyPreview.objects.exists()


def test_a_computation_that_there_is_not_is_not_found() -> None:
    url = reverse("admin:router_routingpolicy_preview_progress", args=[uuid4()])

    assert signed_in(*RIGHTS).get(url).status_code == 404


def test_the_preview_takes_as_many_statements_however_many_rows_there_are() -> None:
    client = signed_in(*RIGHTS)
    counts = []
    for rows in (2, 20):
        fill(rows)
        asked(client, PREVIEW, settings())
        with CaptureQueriesContext(connection) as queries:
            asked(client, PREVIEW, settings(priority_points="20"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


def test_the_version_page_sends_what_the_preview_can_read_in_dutch_too() -> None:
    fill(2)
    draft = policies.save_draft(values={"prior": 40.5}, reason="try", user=None, based_on=1)
    client = signed_in(*RIGHTS)
    client.cookies[settings_of_django.LANGUAGE_COOKIE_NAME] = "nl"
    url = reverse("admin:router_routingpolicy_change", args=[draft.pk])

    sent = opened(client, url) | {"days": "30"}
    response = client.post(PREVIEW, sent)

    assert (sent["prior"], sent["complaint_rate_zero"]) == ("40.5", "0.2")
    assert "HX-Reswap" not in response
    assert '<html lang="nl"' in html_of(client, url)
    assert "40,5" in html_of(client, url)


def test_the_version_page_sends_the_settings_of_its_version() -> None:
    draft = policies.save_draft(
        values={"prior": 40.0, "require_regional_match": False}, reason="try", user=None, based_on=1
    )

    html = signed_in(*RIGHTS).get(reverse("admin:router_routingpolicy_change", args=[draft.pk])).content.decode()

    assert '<input type="hidden" name="prior" value="40">' in html
    assert 'name="require_regional_match"' not in html
    assert f'hx-post="{PREVIEW}"' in html
