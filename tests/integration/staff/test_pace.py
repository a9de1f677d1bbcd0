"""The pages say of a partner that is back after a break why it comes after the others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, Partner
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.pages import signed_in
from tests.factories.raw import bind_again, exempt
from tests.integration.staff.decisions import PERMISSION, decide, page_url, replayed, text_of

pytestmark = pytest.mark.django_db

PARTNER_PERMISSION = "performance.view_partnerperformancestats"
BADGE = ">back after a break<"


@pytest.fixture
def viewer() -> Client:
    return signed_in(PERMISSION)


def partners(*, leads_since_return: int) -> tuple[Partner, Partner]:
    """One that has been back for two days, with three leads a day as usual; and another with one place left."""
    back, other = make_partner(company_name="Terug BV"), make_partner(company_name="Ander BV", max_open_leads=2)
    make_lead(partner=other)
    now = timezone.now()
    with connection.cursor() as cursor:
        exempt("counters")
        cursor.execute(
            "UPDATE profiles SET last_assigned_at = %s, returned_at = %s, leads_since_return = %s,"
            " usual_daily_leads = 3 WHERE id = %s",
            [now - timedelta(hours=2), now - timedelta(days=2), leads_since_return, back.pk],
        )
        bind_again("counters")
    return back, other


def test_a_decision_says_who_came_after_all_others_and_why(viewer: Client) -> None:
    _, other = partners(leads_since_return=6)

    log = decide(make_lead())

    html = text_of(viewer, page_url(log))
    assert log.partner == other
    assert html.count(BADGE) == 1
    assert "the other partner is back after a break and ranks last for now (111.0 points)" in html
    assert "Usual pace after a break" in html
    assert "Identical" in replayed(viewer, log)


def test_the_page_of_the_lead_says_it_too(viewer: Client) -> None:
    partners(leads_since_return=6)
    lead = make_lead()
    decide(lead)

    html = text_of(viewer, reverse("staff:lead", args=[lead.pk]))

    assert "the other partner is back after a break and ranks last for now (111.0 points)" in html
    # In the record, and as they stand now.
    assert html.count(BADGE) == 2


@pytest.mark.parametrize(
    ("leads_since_return", "sentence"),
    [
        (6, "has reached its usual pace and ranks last for now"),
        (1, "is limited to its usual pace"),
    ],
)
def test_the_page_of_the_partner_says_it_for_a_lead(leads_since_return: int, sentence: str) -> None:
    viewer = signed_in(PARTNER_PERMISSION)
    back, other = partners(leads_since_return=leads_since_return)
    lead = make_lead()

    html = text_of(viewer, f"{reverse('staff:performance', args=[back.pk])}?lead={lead.pk}")
    of_other = text_of(viewer, f"{reverse('staff:performance', args=[other.pk])}?lead={lead.pk}")

    assert sentence in html
    assert "after a break" not in of_other


def test_who_is_within_its_pace_is_ranked_by_its_points(viewer: Client) -> None:
    back, _ = partners(leads_since_return=1)

    log = decide(make_lead())

    assert log.partner == back
    assert BADGE not in text_of(viewer, page_url(log))
    assert Lead.objects.filter(partner=back).count() == 1
