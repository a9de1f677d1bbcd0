"""Leads: which columns go out and in, and what new rows set off."""

import json
import logging
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import redis
from celery import current_app
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from core.auth.actors import Actor
from leads.intake.services import intake
from leads.intake.services.intake import NewLead, create_leads
from leads.models import Lead, LeadActivity
from leads.services.dispatch import request_sweep
from tests.factories.marketplace import UNKNOWN_ID, make_industry, make_lead, make_partner
from tests.factories.pages import html_of, signed_in
from tests.integration.admin.transfers import (
    counts,
    csv_file,
    exported,
    imported,
    preview,
    problems,
    records,
    refusal,
    sheet,
    url_of,
)

pytestmark = pytest.mark.django_db

PERSON = ("contact_name", "contact_email", "contact_phone", "message")


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of leads for which routing was asked."""
    asked: list[int] = []
    monkeypatch.setattr(intake, "request_sweep", lambda *, leads: asked.append(leads))
    return asked


# -- Leads: out


def test_a_lead_is_exported_with_its_partner_and_its_times(admin_client: Client) -> None:
    partner = make_partner(company_name="Zon")
    lead = make_lead(
        partner=partner, industry=make_industry(name="Roofs"), status="won", deal_value=Decimal("1250.50"), message="Hi"
    )

    (row,) = records(exported(admin_client, Lead))

    assert (row["id"], row["status"], row["industry"]) == (str(lead.id), "won", "Roofs")
    assert (row["partner"], row["partner_name"], row["deal_value"]) == (str(partner.id), "Zon", "1250.50")
    assert row["decided_at"] == timezone.localtime(lead.decided_at).isoformat(sep=" ")
    assert row["message"] == "Hi"


def test_who_may_not_change_leads_exports_nothing_personal() -> None:
    make_lead(contact_name="Ans", contact_email="ans@example.org", contact_phone="030", message="Secret")
    reader, editor = signed_in("leads.view_lead"), signed_in("leads.view_lead", "leads.change_lead")

    for kind in ("csv", "xlsx"):
        data = exported(reader, Lead, kind=kind)
        (row,) = records(data) if kind == "csv" else sheet(data)
        assert not set(PERSON) & set(row)
        assert "Secret" not in str(row)
    assert records(exported(editor, Lead))[0]["contact_name"] == "Ans"
    assert "<code>contact_name</code>" not in html_of(reader, url_of(Lead, "export"))


def test_who_took_data_out_is_logged_without_the_data(admin_client: Client, caplog: pytest.LogCaptureFixture) -> None:
    make_lead(contact_name="Ans")

    with caplog.at_level(logging.INFO, "leads.imports"):
        exported(admin_client, Lead)

    (message,) = [record.getMessage() for record in caplog.records if record.name.startswith("leads.imports")]
    assert message.endswith("exported 1 rows of leads.Lead")


# -- Leads: in


def test_a_new_lead_comes_in_as_any_other(
    admin_client: Client, routed: list[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    industry = make_industry(name="Roofs")
    data = csv_file(
        ["industry", "province", "postcode", "source", "contact_name", "contact_email", "contact_phone", "message"],
        ["roofs", "Utrecht", "3511 AB", "fair", "Ans", "ans@example.org", "'+31301234567", "Twelve panels"],
        [industry.id, "", "", "", "", "", "", "No more"],
    )

    with django_capture_on_commit_callbacks(execute=True):
        imported(admin_client, Lead, data)

    lead, bare = Lead.objects.order_by("message").reverse()
    assert (lead.industry, lead.province, lead.postcode, lead.source) == (industry, "Utrecht", "3511 AB", "fair")
    assert (lead.contact_name, lead.contact_email, lead.contact_phone) == ("Ans", "ans@example.org", "+31301234567")
    assert (lead.status, lead.partner, bare.province, bare.source) == ("new", None, None, "")
    assert {(row.lead_id, row.type) for row in LeadActivity.objects.all()} == {
        (lead.id, "created"),
        (bare.id, "created"),
    }
    assert {row.metadata["actor"].partition(":")[0] for row in LeadActivity.objects.all()} == {"user"}
    assert routed == [2]


def test_a_preview_and_a_refused_import_have_nothing_routed(
    admin_client: Client, routed: list[int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        preview(admin_client, Lead, csv_file(["province"], ["Utrecht"]))
        preview(admin_client, Lead, csv_file(["contact_email"], ["ans@example.org"], ["nobody"]))

    assert callbacks == []
    assert routed == []
    assert not Lead.objects.exists()


def test_a_lead_can_be_corrected_and_its_life_cannot_be_told(admin_client: Client) -> None:
    partner = make_partner()
    lead = make_lead(partner=partner, status="won", deal_value=100)
    since = timezone.now() - timedelta(days=3)

    imported(
        admin_client,
        Lead,
        csv_file(
            [
                *("id", "status", "partner", "created_at", "assigned_at", "tried_partner_ids"),
                *("postcode", "deal_value", "price_at_purchase"),
            ],
            [
                *(lead.id, "new", "", since.isoformat(), since.isoformat(), str(uuid4())),
                *("1000 AA", "1250,5", "40"),
            ],
        ),
    )

    changed = Lead.objects.get()
    assert changed.postcode == "1000 AA"
    assert (changed.deal_value, changed.price_at_purchase) == (Decimal("1250.50"), Decimal(40))
    for kept in ("status", "partner_id", "created_at", "assigned_at", "tried_partner_ids"):
        assert getattr(changed, kept) == getattr(lead, kept)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("status", "won", "The system keeps this column: leave it empty in a new row."),
        ("partner", UNKNOWN_ID, "The system keeps this column: leave it empty in a new row."),
        ("deal_value", "5", "A new row has none yet: leave it empty."),
        ("industry", "Flying", "'Flying' is not known."),
        ("industry", "Roofs", "'Roofs' is the name of several: give the id."),
        ("contact_email", "ans", "'ans' is not an e-mail address."),
        ("postcode", "x" * 13, "It has 13 characters; 12 fit."),
    ],
)
def test_what_a_new_lead_cannot_have_is_named(column: str, cell: str, message: str, admin_client: Client) -> None:
    make_industry(name="Roofs")
    make_industry(name="roofs ")

    assert problems(preview(admin_client, Lead, csv_file([column, "source"], [cell, "fair"]))) == [(2, column, message)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        *((cell, "is not an amount") for cell in ("1.234", "1.234,50", "a", "1e3")),
        ("-5", "is negative"),
        ("1000000000000", "is too large"),
    ],
)
def test_an_amount_that_could_be_read_in_two_ways_is_refused(cell: str, reason: str, admin_client: Client) -> None:
    lead = make_lead(partner=make_partner(), status="won")

    ((line, column, message),) = problems(
        preview(admin_client, Lead, csv_file(["id", "deal_value"], [lead.id, cell], delimiter=";"))
    )

    assert (line, column) == (2, "deal_value")
    assert reason in message


def test_only_a_lead_that_was_won_has_a_deal_value(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())

    found = preview(admin_client, Lead, csv_file(["id", "deal_value"], [lead.id, "5"]))

    assert problems(found) == [(2, "deal_value", "Only a lead that was won has a deal value.")]


def test_an_industry_of_a_common_name_is_exported_by_its_id_and_known_again(admin_client: Client) -> None:
    first, _second = make_industry(name="Roofs"), make_industry(name="Roofs")
    make_lead(industry=first)
    data = exported(admin_client, Lead)

    assert records(data)[0]["industry"] == str(first.id)
    assert counts(preview(admin_client, Lead, data)) == (0, 0, 1)


def test_leads_of_a_legacy_table_with_long_texts_can_be_imported_unchanged(admin_client: Client) -> None:
    lead = make_lead(postcode="x" * 30, contact_email="nobody", message="x" * 6000)
    data = exported(admin_client, Lead)

    found = preview(admin_client, Lead, data.replace(b"Utrecht", b"Drenthe"))

    assert refusal(found) == ""
    assert (problems(found), counts(found)) == ([], (0, 1, 0))
    assert lead.province == "Utrecht"


# -- The service


def test_many_leads_come_in_all_or_nothing(routed: list[int]) -> None:
    there = make_lead()
    actor = Actor(name="user:1")

    with pytest.raises(IntegrityError):
        create_leads(leads={uuid4(): NewLead(), there.id: NewLead()}, actor=actor, now=timezone.now())


def test_many_leads_take_one_message(redis_url: str) -> None:
    queue = redis.Redis.from_url(redis_url)
    queue.delete("celery")

    is_sent = request_sweep(leads=5)

    raw = queue.lrange("celery", 0, -1)
    queue.delete("celery")
    queue.close()
    assert is_sent
    assert [json.loads(message)["headers"]["task"] for message in raw] == ["router.tasks.sweep_unassigned_leads"]


def test_a_broker_that_is_away_is_asked_once(caplog: pytest.LogCaptureFixture) -> None:
    before = (current_app.conf.broker_url, current_app.conf.broker_write_url)
    current_app.conf.update(broker_url="redis://127.0.0.1:1/0", broker_write_url="redis://127.0.0.1:1/0")
    try:
        with caplog.at_level(logging.WARNING, "leads.services"):
            is_sent = request_sweep(leads=3)
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])

    assert not is_sent
    assert caplog.messages == ["3 leads wait for the sweep: the broker is away (OperationalError)."]


def test_a_place_is_imported_as_the_api_takes_it(admin_client: Client, routed: list[int]) -> None:
    imported(admin_client, Lead, csv_file(["contact_name", "postcode"], ["Naam", "3511ab"]))

    lead = Lead.objects.get()
    assert (lead.postcode, lead.province) == ("3511 AB", "Utrecht")


@pytest.mark.parametrize(
    ("postcode", "province", "column"), [("35111", "", "postcode"), ("3511 AB", "Zeeland", "province")]
)
def test_a_place_that_the_api_refuses_is_refused(
    postcode: str, province: str, column: str, admin_client: Client
) -> None:
    found = preview(admin_client, Lead, csv_file(["postcode", "province"], [postcode, province]))

    assert [(line, where) for line, where, _ in problems(found)] == [(2, column)]


def test_a_postcode_that_is_changed_takes_the_province_along(admin_client: Client) -> None:
    lead = make_lead(postcode="3511 AB", province="Utrecht")

    imported(admin_client, Lead, csv_file(["id", "postcode"], [str(lead.id), "1000"]))

    lead.refresh_from_db()
    assert (lead.postcode, lead.province) == ("1000", "Brussel")
