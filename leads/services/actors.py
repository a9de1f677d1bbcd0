"""The actor that changes a lead."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or process that acts.

    `name` is stored with the action, so it is an identifier (`user:12`) without personal data. `partner_id` is set for
    a partner's own login, which is limited to the leads of that partner; `intake_client_id` for an intake client, which
    is limited to those that it sent. `is_page` marks a page client, whose responses are public.
    """

    name: str
    partner_id: UUID | None = None
    intake_client_id: int | None = None
    is_page: bool = False
