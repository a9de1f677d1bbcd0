"""New versions of the routing policy, and their activation."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from router.models import PolicyActivation, RoutingPolicy
from router.policies.queries import POLICY_FIELDS, PolicyError, active_policy, previous_policy, proposed_policy

__all__ = ["POLICY_FIELDS", "PolicyError", "activate", "revert", "save_draft", "save_version"]


def save_draft(
    *, values: Mapping[str, Any], reason: str, user: AbstractBaseUser | None, based_on: int
) -> RoutingPolicy:
    """Save a new version as a draft.

    `values` may name any of `POLICY_FIELDS`; other fields are copied from the active version. `based_on` is the version
    that was active when the user last looked. Raises `PolicyError`, and changes nothing, for an unknown field, a value
    out of range, a missing reason, and (at `based_on`) if another version is active by now.
    """
    _require_reason(reason)
    with transaction.atomic():
        _lock()
        _require_active(based_on, field="based_on")
        return _save_draft(values=values, reason=reason, user=user)


def save_version(*, values: Mapping[str, Any], reason: str, user: AbstractBaseUser | None) -> RoutingPolicy:
    """Save a new version and activate it, with one reason for both.

    As `save_draft`, based on the active version. `user` is None if the system itself decides.
    """
    _require_reason(reason)
    with transaction.atomic():
        _lock()
        draft = _save_draft(values=values, reason=reason, user=user)
        return _make_active(draft, reason=reason, user=user)


def activate(*, version: int, reason: str, user: AbstractBaseUser | None, replaces: int | None = None) -> RoutingPolicy:
    """Activate a saved version, and record who did, when and why.

    `replaces` is the version that was active when the user last looked; None if that does not matter. Raises
    `PolicyError`, and changes nothing, for a missing reason, a version that does not exist, and (at `replaces`) if
    another version is active by now. A version that is already active stays unchanged.
    """
    _require_reason(reason)
    with transaction.atomic():
        _lock()
        if replaces is not None:
            _require_active(replaces, field="replaces")
        policy = RoutingPolicy.objects.filter(version=version).first()
        if policy is None:
            raise PolicyError({"version": [gettext("There is no version %(version)d.") % {"version": version}]})
        return policy if policy.is_active else _make_active(policy, reason=reason, user=user)


def revert(*, reason: str, user: AbstractBaseUser | None, replaces: int) -> RoutingPolicy:
    """Activate the version that was active before the present one.

    Reverting twice restores the first state. Raises `PolicyError`, and changes nothing, for a missing reason, if there
    was no version before, and (at `replaces`) if another version is active than the user saw.
    """
    _require_reason(reason)
    with transaction.atomic():
        _lock()
        _require_active(replaces, field="replaces")
        previous = previous_policy()
        if previous is None:
            raise PolicyError({"version": [gettext("No version was active before this one.")]})
        return _make_active(previous, reason=reason, user=user)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise PolicyError({"reason": [gettext("Say why the policy changes.")]})


def _lock() -> None:
    """Serialise policy changes, which read and write the next version number and the active version."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE routing_policies IN SHARE ROW EXCLUSIVE MODE")


def _require_active(version: int, *, field: str) -> None:
    """Refuse to act on a version that is no longer active, and name the active one."""
    active = active_policy()
    if active.version == version:
        return
    by = active.activated_by.get_username() if active.activated_by else gettext("the system")
    if active.activated_at is None:
        text = gettext("Version %(active)d is active now, and not version %(seen)d.")
        raise PolicyError({field: [text % {"active": active.version, "seen": version}]})
    text = gettext("In the meantime (%(at)s), %(by)s made version %(active)d active.")
    at = date_format(timezone.localtime(active.activated_at), "DATETIME_FORMAT")
    raise PolicyError({field: [text % {"active": active.version, "by": by, "at": at}]})


def _save_draft(*, values: Mapping[str, Any], reason: str, user: AbstractBaseUser | None) -> RoutingPolicy:
    draft = proposed_policy(values)
    newest: int = RoutingPolicy.objects.aggregate(newest=Max("version"))["newest"]
    draft.version = newest + 1
    draft.reason = reason.strip()
    draft.created_by_id = user.pk if user else None
    draft.save(force_insert=True)
    return draft


def _make_active(policy: RoutingPolicy, *, reason: str, user: AbstractBaseUser | None) -> RoutingPolicy:
    now, user_id = timezone.now(), user.pk if user else None
    replaced = active_policy()
    RoutingPolicy.objects.filter(is_active=True).update(is_active=False)
    policy.is_active = True
    policy.activated_at = now
    policy.activated_by_id = user_id
    policy.save(update_fields=["is_active", "activated_at", "activated_by"])
    PolicyActivation.objects.create(
        policy=policy, replaced=replaced, activated_at=now, activated_by_id=user_id, reason=reason.strip()
    )
    return policy
