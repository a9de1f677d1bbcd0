"""Large tables are not counted to the end."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.admin.base import CappedPaginator
from tests.factories.pages import html_of
from tests.integration.admin.worlds import fill

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("cap", "shown"), [(2, "2+ results"), (3, "3+ results"), (4, "3 results")])
def test_a_count_that_stopped_says_so(
    cap: int, shown: str, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CappedPaginator, "count_cap", cap)
    fill(3)

    html = " ".join(html_of(admin_client, reverse("admin:leads_lead_changelist")).split())

    assert shown in html
    assert shown.replace("results", "leads") in html


def test_the_boxes_with_suggestions_work(admin_client: Client) -> None:
    world = fill(2)

    answer = admin_client.get(
        reverse("admin:autocomplete"),
        {"app_label": "leads", "model_name": "leadactivity", "field_name": "lead", "term": str(world.lead.pk)[:8]},
    )

    assert [result["id"] for result in answer.json()["results"]] == [str(world.lead.pk)]
