"""When a ticket was resolved follows from its status, as in an import."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from support.models import SupportTicket
from tests.integration.admin.test_forms import opened

pytestmark = pytest.mark.django_db


def changed(client: Client, ticket: SupportTicket, **values: Any) -> bytes:
    """Change the ticket with the form; the answer where it was refused."""
    url = reverse("admin:support_supportticket_change", args=[ticket.pk])
    response = client.post(url, opened(client, url) | values)
    ticket.refresh_from_db()
    return response.content


def test_who_resolves_a_ticket_need_not_say_when(admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(subject="Late")
    before = timezone.now()

    changed(admin_client, ticket, status="resolved")

    assert ticket.status == "resolved"
    assert ticket.resolved_at is not None
    assert before <= ticket.resolved_at <= timezone.now()


def test_a_ticket_that_is_opened_again_is_not_resolved(admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(subject="Late", status="resolved", resolved_at=timezone.now())

    changed(admin_client, ticket, status="open")

    assert (ticket.status, ticket.resolved_at) == ("open", None)


def test_another_change_leaves_the_time_alone(admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(subject="Late", status="resolved")

    changed(admin_client, ticket, subject="Very late")

    assert (ticket.subject, ticket.resolved_at) == ("Very late", None)


def test_a_new_ticket_may_be_resolved_already(admin_client: Client) -> None:
    url = reverse("admin:support_supportticket_add")

    admin_client.post(url, opened(admin_client, url) | {"type": "question", "status": "resolved"})

    assert SupportTicket.objects.get().resolved_at is not None


@pytest.mark.parametrize(
    ("status", "days", "sentence"),
    [("open", 0, b"Only a resolved ticket has it."), ("resolved", -1, b"It is earlier than the ticket.")],
)
def test_a_time_that_cannot_be_is_refused(status: str, days: int, sentence: bytes, admin_client: Client) -> None:
    ticket = SupportTicket.objects.create(subject="Late")
    at = timezone.localtime(ticket.created_at) + timedelta(days=days)

    answer = changed(
        admin_client, ticket, status=status, resolved_at_0=f"{at:%Y-%m-%d}", resolved_at_1=f"{at:%H:%M:%S}"
    )

    assert sentence in answer
    assert (ticket.status, ticket.resolved_at) == ("open", None)
