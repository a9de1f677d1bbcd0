"""How fast an intake client may send."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from leads.models import IntakeClient, IntakeRate

MINUTE = timedelta(seconds=60)


def seconds_to_wait(client: IntakeClient) -> float:
    """Let a request of this client through and note it (0), or say in how many seconds one may come.

    Exact whatever process asks: never more than `leads_per_minute` within any 60 seconds. The times stand in a row of
    PostgreSQL that is locked while they are counted (Redis is not there in every installation), in a transaction of its
    own that is over before the request is looked at. A request that is refused is not counted.
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
    """When so many of these have left the last minute that there is room for one more, in seconds."""
    return (recent[-limit] + MINUTE - now).total_seconds()
