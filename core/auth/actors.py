"""The actor of a change, and its scope."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import User


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

    @classmethod
    def of_user(cls, user: Any) -> Self:
        """Return a signed-in user as an actor: staff reach everything, partners and intake clients what is theirs."""
        partner_user = None if user.is_staff else partner_user_of(user)
        client = intake_client_of(user) if partner_user is None else None
        return cls(
            name=f"user:{user.pk}",
            partner_id=None if partner_user is None else partner_user.partner_id,
            intake_client_id=None if client is None else client.pk,
            is_page=client is not None and client.is_page,
        )


# Both rows belong to apps above this one, which refer to the user; the related object is read once for each user.


def partner_user_of(user: User) -> Any:
    """Return the row that makes this user a partner's login; None for other users."""
    return getattr(user, "partner_user", None)


def intake_client_of(user: User) -> Any:
    """Return the intake client that this user is; None for other users, for staff, and for an inactive client."""
    client = None if user.is_staff else getattr(user, "intake_client", None)
    return client if client is not None and client.is_active else None
