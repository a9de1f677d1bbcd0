"""Ratings and tickets: by the rules of their services."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from feedback.models import LeadFeedback
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner
from tests.integration.admin.transfers import confirm, counts, csv_file, exported, imported, preview, problems, records

pytestmark = pytest.mark.django_db

NOW = timezone.now()


# -- Ratings


def test_a_rating_is_about_the_partner_who_has_the_lead(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner(), created_at=NOW - timedelta(days=9))
    given = (NOW - timedelta(days=2)).replace(microsecond=0)

    imported(
        admin_client,
        LeadFeedback,
        csv_file(["lead", "rating", "comment", "created_at"], [lead.id, "4", "Good", given.isoformat()]),
    )

    feedback = LeadFeedback.objects.get()
    assert (feedback.lead_id, feedback.partner_id, feedback.rating) == (lead.id, lead.partner_id, 4)
    assert (feedback.comment, feedback.created_at) == ("Good", given)


def test_without_a_time_a_rating_is_of_now(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())

    imported(admin_client, LeadFeedback, csv_file(["lead", "rating", "created_at"], [lead.id, "4", ""]))

    assert timezone.now() - LeadFeedback.objects.get().created_at < timedelta(minutes=1)


def test_a_rating_is_exported_with_its_lead_and_partner(admin_client: Client) -> None:
    partner = make_partner(company_name="Zon")
    lead = make_lead(partner=partner)
    LeadFeedback.objects.create(lead=lead, partner=partner, rating=4, comment="=1+1")

    (row,) = records(exported(admin_client, LeadFeedback))

    assert list(row) == ["id", "lead", "rating", "comment", "created_at", "partner", "partner_name"]
    assert (row["lead"], row["rating"], row["comment"]) == (str(lead.id), "4", "'=1+1")
    assert (row["partner"], row["partner_name"]) == (str(lead.partner_id), "Zon")


def test_every_rule_of_a_rating_is_kept_and_named(admin_client: Client) -> None:
    partner = make_partner()
    rated, good, waiting, late = (
        make_lead(partner=partner),
        make_lead(partner=partner),
        make_lead(),
        make_lead(partner=partner),
    )
    LeadFeedback.objects.create(lead=rated, partner=partner, rating=4)
    yesterday = (NOW - timedelta(days=1)).isoformat()

    found = preview(
        admin_client,
        LeadFeedback,
        csv_file(
            ["lead", "rating", "created_at", "partner"],
            [rated.id, "5", "", ""],
            [good.id, "6", "", ""],
            [good.id, "1", "", ""],
            [good.id, "2", "", ""],
            [waiting.id, "3", "", ""],
            [uuid4(), "3", "", ""],
            ["x", "", "", ""],
            ["", "4", "", ""],
            [late.id, "4", yesterday, ""],
            [late.id, "4", "", partner.id],
        ),
    )

    assert problems(found) == [
        (2, "lead", "This lead has its rating."),
        (3, "rating", "'6' is more than 5."),
        (4, "lead", "This lead has its rating."),
        (5, "lead", "This lead has its rating."),
        (6, "lead", "Nobody has this lead yet, so there is nobody to rate."),
        (7, "lead", "There is no such lead."),
        (8, "lead", "'x' is not an id."),
        (8, "rating", "It cannot be empty."),
        (9, "lead", "It cannot be empty."),
        (10, "created_at", "It is earlier than the lead."),
        (11, "partner", "The system keeps this column: leave it empty in a new row."),
        (11, "lead", "This lead has its rating."),
    ]
    assert LeadFeedback.objects.count() == 1


def test_a_rating_can_be_corrected_but_not_moved(admin_client: Client) -> None:
    partner = make_partner()
    lead, other = make_lead(partner=partner), make_lead(partner=partner)
    feedback = LeadFeedback.objects.create(lead=lead, partner=partner, rating=4)

    found = preview(
        admin_client, LeadFeedback, csv_file(["id", "lead", "created_at"], [feedback.id, other.id, "2020-01-01"])
    )
    imported(admin_client, LeadFeedback, csv_file(["id", "lead", "rating"], [feedback.id, lead.id, "2"]))

    feedback.refresh_from_db()
    assert problems(found) == [
        (2, "lead", "An import cannot change it."),
        (2, "created_at", "An import cannot change it."),
    ]
    assert (feedback.rating, feedback.lead_id) == (2, lead.id)


def test_a_rating_that_came_in_between_is_no_error(admin_client: Client) -> None:
    partner = make_partner()
    lead = make_lead(partner=partner)
    previewed = preview(admin_client, LeadFeedback, csv_file(["lead", "rating"], [lead.id, "4"]))
    LeadFeedback.objects.create(lead=lead, partner=partner, rating=1)

    response = confirm(admin_client, LeadFeedback, previewed)

    assert problems(response) == [(2, "lead", "This lead has its rating.")]
    assert LeadFeedback.objects.get().rating == 1


# -- Tickets


def test_a_ticket_about_a_lead_is_about_its_partner(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())
    waiting, alone = make_lead(), make_partner()

    imported(
        admin_client,
        SupportTicket,
        csv_file(
            ["type", "subject", "body", "lead", "partner"],
            ["Complaint", "A", "Late", lead.id, ""],
            ["question", "B", "", waiting.id, ""],
            ["", "C", "", "", alone.id],
            ["other", "D", "", "", ""],
            ["request", "E", "", lead.id, lead.partner_id],
        ),
    )

    rows = SupportTicket.objects.order_by("subject").values_list("type", "lead", "partner", "status", "body")
    assert list(rows) == [
        ("complaint", lead.id, lead.partner_id, "open", "Late"),
        ("question", waiting.id, None, "open", ""),
        ("question", None, alone.id, "open", ""),
        ("other", None, None, "open", ""),
        ("request", lead.id, lead.partner_id, "open", ""),
    ]


def test_every_rule_of_a_ticket_is_kept_and_named(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())
    other = make_partner()

    found = preview(
        admin_client,
        SupportTicket,
        csv_file(
            ["type", "status", "lead", "partner", "created_at", "resolved_at"],
            ["shouting", "shut", "", "", "", ""],
            ["other", "", uuid4(), "", "", ""],
            ["other", "", "", uuid4(), "", ""],
            ["other", "", lead.id, other.id, "", ""],
            ["other", "open", "", "", "", "2026-01-31"],
            ["other", "resolved", "", "", "2026-02-01", "2026-01-31"],
        ),
    )

    assert problems(found) == [
        (2, "type", "'shouting' is none of complaint, question, request, other."),
        (2, "status", "'shut' is none of open, resolved."),
        (3, "lead", "There is no such lead."),
        (4, "partner", "There is no such partner."),
        (5, "partner", "Another partner has this lead: leave it empty."),
        (6, "resolved_at", "Only a resolved ticket has it."),
        (7, "resolved_at", "It is earlier than the ticket."),
    ]
    assert not SupportTicket.objects.exists()


def test_a_ticket_that_is_resolved_by_an_import_has_its_time(admin_client: Client) -> None:
    first, second = (SupportTicket.objects.create(subject=name, created_at=NOW - timedelta(days=9)) for name in "AB")
    known = (NOW - timedelta(days=2)).replace(microsecond=0)

    imported(
        admin_client,
        SupportTicket,
        csv_file(
            ["id", "status", "resolved_at"], [first.id, "resolved", ""], [second.id, "resolved", known.isoformat()]
        ),
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.resolved_at is not None
    assert timezone.now() - first.resolved_at < timedelta(minutes=1)
    assert (first.status, second.status, second.resolved_at) == ("resolved", "resolved", known)


def test_a_ticket_that_is_opened_again_loses_its_time(admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(status="resolved", resolved_at=NOW, created_at=NOW - timedelta(days=1))

    refused = preview(admin_client, SupportTicket, csv_file(["id", "status"], [ticket.id, "open"]))
    imported(admin_client, SupportTicket, csv_file(["id", "status", "resolved_at"], [ticket.id, "open", ""]))

    ticket.refresh_from_db()
    assert problems(refused) == [(2, "resolved_at", "Only a resolved ticket has it.")]
    assert (ticket.status, ticket.resolved_at) == ("open", None)


def test_what_a_ticket_is_about_stays(admin_client: Client) -> None:
    lead = make_lead(partner=make_partner())
    ticket = SupportTicket.objects.create(subject="A", lead=lead, partner=lead.partner)

    found = preview(
        admin_client, SupportTicket, csv_file(["id", "lead", "partner"], [ticket.id, "", make_partner().id])
    )

    assert problems(found) == [
        (2, "lead", "An import cannot change it."),
        (2, "partner", "An import cannot change it."),
    ]


def test_a_resolved_ticket_of_unknown_time_stays_as_it_is(admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(subject="A", status="resolved")

    found = preview(admin_client, SupportTicket, exported(admin_client, SupportTicket))
    imported(admin_client, SupportTicket, csv_file(["id", "subject"], [ticket.id, "B"]))

    ticket.refresh_from_db()
    assert counts(found) == (0, 0, 1)
    assert (ticket.subject, ticket.resolved_at) == ("B", None)
