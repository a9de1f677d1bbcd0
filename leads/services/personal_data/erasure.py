"""Erasing what is known of one person, on that person's request."""

from datetime import datetime

import pghistory
from django.db import connection, transaction

from leads.models import Lead
from leads.personal_data import TICKETS
from leads.services.actors import Actor
from leads.services.duplicates import lock_person
from leads.services.personal_data.persons import Found, Person, find_person
from leads.services.rules import translate_check_violations


class FoundOther(Exception):
    """Other rows are there of the person than those that the actor saw."""


def erase_person(person: Person, *, reason: str, actor: Actor, now: datetime, expected: Found | None = None) -> Found:
    """Anonymise all leads of a person, and the tickets about no lead that name the person; returns which they were.

    The leads stay, for the statistics and the books, and say nothing of who asked. One that waits for a partner becomes
    lost, so that nobody gets it; what the person asks for later is a new lead. The events of the audit tell who erased
    which rows and why. `expected` is what the actor saw, if anything was shown.

    Raises `TooManyLeads`, `FoundOther`, `ConstraintViolated` for a lead that the database refuses to change,
    `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("An erasure has a reason.")
    with translate_check_violations(), transaction.atomic(), pghistory.context(erasure=reason.strip(), by=actor.name):
        # A request of the same person that comes in at this moment is before this, or after it, and new.
        lock_person(email=person.email or "", phone=person.phone or "", postcode=None)
        found = find_person(person)
        if expected is not None and found != expected:
            raise FoundOther
        leads = Lead.objects.filter(id__in=found.lead_ids)
        list(leads.order_by("id").select_for_update().values_list("id"))
        leads.update(anonymised_at=now)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {TICKETS.name} AS ticket SET {TICKETS.changes('ticket')} WHERE ticket.id = ANY(%s)",  # noqa: S608  # our own names
                [list(found.ticket_ids)],
            )
    return found
