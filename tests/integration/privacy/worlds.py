"""Somebody who asks for an offer, and everything that the marketplace then does with the lead."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Industry, Lead, Partner
from leads.notifications.models import PartnerChannel
from leads.notifications.services.delivery import deliver_due
from performance.services.refresh import refresh_statistics
from support.models import SupportTicket
from tests.factories.api import client_of, staff_client
from tests.factories.marketplace import make_industry, make_intake_client, make_partner, make_partner_user
from tests.factories.raw import execute

NAME, FAMILY = "Hieronymus", "Quackelbeen"
EMAIL = "Hiero.Quackelbeen@Example.org"
OTHER_EMAIL = "h.kwaak@example.net"
PHONE = "06 1234 5987"
WISH = "zonnepanelenwens"
POSTCODE = "3511 QX"

WORDS = (NAME, FAMILY, EMAIL, OTHER_EMAIL, "612345987", WISH, POSTCODE, "3511QX")
"""What tells who it was. A number is found in any writing."""

ALL_TABLES = {"leads", "lead_repeats", "lead_activities", "lead_feedback", "support_tickets", "intake_keys"}
"""Where the words stand while the lead is what it was."""

LEADS = "/api/leads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The lead, who had it first and who has it, and the tickets: about the lead, and about none."""

    lead_id: UUID
    first: Partner
    second: Partner
    ticket: SupportTicket
    free_ticket: SupportTicket
    industry: Industry
    admin: User

    def lead(self) -> Lead:
        """As it is now."""
        return Lead.objects.get(pk=self.lead_id)


def sent(industry: Industry, **fields: Any) -> dict[str, Any]:
    """What a form sends of the person."""
    return {
        "industry": industry.name,
        "postcode": POSTCODE,
        "contact_name": f"{NAME} {FAMILY}",
        "contact_email": EMAIL,
        "contact_phone": PHONE,
        "message": f"Ik heb een {WISH}, bel {PHONE}",
    } | fields


def post(client: Any, url: str, body: dict[str, Any], status: int = 201, **headers: Any) -> Any:
    response = client.post(url, body, **headers)
    assert response.status_code == status, response.content
    return response.json()


def tell(*, webhook: str | None = None, is_won: bool = True) -> Story:
    """The lead comes in twice, is given to a partner, contacted, re-routed, contacted again, won, rated, complained of.

    With `webhook`, both partners are told there. The staff correct this and that on the way.
    """
    industry = make_industry(name="Solar panels")
    first, second = make_partner(regions=["Utrecht"]), make_partner(regions=["Utrecht"])
    if webhook:
        for partner in (first, second):
            PartnerChannel.objects.create(partner=partner, kind="webhook", address=webhook)
    intake = client_of(make_intake_client(may_send_feedback=True, may_open_tickets=True).user)
    receipt = post(intake, LEADS, sent(industry), HTTP_IDEMPOTENCY_KEY=f"{EMAIL}-1")
    lead_id = UUID(receipt["id"])
    repeat = sent(
        industry, contact_email=OTHER_EMAIL, contact_phone="+31 (0)6 12 34 59 87", message=f"Nogmaals: {WISH}"
    )
    assert post(intake, LEADS, repeat)["status"] == "duplicate"
    url = f"{LEADS}{lead_id}/"

    staff = staff_client(
        "router.add_leadassignmentlog", "support.add_supportticket", "leads.add_leadactivity", "leads.view_lead"
    )
    refresh_statistics(triggered_by="test")
    winner = post(staff, f"{url}assign/", {}, status=200)["partner_id"]
    if winner == str(second.pk):
        first, second = second, first
    deliver_due(seconds=5)
    partners = {partner.pk: client_of(make_partner_user(partner)) for partner in (first, second)}
    post(
        partners[first.pk],
        f"{url}activities/",
        {"type": "phone_call", "description": f"{NAME} gebeld op 0612345987, 3511QX"},
    )
    execute("UPDATE leads SET user_id = %s, assigned_at = clock_timestamp() WHERE id = %s", [second.pk, lead_id])
    deliver_due(seconds=5)
    post(partners[second.pk], f"{url}accept/", {}, status=200)
    post(partners[second.pk], f"{url}activities/", {"type": "email_sent", "description": f"Mail aan {EMAIL.upper()}"})
    execute(
        "INSERT INTO lead_activities (lead_id, type, metadata) VALUES (%s, 'note', jsonb_build_object('to', %s::text))",
        [lead_id, OTHER_EMAIL],
    )
    post(intake, f"{url}feedback/", {"rating": 2, "comment": f"Groeten, fam. {FAMILY}"})
    body = {"type": "complaint", "subject": f"{FAMILY} klaagt", "body": f"Postcode {POSTCODE}, tel. +31-6-12345987"}
    ticket = SupportTicket.objects.get(pk=post(staff, f"{url}tickets/", body)["id"])
    free = SupportTicket.objects.create(partner=second, subject="Vraag", body=f"Mijn adres is {EMAIL.lower()}")
    if is_won:
        post(partners[second.pk], f"{url}win/", {"deal_value": "1250.00"}, status=200)
    admin = User.objects.create_superuser("admin")
    correct_in_the_admin(admin, lead_id=lead_id, ticket=ticket)
    return Story(
        lead_id=lead_id,
        first=first,
        second=second,
        ticket=ticket,
        free_ticket=free,
        industry=industry,
        admin=admin,
    )


def correct_in_the_admin(admin: User, *, lead_id: UUID, ticket: SupportTicket) -> None:
    """Somebody looks the person up, and corrects the message and the subject."""
    browser = Client()
    browser.force_login(admin)
    page = reverse("admin:leads_lead_change", args=[lead_id])
    assert browser.get(reverse("admin:leads_lead_changelist"), {"q": EMAIL}).status_code == 200
    form = browser.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {"message": f"{WISH} ({NAME})"}
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("repeats", "activities")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    assert browser.post(page, data | inlines).status_code == 302
    page = reverse("admin:support_supportticket_change", args=[ticket.pk])
    data = {"type": "complaint", "status": "open", "subject": f"{NAME} {FAMILY} klaagt", "body": ticket.body}
    data |= {"partner": str(ticket.partner_id), "lead": str(lead_id)}
    opened = timezone.localtime(ticket.created_at)
    times = {"created_at_0": f"{opened:%Y-%m-%d}", "created_at_1": f"{opened:%H:%M:%S}"}
    data |= times | {f"initial-{name}": value for name, value in times.items()}
    data |= {"initial-resolved_at_0": "", "initial-resolved_at_1": ""}
    assert browser.post(page, data).status_code == 302
