"""Who changed what, as the admin shows it."""

import re

import pytest
from celery import shared_task
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries

from core.admin import history
from core.models import AuditEvent
from leads.models import Partner
from leads.services.capacity import verify_open_leads
from tests.factories.api import client_of
from tests.factories.marketplace import make_industry, make_lead, make_partner, make_staff
from tests.factories.raw import execute, exempt

pytestmark = pytest.mark.django_db

LIST = "/admin/core/auditevent/"


def page_of(client: Client, row: Model) -> str:
    """The text of a row's page "History", without marks and with single blanks."""
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])
    return text_of(client, url)


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    content = response.content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", content)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content)).replace("&rarr;", "→")


def test_a_leads_page_names_partner_and_industry_and_tells_what_is_not_kept(admin_client: Client) -> None:
    partner, industry = make_partner(company_name="Dak BV"), make_industry(name="Roofs")
    lead = make_lead(contact_email="anna@example.com")

    execute("UPDATE leads SET user_id = %s, industry_id = %s, contact_email = ''", [partner.id, industry.id])
    execute("UPDATE leads SET status = 'accepted'")
    text = page_of(admin_client, lead)

    assert "partner: – → Dak BV" in text  # noqa: RUF001  # a dash is meant
    assert "→ Roofs" in text
    assert "status: new → accepted" in text
    assert "e-mail: changed; not kept" in text
    assert "anna@example.com" not in text


def test_who_it_was(admin_client: Client, admin_user: User) -> None:
    partner = make_partner(company_name="Dak BV")
    url = reverse("admin:leads_partner_change", args=[partner.pk])
    form = dict.fromkeys(("primary_branch", "lead_industries", "regions", "lead_locations"), "")

    saved = admin_client.post(url, {**form, "company_name": "Dak NV", "is_active_for_routing": "true"})
    (session_user,) = set(AuditEvent.objects.values_list("database_user", flat=True))
    text = page_of(admin_client, partner)

    assert saved.status_code == 302
    assert f"{admin_user.username} partner: changed company name: Dak BV → Dak NV" in text
    assert f"{session_user} partner: made" in text


def test_a_user_who_is_gone_is_a_number(admin_client: Client) -> None:
    execute("SET LOCAL pghistory.context_metadata = '{\"user\": 424242}'")
    partner = make_partner()

    assert "user 424242 partner: made" in page_of(admin_client, partner)


def test_the_user_of_the_api_is_known(admin_client: Client) -> None:
    user = make_staff("leads.change_lead")
    lead = make_lead(partner=make_partner())

    assert client_of(user).post(f"/api/leads/{lead.pk}/accept/").status_code == 200

    event = AuditEvent.objects.filter(table_name="leads", operation="update").get()
    assert event.context == {"user": user.pk, "url": f"/api/leads/{lead.pk}/accept/"}
    assert f"{user.username} lead: changed" in page_of(admin_client, lead)


@shared_task(name="tests.pause_everybody")
def pause_everybody() -> None:
    Partner.objects.update(is_active_for_routing=False)


def test_a_task_is_known_by_its_name(admin_client: Client) -> None:
    partner = make_partner()

    pause_everybody.apply()

    assert "tests.pause_everybody partner: changed takes leads: yes → no" in page_of(admin_client, partner)


def test_groups_and_users_and_tokens(admin_client: Client) -> None:
    user, group = make_staff(), Group.objects.create(name="helpers")
    user.groups.add(group)
    user.groups.clear()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    token, secret = AuthToken.objects.create(user=user)

    of_group, of_user, of_token = (page_of(admin_client, row) for row in (group, user, token))

    assert f"membership of a group: deleted user: {user.username} → – group: helpers → –" in of_group  # noqa: RUF001  # dashes
    assert "superuser status: no → yes" in of_user
    assert f"token of the API: made user: – → {user.username}" in of_token  # noqa: RUF001  # a dash
    assert "History" in text_of(admin_client, reverse("admin:knox_authtoken_change", args=[token.pk]))
    assert secret not in of_token
    assert token.digest not in of_token


def test_a_table_and_a_column_that_are_no_longer_known_keep_their_names() -> None:
    lines = history.describe(
        [
            AuditEvent(table_name="parcels", operation="update", changes={"weight": [1, 2]}, database_user="app"),
            AuditEvent(table_name="leads", operation="update", changes={"colour": [[], "x"], "status": ["new", "won"]}),
        ]
    )

    assert [line.what for line in lines] == ["parcels: changed", "lead: changed"]
    assert [(change.column, change.new) for change in lines[1].changes] == [("status", "won"), ("colour", "x")]
    assert [change.column for change in lines[0].changes] == ["weight"]


def test_a_row_without_changes_and_one_with_many(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = make_partner()
    execute("UPDATE profiles SET max_open_leads = 1")
    monkeypatch.setattr(history, "MOST_EVENTS", 1)
    many = page_of(admin_client, partner)
    exempt("audit")
    execute("DELETE FROM audit_events")
    none = page_of(admin_client, partner)

    assert "Only the newest 1 are shown." in many
    assert "made" not in many
    assert "No change of this row is on record." in none


def test_what_came_in_empty_is_not_shown(admin_client: Client) -> None:
    text = page_of(admin_client, make_lead(source=""))

    assert "status: – → new" in text  # noqa: RUF001  # a dash is meant
    assert "source" not in text


def test_the_history_of_a_row_that_is_not_there_leads_back(admin_client: Client) -> None:
    url = reverse("admin:leads_partner_history", args=["00000000-0000-4000-8000-000000000000"])

    assert admin_client.get(url).status_code == 302


# -- The list of all changes


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"profiles", "leads", "auth_user"}),
        ("?table=leads", {"leads"}),
        ("?operation__exact=update", {"profiles"}),
        ("?by=person", {"profiles"}),
        ("?by=task", {"leads"}),
        ("?by=sql", {"auth_user"}),
        ("?q=anna", {"profiles"}),
        ("?q=some.task", {"leads"}),
        ("?q=nobody", set()),
    ],
)
def test_the_filters_of_the_list(query: str, found: set[str]) -> None:
    anna = User.objects.create_user(username="anna")
    partner = make_partner()
    exempt("audit")
    execute("DELETE FROM audit_events")
    User.objects.create_superuser(username="root")
    execute("SELECT set_config('pghistory.context_metadata', %s, true)", [f'{{"user": {anna.pk}}}'])
    execute("UPDATE profiles SET max_open_leads = 9 WHERE id = %s", [partner.pk])
    execute("SELECT set_config('pghistory.context_metadata', %s, true)", ['{"task": "some.task"}'])
    make_lead()
    execute("SET LOCAL pghistory.context_metadata = ''")
    client = Client()
    client.force_login(User.objects.get(username="root"))

    response = client.get(LIST + query)

    assert {event.table_name for event in response.context["cl"].result_list} == found


def test_the_list_takes_as_many_statements_for_50_changes_as_for_1(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    partner, lead = make_partner(), make_lead()
    admin_client.get(LIST)
    for number in range(50):
        execute("UPDATE leads SET user_id = %s, province = %s", [partner.id if number % 2 else None, str(number)])

    with django_assert_max_num_queries(9):
        text = text_of(admin_client, LIST)

    assert str(lead.pk) in text
    assert str(partner) in text


def test_an_event_has_a_page_to_read(admin_client: Client) -> None:
    make_partner(company_name="Dak BV")
    event = AuditEvent.objects.latest("id")

    text = text_of(admin_client, f"{LIST}{event.pk}/change/")

    assert "company name: – → Dak BV" in text  # noqa: RUF001  # a dash is meant
    assert admin_client.post(f"{LIST}{event.pk}/change/", {"row_id": "x"}).status_code == 403
    assert admin_client.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_recounting_makes_no_events() -> None:
    partner = make_partner()
    make_lead(partner=partner)
    before = AuditEvent.objects.count()

    execute("UPDATE profiles SET open_leads = 7")
    verify_open_leads(fix=True)

    assert AuditEvent.objects.count() == before
