"""The words of a lead's life: statuses, the steps between them, kinds of activity. Python has no other."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadStatus(models.TextChoices):
    """Where a lead stands. An assigned lead stays `new` until its partner accepts or rejects it."""

    NEW = "new", _("new")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    IN_PROGRESS = "in_progress", _("in progress")
    COMPLETED = "completed", _("completed")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class LeadAction(StrEnum):
    """What can be done to a lead's status through the API."""

    ACCEPT = "accept"
    REJECT = "reject"
    START = "start"
    COMPLETE = "complete"
    WIN = "win"
    LOSE = "lose"


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of the state machine.

    `action` is None where only another application, with SQL, may go this way. `needs_partner`: only for a lead that
    somebody has.
    """

    source: LeadStatus
    target: LeadStatus
    action: LeadAction | None = None
    needs_partner: bool = False


STEPS = (
    Step(LeadStatus.NEW, LeadStatus.ACCEPTED, LeadAction.ACCEPT, needs_partner=True),
    Step(LeadStatus.NEW, LeadStatus.REJECTED, LeadAction.REJECT, needs_partner=True),
    Step(LeadStatus.ACCEPTED, LeadStatus.IN_PROGRESS, LeadAction.START),
    Step(LeadStatus.ACCEPTED, LeadStatus.COMPLETED, LeadAction.COMPLETE),
    Step(LeadStatus.IN_PROGRESS, LeadStatus.COMPLETED, LeadAction.COMPLETE),
    Step(LeadStatus.ACCEPTED, LeadStatus.WON, LeadAction.WIN),
    Step(LeadStatus.IN_PROGRESS, LeadStatus.WON, LeadAction.WIN),
    Step(LeadStatus.COMPLETED, LeadStatus.WON, LeadAction.WIN),
    Step(LeadStatus.ACCEPTED, LeadStatus.LOST, LeadAction.LOSE),
    Step(LeadStatus.IN_PROGRESS, LeadStatus.LOST, LeadAction.LOSE),
    Step(LeadStatus.COMPLETED, LeadStatus.LOST, LeadAction.LOSE),
    Step(LeadStatus.NEW, LeadStatus.IN_PROGRESS, needs_partner=True),
    Step(LeadStatus.NEW, LeadStatus.COMPLETED, needs_partner=True),
    Step(LeadStatus.NEW, LeadStatus.WON, needs_partner=True),
    Step(LeadStatus.NEW, LeadStatus.LOST),
    Step(LeadStatus.NEW, LeadStatus.REJECTED),
    Step(LeadStatus.ACCEPTED, LeadStatus.REJECTED),
    Step(LeadStatus.IN_PROGRESS, LeadStatus.REJECTED),
)
"""The state machine; `docs/lifecycle.md` draws it. A trigger holds every writer to it (`leads.triggers.statuses`)."""

RESTARTING = (LeadStatus.ACCEPTED, LeadStatus.REJECTED, LeadStatus.IN_PROGRESS, LeadStatus.COMPLETED)
"""A lead in one of these that changes hands may start again, as if it were new. A decided one keeps its decision."""

TRANSITION_RULE = "leads_status_transition"
"""The constraint that the database names when it refuses a step."""


class ActivityType(models.TextChoices):
    """What was done. A database that was taken over may hold further types; they count as no contact."""

    PHONE_CALL = "phone_call", _("phone call")
    EMAIL_SENT = "email_sent", _("e-mail sent")
    WHATSAPP = "whatsapp", _("WhatsApp")
    MEETING = "meeting", _("meeting")
    STATUS_CHANGE_CONTACTED = "status_change_contacted", _("marked as contacted")
    NOTE = "note", _("note")
    CREATED = "created", _("created")
    STATUS_CHANGE = "status_change", _("status change")
    ASSIGNED = "assigned", _("assigned")


OPEN_STATUSES = (LeadStatus.NEW, LeadStatus.ACCEPTED, LeadStatus.IN_PROGRESS)
"""A lead in one of these takes up a place of its partner's cap."""

BREAK_DAYS = 14
"""A partner that got no lead for so many days had a break. For as many days after it, it is held to its usual pace."""

LEAST_LEADS_FOR_A_PACE = 10
"""Of fewer leads between two breaks nobody can tell what is usual."""

CONTACT_TYPES = (
    ActivityType.PHONE_CALL,
    ActivityType.EMAIL_SENT,
    ActivityType.WHATSAPP,
    ActivityType.MEETING,
    ActivityType.STATUS_CHANGE_CONTACTED,
)
"""Activities by which the partner reached, or tried to reach, the person who asked."""
