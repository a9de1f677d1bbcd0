"""Erasure of one person's data, on that person's request."""

from datetime import datetime

import pghistory
from django.db import connection, transaction

from core.auth.actors import Actor
from core.violations import translate_check_violations
from leads.models import Lead
from leads.privacy.personal_data import TICKETS
from leads.privacy.services.persons import Found, Person, find_person
from leads.services.locks import lock_person


class FoundOther(Exception):
    """The person's rows differ from those that the actor saw."""


def erase_person(person: Person, *, reason: str, actor: Actor, now: datetime, expected: Found | None = None) -> Found:
    """Anonymise all leads of a person, and tickets without a lead that name the person; return their ids.

    The leads remain, for the statistics and the books, without the person. One that waits for a partner becomes lost,
    so that nobody gets it; a later request of the person is a new lead. The audit events record who erased which rows
    and why. `expected` is what the actor saw, if anything was shown.

    Raises `TooManyLeads`, `FoundOther`, `ConstraintViolated` for a lead that the database refuses to change,
    `ValueError` without a reason.
    """
    if not reason.strip():
        raise ValueError("An erasure has a reason.")
    with translate_check_violations(), transaction.atomic(), pghistory.context(erasure=reason.strip(), by=actor.name):
        # A concurrent request of the same person is committed before this, or comes after it and is new.
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
