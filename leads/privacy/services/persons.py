"""Look-up of one person's data by e-mail address or phone number."""

from dataclasses import dataclass
from typing import LiteralString, Self
from uuid import UUID

from django.db import connection

MOST_LEADS = 500
"""Maximum leads of one person; more come from an auto-filled number or a call centre's."""


class NobodyNamed(ValueError):
    """No person is named; `field` is the invalid one: `email`, `phone`, or empty if nothing was given."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class TooManyLeads(Exception):
    """More than `MOST_LEADS` leads have this e-mail address or phone number, so it is not one person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person by e-mail address, phone number, or both, normalised for comparison; created by `make`.

    `lead_id` adds this lead, whatever its contact details.
    """

    email: str | None = None
    phone: str | None = None
    lead_id: UUID | None = None

    @classmethod
    def make(cls, *, email: str = "", phone: str = "", lead_id: UUID | None = None) -> Self:
        """Normalise the given values; a number without a country code is Dutch. Raises `NobodyNamed`."""
        if not (email.strip() or phone.strip() or lead_id):
            raise NobodyNamed("")
        with connection.cursor() as cursor:
            cursor.execute("SELECT lead_email(%s), lead_phone(%s, NULL)", [email, phone])
            person = cls(**dict(zip(("email", "phone"), cursor.fetchone(), strict=True)), lead_id=lead_id)
        if email.strip() and person.email is None:
            raise NobodyNamed("email")
        if phone.strip() and person.phone is None:
            raise NobodyNamed("phone")
        return person

    @classmethod
    def of_lead(cls, lead_id: UUID) -> Self:
        """Return the person behind this lead, as far as it says."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lead_email(contact_email), lead_phone(contact_phone, postcode) FROM leads WHERE id = %s",
                [lead_id],
            )
            email, phone = cursor.fetchone() or (None, None)
        return cls(email=email, phone=phone, lead_id=lead_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Ids of a person's leads that are not anonymised, and of tickets without a lead."""

    lead_ids: tuple[UUID, ...]
    ticket_ids: tuple[UUID, ...]

    def __bool__(self) -> bool:
        return bool(self.lead_ids or self.ticket_ids)


# Digests only find candidates; the lead itself has to show that it is the person. Repeats have none, and are few.
_LEADS: LiteralString = """
    SELECT lead.id
    FROM leads AS lead
    WHERE lead.id IN (
            SELECT digest.lead_id FROM lead_contact_digests AS digest
            WHERE digest.email_digest = hashtextextended(%(email)s, 0)
                OR digest.phone_digest = hashtextextended(%(phone)s, 0)
        )
        AND (
            lead_email(lead.contact_email) = %(email)s OR lead_phone(lead.contact_phone, lead.postcode) = %(phone)s
        )
    UNION
    SELECT repeat.lead_id
    FROM lead_repeats AS repeat
    WHERE lead_email(repeat.contact_email) = %(email)s OR lead_phone(repeat.contact_phone, repeat.postcode) = %(phone)s
    UNION
    SELECT lead.id FROM leads AS lead WHERE lead.id = %(lead_id)s AND lead.anonymised_at IS NULL
    ORDER BY 1
    LIMIT %(limit)s
"""

# The digits of a Dutch or Belgian number without its country code are part of it in every notation.
_TICKETS: LiteralString = """
    SELECT ticket.id
    FROM support_tickets AS ticket
    CROSS JOIN LATERAL (SELECT comparable_text(ticket.subject || E'\n' || ticket.body) AS words OFFSET 0) AS told
    WHERE ticket.lead_id IS NULL AND (
        strpos(told.words, %(email)s) > 0
        OR strpos(
            regexp_replace(told.words, '[^0-9]', '', 'g'), regexp_replace(%(phone)s, '^[+](3[12])?', '')
        ) > 0
    )
    ORDER BY 1
"""


def find_person(person: Person) -> Found:
    """Return the rows of this person. Raises `TooManyLeads`."""
    parameters = {"email": person.email, "phone": person.phone, "lead_id": person.lead_id, "limit": MOST_LEADS + 1}
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, parameters)
        lead_ids = tuple(lead_id for (lead_id,) in cursor.fetchall())
        if len(lead_ids) > MOST_LEADS:
            raise TooManyLeads
        cursor.execute(_TICKETS, parameters)
        return Found(lead_ids=lead_ids, ticket_ids=tuple(ticket_id for (ticket_id,) in cursor.fetchall()))
