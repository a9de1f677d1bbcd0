"""The open-lead counter, verified against the leads."""

from django.db import connection, transaction

from leads.models import Partner
from leads.queries import CounterDifference, counter_differences


def verify_open_leads(*, fix: bool) -> list[CounterDifference]:
    """Recount every partner's open leads and last assignment; return the partners that differed.

    With `fix` they are corrected exactly, while assignments go on: whoever counts locks the partner's row, so with
    these rows locked (by id, as everywhere) a recount misses only leads whose trigger waits to count them. Those that
    are not maintained (`CounterDifference.is_kept`) stay unchanged, and come last.
    """
    differences = sorted(counter_differences(), key=lambda row: not row.is_kept)
    to_fix = [row.partner_id for row in differences if row.is_kept]
    if not fix or not to_fix:
        return differences
    with transaction.atomic():
        locked = Partner.objects.select_for_update(no_key=True).order_by("id")
        ids = list(locked.filter(id__in=to_fix).values_list("id", flat=True))
        fixed = counter_differences(partner_ids=ids)
        with connection.cursor() as cursor:
            # Only this function and the triggers write the counter; see `guard_counters`.
            cursor.execute("SELECT recount_open_leads(%s)", [[row.partner_id for row in fixed]])
    return [*fixed, *(row for row in differences if not row.is_kept)]
