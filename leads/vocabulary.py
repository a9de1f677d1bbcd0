"""The words of a lead's life: statuses and kinds of activity. Nothing else defines them in Python."""

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

CONTACT_TYPES = (
    ActivityType.PHONE_CALL,
    ActivityType.EMAIL_SENT,
    ActivityType.WHATSAPP,
    ActivityType.MEETING,
    ActivityType.STATUS_CHANGE_CONTACTED,
)
"""Activities by which the partner reached, or tried to reach, the person who asked."""
