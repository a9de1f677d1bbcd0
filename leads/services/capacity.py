"""The open-lead counter: what the triggers keep, held against the leads themselves."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, F, Func, When
from django.utils import timezone

from leads.models import Partner
from leads.queries import CounterDifference, counter_differences

_ROWS_PER_STATEMENT = 1000


def verify_open_leads(*, fix: bool) -> list[CounterDifference]:
    """Recount every partner's open leads and last assignment; returns the partners that differed.

    With `fix` they are set right, exactly, while others go on assigning: whoever counts locks the partner's row, so
    with these rows locked (by id, as everywhere) a recount misses no lead but those whose trigger waits to count them.
    Those that are not kept (`CounterDifference.is_kept`) stay as they are, and come last.
    """
    differences = sorted(counter_differences(), key=lambda row: not row.is_kept)
    to_fix = [row.partner_id for row in differences if row.is_kept]
    if not fix or not to_fix:
        return differences
    with transaction.atomic():
        locked = Partner.objects.select_for_update(no_key=True).order_by("id")
        ids = list(locked.filter(id__in=to_fix).values_list("id", flat=True))
        fixed = counter_differences(partner_ids=ids)
        now = timezone.now()
        with connection.cursor() as cursor:
            # Only this transaction may write the counter; see the trigger `guard_counters`.
            cursor.execute("SET LOCAL leads.recount = 'on'")
            Partner.objects.bulk_update(
                [
                    Partner(
                        id=row.partner_id,
                        open_leads=row.counted_open_leads,
                        last_assigned_at=row.last_assigned_at_to_be(now=now),
                        returned_at=_returned_at(row.last_assigned_at_to_be(now=now)),
                        # Who was taken for full can take leads again: those that wait are tried at once.
                        routing_changed_at=Func(function="clock_timestamp"),
                    )
                    for row in fixed
                ],
                ["open_leads", "last_assigned_at", "returned_at", "routing_changed_at"],
                batch_size=_ROWS_PER_STATEMENT,
            )
            cursor.execute("SET LOCAL leads.recount = 'off'")
    return [*fixed, *(row for row in differences if not row.is_kept)]


def _returned_at(last_assigned_at: datetime | None) -> Case | None:
    """What stands there, but for a first lead since the last break that would be later than the last of all."""
    return None if last_assigned_at is None else Case(When(returned_at__lte=last_assigned_at, then=F("returned_at")))
