"""Who does something to a lead."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody, or a machine, that acts.

    `name` goes into the record of what was done, so it is an identifier (`user:12`) and holds no personal data.
    `partner_id` is set for a partner's own login, which reaches the leads of that partner and no others;
    `intake_client_id` for an intake client, which reaches those that it sent. `is_page`: it is a page's, and whatever
    it is told is told to everybody.
    """

    name: str
    partner_id: UUID | None = None
    intake_client_id: int | None = None
    is_page: bool = False
