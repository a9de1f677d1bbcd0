"""Words of a lead's life: statuses, transitions, activity types. Python defines them nowhere else."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadStatus(models.TextChoices):
    """Status of a lead. An assigned lead stays `new` until its partner accepts or rejects it."""

    NEW = "new", _("new")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    IN_PROGRESS = "in_progress", _("in progress")
    COMPLETED = "completed", _("completed")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class LeadAction(StrEnum):
    """Actions on a lead's status in the API."""

    ACCEPT = "accept"
    REJECT = "reject"
    START = "start"
    COMPLETE = "complete"
    WIN = "win"
    LOSE = "lose"


@dataclass(frozen=True, slots=True)
class Step:
    """One transition of the state machine.

    `action` is None if only another application, with SQL, may make it. `needs_partner` is for assigned leads only.
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
"""The state machine, drawn in `docs/lifecycle.md`. A trigger enforces it (`leads.triggers.statuses`)."""

RESTARTING = (LeadStatus.ACCEPTED, LeadStatus.REJECTED, LeadStatus.IN_PROGRESS, LeadStatus.COMPLETED)
"""Statuses from which a re-routed lead may start again as new. A decided lead keeps its decision."""

TRANSITION_RULE = "leads_status_transition"
"""The constraint that the database names when it refuses a transition."""


class ActivityType(models.TextChoices):
    """Type of an activity. An adopted database may hold further types; they do not count as contact."""

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
"""Statuses of a lead that counts towards its partner's cap."""

BREAK_DAYS = 14
"""Days without a lead that make a break. For as many days afterwards, a partner is held to its usual pace."""

LEAST_LEADS_FOR_A_PACE = 10
"""Minimum number of leads between two breaks that defines a usual pace."""

CONTACT_TYPES = (
    ActivityType.PHONE_CALL,
    ActivityType.EMAIL_SENT,
    ActivityType.WHATSAPP,
    ActivityType.MEETING,
    ActivityType.STATUS_CHANGE_CONTACTED,
)
"""Activities by which the partner reached, or tried to reach, the person."""
