"""Rate limits of intake clients."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from leads.intake.models import IntakeRate
from leads.models import IntakeClient

MINUTE = timedelta(seconds=60)


def seconds_to_wait(client: IntakeClient) -> float:
    """Admit and record a request of this client (0), or return the seconds until one is allowed.

    Exact across processes: never more than `leads_per_minute` within any 60 seconds. The times are in a row of
    PostgreSQL that is locked while they are counted (not every installation has Redis), in a separate transaction that
    ends before the request is processed. A refused request is not counted.
    """
    with transaction.atomic():
        rows = IntakeRate.objects.select_for_update().filter(client=client)
        rate = rows.first()
        if rate is None:
            IntakeRate.objects.bulk_create([IntakeRate(client=client)], ignore_conflicts=True)
            rate = rows.get()
        now = timezone.now()
        recent = [at for at in rate.recent if at > now - MINUTE]
        if len(recent) >= client.leads_per_minute:
            return _until_free(recent, limit=client.leads_per_minute, now=now)
        rate.recent = [*recent, now]
        rate.save(update_fields=["recent"])
    return 0.0


def _until_free(recent: list[datetime], *, limit: int, now: datetime) -> float:
    """Return the seconds until enough of these have left the last minute to make room for one more."""
    return (recent[-limit] + MINUTE - now).total_seconds()
