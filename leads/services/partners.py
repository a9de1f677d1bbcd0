"""Pausing and resuming of partners."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from core.violations import translate_check_violations
from leads.models import Partner


def pause(*, partner_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Stop assigning leads to these partners; return the ids of those that received leads until now, ascending.

    Raises `ConstraintViolated`, and changes nothing, if the database refuses to change one of them.
    """
    return _set_takes_leads(partner_ids, of=Q(is_active_for_routing=True), to=False)


def resume(*, partner_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Resume assigning leads to these partners; return the ids of those that were paused, ascending.

    Raises `ConstraintViolated`, as `pause` does.
    """
    paused = Q(is_active_for_routing=False) | Q(is_active_for_routing__isnull=True)
    return _set_takes_leads(partner_ids, of=paused, to=True)


def _set_takes_leads(partner_ids: Collection[uuid.UUID], *, of: Q, to: bool) -> list[uuid.UUID]:
    with translate_check_violations(), transaction.atomic():
        rows = Partner.objects.filter(of, id__in=partner_ids).order_by("id").select_for_update(no_key=True)
        changed = list(rows.values_list("id", flat=True))
        Partner.objects.filter(id__in=changed).update(is_active_for_routing=to)
    return changed
