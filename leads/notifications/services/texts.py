"""Texts of notifications, written when they are sent, from the lead's current state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from leads.models import Lead
from leads.notifications.services.outbox import Claim


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain-text e-mail."""

    subject: str
    body: str


def webhook_body(claim: Claim, lead: Lead) -> bytes:
    """Return the event as JSON, with what the partner needs to get in touch."""
    content: Mapping[str, Any] = {
        "id": str(claim.notification_id),
        "type": claim.event,
        "time": claim.created_at.isoformat(),
        "data": {
            "lead_id": str(lead.pk),
            "link": link_to(lead),
            "assigned_at": lead.assigned_at and lead.assigned_at.isoformat(),
            "industry": lead.industry and lead.industry.name,
            "province": lead.province,
            "postcode": lead.postcode,
            "contact": {"name": lead.contact_name, "email": lead.contact_email, "phone": lead.contact_phone},
            "message": lead.message,
        },
    }
    return json.dumps(content, ensure_ascii=False).encode()


def mail(claim: Claim, lead: Lead) -> Mail:
    """Return a short text in the channel's language. The person is shown by the marketplace only, after signing in."""
    with override(claim.channel.language):
        industry = lead.industry.name if lead.industry else None
        place = lead.province
        about = " ".join(part for part in (industry, f"({place})" if place else None) if part)
        lines = [
            _("Hello,"),
            _("You have a new lead: %(about)s.") % {"about": about} if about else _("You have a new lead."),
            _("See it, and get in touch while it is fresh:"),
            link_to(lead) or _("Sign in to the marketplace."),
            _("Lead %(id)s") % {"id": lead.pk},
        ]
        return Mail(subject=_("You have a new lead"), body="\n\n".join(lines) + "\n")


def link_to(lead: Lead) -> str | None:
    """Return the URL of the lead in the marketplace, if the settings define one."""
    template: str = settings.MARKETPLACE_LEAD_URL
    return template.replace("{lead_id}", str(lead.pk)) if template else None
