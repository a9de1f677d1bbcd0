"""Every list and every form opens, with the same number of statements however many rows there are."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from performance.models import PartnerPerformanceStats
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import html_of, query_count
from tests.integration.admin.worlds import MODELS, fill

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]

ALL_MODELS = (*MODELS, PartnerPerformanceStats)


def admin_url(model: type[Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.mark.parametrize("model", ALL_MODELS)
def test_a_list_takes_as_many_statements_for_50_rows_as_for_5(model: type[Model], admin_client: Client) -> None:
    world = fill(5)
    few = query_count(admin_client, admin_url(model, "changelist"))
    fill(50, world=world)

    assert query_count(admin_client, admin_url(model, "changelist")) == few
    assert few <= 8


@pytest.mark.parametrize("model", ALL_MODELS)
def test_a_form_takes_as_many_statements_whatever_hangs_on_its_row(model: type[Model], admin_client: Client) -> None:
    world = fill(5)
    rows: dict[str, Any] = {"lead": world.lead.pk, "partner": world.partner.pk}
    name = str(model._meta.model_name)
    key = rows[name] if name in rows else model._default_manager.order_by("pk")[0].pk
    url = admin_url(model, "change", key)
    if name == "routingpolicy":
        url = f"{admin_url(model, 'add')}?from=1"
    few = query_count(admin_client, url)
    fill(50, world=world)

    assert query_count(admin_client, url) == few


@pytest.mark.parametrize("name", ["industry", "partner", "partneruser", "lead", "leadactivity"])
def test_the_forms_for_new_rows_open(name: str, admin_client: Client) -> None:
    html_of(admin_client, reverse(f"admin:leads_{name}_add"))


@pytest.mark.parametrize("name", ["feedback_leadfeedback", "support_supportticket", "router_routingpolicy"])
def test_the_forms_for_new_rows_of_other_apps_open(name: str, admin_client: Client) -> None:
    html_of(admin_client, reverse(f"admin:{name}_add"))


def test_the_first_page_leads_to_what_is_looked_for_most(admin_client: Client) -> None:
    html = html_of(admin_client, reverse("admin:index"))

    assert "Lead routing" in html
    assert f"{reverse('admin:leads_lead_changelist')}?assigned=waiting" in html
    assert reverse("admin:router_leadassignmentlog_changelist") in html


def test_the_statistics_page_opens_before_the_first_refresh(admin_client: Client) -> None:
    html = html_of(admin_client, admin_url(PartnerPerformanceStats, "changelist"))

    assert "0 partner statistics" in html


@pytest.mark.parametrize("name", ["leadassignmentlog", "leadactivity"])
def test_a_search_for_anything_but_an_id_finds_nothing_in_the_largest_tables(name: str, admin_client: Client) -> None:
    world = fill(2)
    app_label = "router" if name == "leadassignmentlog" else "leads"
    url = reverse(f"admin:{app_label}_{name}_changelist")

    assert "0 results" in html_of(admin_client, f"{url}?q=late")
    assert "2 results" in html_of(admin_client, f"{url}?q={world.lead.pk}")
    assert "2 results" in html_of(admin_client, f"{url}?q={str(world.lead.pk)[:8]}")


def test_a_lead_is_found_by_its_short_code_and_by_postcode(admin_client: Client) -> None:
    world = fill(2)
    url = admin_url(type(world.lead), "changelist")

    assert "1 result " in html_of(admin_client, f"{url}?q={str(world.lead.pk)[:8]}")
    assert "2 results" in html_of(admin_client, f"{url}?q=3511")


@pytest.mark.parametrize(
    ("query", "found"), [("assigned=waiting", "1 result "), ("assigned=assigned", "2 results"), ("q=", "3 results")]
)
def test_leads_can_be_filtered_by_whether_they_have_a_partner(query: str, found: str, admin_client: Client) -> None:
    world = fill(2)
    make_lead()

    assert found in html_of(admin_client, f"{admin_url(type(world.lead), 'changelist')}?{query}")


@pytest.mark.parametrize(("query", "found"), [("capacity=full", "1 result "), ("capacity=room", "2 results")])
def test_partners_can_be_filtered_by_capacity(query: str, found: str, admin_client: Client) -> None:
    world = fill(1)
    make_partner(max_open_leads=None)
    make_partner(max_open_leads=0)

    assert found in html_of(admin_client, f"{admin_url(type(world.partner), 'changelist')}?{query}")
