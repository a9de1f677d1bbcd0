"""New versions of the routing policy, and which one is active."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from router.models import RoutingPolicy

_BOOKKEEPING = frozenset(
    {"id", "version", "is_active", "reason", "created_at", "created_by", "based_on", "activated_at", "activated_by"}
)

POLICY_FIELDS = tuple(field.name for field in RoutingPolicy._meta.fields if field.name not in _BOOKKEEPING)
"""The settings of a policy: what a new version takes over from the one before."""


class PolicyError(ValueError):
    """A policy that cannot be saved or made active; `errors` has a list of sentences for each field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items()))
        self.errors = dict(errors)


def save_version(*, values: Mapping[str, Any], reason: str, user: AbstractBaseUser | None) -> RoutingPolicy:
    """Save a new version and make it the active one.

    `values` may name any of `POLICY_FIELDS`; what it does not name is taken over from the active version. Raises
    `PolicyError`, and changes nothing, for an unknown field, a value out of range or a missing reason. `user` is None
    where the system itself decides.
    """
    unknown = sorted(set(values) - set(POLICY_FIELDS))
    if unknown:
        raise PolicyError({name: ["This is not a setting of the routing policy."] for name in unknown})
    if not reason.strip():
        raise PolicyError({"reason": ["Say why the policy changes."]})
    with transaction.atomic():
        _lock()
        active = RoutingPolicy.objects.get(is_active=True)
        newest = RoutingPolicy.objects.aggregate(newest=Max("version"))["newest"]
        policy = RoutingPolicy(
            **{name: getattr(active, name) for name in POLICY_FIELDS} | dict(values),
            version=newest + 1,
            reason=reason.strip(),
            created_by_id=user.pk if user else None,
        )
        try:
            policy.full_clean(exclude=_BOOKKEEPING)
        except ValidationError as error:
            raise PolicyError(error.message_dict) from error
        policy.save(force_insert=True)
        return _make_active(policy, user=user)


def activate(*, version: int, user: AbstractBaseUser | None) -> RoutingPolicy:
    """Make a saved version the active one. Raises `PolicyError` for a version that there is not."""
    with transaction.atomic():
        _lock()
        policy = RoutingPolicy.objects.filter(version=version).first()
        if policy is None:
            raise PolicyError({"version": [f"There is no version {version}."]})
        return policy if policy.is_active else _make_active(policy, user=user)


def _lock() -> None:
    """One change of policy at a time: the next version number and the active version are read and written."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE routing_policies IN SHARE ROW EXCLUSIVE MODE")


def _make_active(policy: RoutingPolicy, *, user: AbstractBaseUser | None) -> RoutingPolicy:
    RoutingPolicy.objects.filter(is_active=True).update(is_active=False)
    policy.is_active = True
    policy.activated_at = timezone.now()
    policy.activated_by_id = user.pk if user else None
    policy.save(update_fields=["is_active", "activated_at", "activated_by"])
    return policy
