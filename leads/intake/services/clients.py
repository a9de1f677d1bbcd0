"""Intake clients and their tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from knox.models import AuthToken

from leads.models import IntakeClient

MOST_TOKEN_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token that was just created. Nobody can look it up later: only a hash is stored.

    `start` is its first characters, by which people tell tokens apart.
    """

    token: str
    start: str
    expires_at: datetime


class NoSuchToken(LookupError):
    """The client has no such token, or no longer has it."""


def create_client(client: IntakeClient) -> IntakeClient:
    """Store a new client with a user of its own, who can sign in with a token only."""
    with transaction.atomic():
        user = User(username=f"intake-{slugify(client.name)[:80]}-{uuid4().hex[:6]}")
        user.set_unusable_password()
        user.save()
        client.user = user
        client.save(force_insert=True)
    return client


def make_token(*, client: IntakeClient, days: int) -> NewToken:
    """Create a token that is valid for 1 to `MOST_TOKEN_DAYS` days. Raises `ValueError` for another number."""
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise ValueError(f"A token is good for 1 to {MOST_TOKEN_DAYS} days, not for {days}.")
    row, token = AuthToken.objects.create(user=client.user, expiry=timedelta(days=days))
    return NewToken(token=token, start=row.token_key, expires_at=row.expiry)


def tokens_of(client: IntakeClient) -> "QuerySet[AuthToken]":
    """Return the client's tokens, newest first."""
    tokens: QuerySet[AuthToken] = AuthToken.objects.filter(user=client.user_id).order_by("-created", "pk")
    return tokens


def revoke_token(*, client: IntakeClient, start: str) -> None:
    """Revoke a token, named by its first characters, from the next request on. Raises `NoSuchToken`."""
    removed, _ = tokens_of(client).filter(token_key=start).delete()
    if not removed:
        raise NoSuchToken(start)
