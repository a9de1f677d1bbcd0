"""The outbox: due notifications, claims and outcomes. All times are the database's.

A claim is a lease: a claim counts one more attempt, and lasts for `LEASE`. If no outcome is recorded by then, the
notification is due again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from leads.notifications.models import NotificationAttempt, PartnerChannel

LEASE = timedelta(minutes=3)
"""Lease time, longer than any attempt: a webhook's deadline, a slow DNS resolver, a slow mail server."""

SHORTEST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
PER_CHANNEL = 4
"""Concurrent attempts per address; one while it fails."""

FAILURES_BEFORE_PAUSE = 3
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claimed attempt to be made now; `number` counts the attempts of this notification from 1."""

    notification_id: UUID
    number: int
    event: str
    created_at: datetime
    lead_id: UUID
    channel: PartnerChannel


_CLAIM = """
WITH candidates AS (
    SELECT due.id
    FROM partner_channels AS channel
    CROSS JOIN LATERAL (
        SELECT waiting.id, waiting.due_at
        FROM partner_notifications AS waiting
        WHERE waiting.channel_id = channel.id AND waiting.state = 'waiting'
            AND waiting.due_at <= statement_timestamp()
        ORDER BY waiting.due_at
        LIMIT greatest(0, CASE WHEN channel.failures = 0 THEN %(per_channel)s ELSE 1 END - (
            SELECT count(*) FROM partner_notifications AS sending
            WHERE sending.channel_id = channel.id AND sending.state = 'waiting'
                AND sending.leased_until > statement_timestamp()
        ))
    ) AS due
    WHERE channel.is_active AND (channel.paused_until <= statement_timestamp()) IS NOT FALSE
    ORDER BY due.due_at
    LIMIT %(limit)s
), free AS (
    SELECT id FROM partner_notifications
    WHERE id IN (SELECT id FROM candidates) AND state = 'waiting' AND due_at <= statement_timestamp()
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE partner_notifications AS notification
    SET attempts = notification.attempts + 1,
        due_at = statement_timestamp() + make_interval(secs => %(lease)s),
        leased_until = statement_timestamp() + make_interval(secs => %(lease)s)
    FROM free
    WHERE notification.id = free.id
    RETURNING notification.id, notification.attempts, notification.event, notification.created_at,
        notification.lead_id, notification.channel_id
), noted AS (
    INSERT INTO partner_notification_attempts (notification_id, number) SELECT id, attempts FROM claimed
)
SELECT * FROM claimed ORDER BY created_at, id
"""


def claim_due(*, limit: int) -> list[Claim]:
    """Claim up to `limit` unclaimed due notifications, oldest first for each channel.

    One statement, so no lock remains. No channel gets more than its share of concurrent attempts, and a failing one
    waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"limit": limit, "per_channel": PER_CHANNEL, "lease": LEASE.total_seconds()})
        rows = cursor.fetchall()
    channels = PartnerChannel.objects.in_bulk({channel_id for *_, channel_id in rows})
    return [
        Claim(
            notification_id=notification_id,
            number=number,
            event=event,
            created_at=created_at,
            lead_id=lead_id,
            channel=channels[channel_id],
        )
        for notification_id, number, event, created_at, lead_id, channel_id in rows
        # A channel deleted at this moment has deleted its notifications, too.
        if channel_id in channels
    ]


def record_delivered(claim: Claim, *, status_code: int | None, duration_ms: int) -> None:
    """Record the delivery, even if another process has claimed the notification by now."""
    with transaction.atomic(), connection.cursor() as cursor:
        _end_attempt(claim, error="", status_code=status_code, duration_ms=duration_ms)
        cursor.execute(
            """
            UPDATE partner_notifications
            SET state = 'delivered', finished_at = statement_timestamp(), leased_until = NULL
            WHERE id = %s AND state IN ('waiting', 'failed')
            """,
            [claim.notification_id],
        )
        cursor.execute(
            "UPDATE partner_channels SET failures = 0, paused_until = NULL WHERE id = %s AND failures > 0",
            [claim.channel.pk],
        )


def record_superseded(claim: Claim) -> None:
    """Record that there is nothing to report: the lead is gone, rejected, anonymised, or re-routed."""
    with transaction.atomic(), connection.cursor() as cursor:
        _end_attempt(claim, error=NotificationAttempt.Error.NOT_THEIRS, status_code=None, duration_ms=0)
        cursor.execute(
            """
            UPDATE partner_notifications
            SET state = 'superseded', finished_at = statement_timestamp(), leased_until = NULL
            WHERE id = %s AND state = 'waiting'
            """,
            [claim.notification_id],
        )


def record_failure(
    claim: Claim, *, error: NotificationAttempt.Error, status_code: int | None, duration_ms: int
) -> None:
    """Record the failed attempt, with the time of the next one or the end of all attempts.

    The wait is as long as the attempts have taken so far, which doubles it each time, plus or minus a fifth.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _end_attempt(claim, error=error, status_code=status_code, duration_ms=duration_ms)
        cursor.execute(
            """
            WITH elapsed AS (
                SELECT id, started_at, statement_timestamp() + (0.8 + 0.4 * random()) * least(
                    greatest(statement_timestamp() - started_at, make_interval(secs => %(shortest)s)),
                    make_interval(secs => %(longest)s)
                ) AS due_at
                FROM partner_notifications
                -- Somebody else has it by now where the lease ran out.
                WHERE id = %(id)s AND state = 'waiting' AND attempts = %(number)s
                FOR UPDATE
            ), next AS (
                SELECT id, due_at, due_at >= started_at + make_interval(secs => %(give_up)s) AS is_over FROM elapsed
            )
            UPDATE partner_notifications AS notification
            SET leased_until = NULL,
                due_at = next.due_at,
                state = CASE WHEN next.is_over THEN 'failed' ELSE 'waiting' END,
                finished_at = CASE WHEN next.is_over THEN statement_timestamp() END
            FROM next
            WHERE notification.id = next.id
            """,
            {
                "id": claim.notification_id,
                "number": claim.number,
                "shortest": SHORTEST_WAIT.total_seconds(),
                "longest": LONGEST_WAIT.total_seconds(),
                "give_up": GIVE_UP_AFTER.total_seconds(),
            },
        )
        cursor.execute(
            """
            UPDATE partner_channels
            SET failures = failures + 1,
                paused_until = CASE
                    WHEN failures + 1 >= %(most)s THEN statement_timestamp() + make_interval(
                        secs => least(%(shortest)s * 2 ^ least(failures + 1 - %(most)s, 20), %(longest)s)
                    )
                END
            WHERE id = %(id)s
            """,
            {
                "id": claim.channel.pk,
                "most": FAILURES_BEFORE_PAUSE,
                "shortest": SHORTEST_WAIT.total_seconds(),
                "longest": LONGEST_PAUSE.total_seconds(),
            },
        )


def give_up_overdue() -> int:
    """Fail notifications that expired untried, on an inactive or paused channel, and return their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE partner_notifications
            SET state = 'failed', finished_at = statement_timestamp(), leased_until = NULL
            WHERE id IN (
                SELECT id FROM partner_notifications
                WHERE state = 'waiting' AND started_at + make_interval(secs => %(give_up)s) <= statement_timestamp()
                    AND (leased_until <= statement_timestamp()) IS NOT FALSE
                FOR UPDATE SKIP LOCKED
            )
            """,
            {"give_up": GIVE_UP_AFTER.total_seconds()},
        )
        return int(cursor.rowcount)


def redeliver(*, notification_ids: Collection[UUID]) -> int:
    """Send these again at once, with the same ids, whatever their state; return their number.

    One that is just being sent is left alone. A paused channel is tried again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE partner_notifications
            SET state = 'waiting', started_at = statement_timestamp(), due_at = statement_timestamp(),
                finished_at = NULL, leased_until = NULL
            WHERE id = ANY(%s) AND (leased_until <= statement_timestamp()) IS NOT FALSE
            RETURNING channel_id
            """,
            [list(notification_ids)],
        )
        channel_ids: Sequence[int] = [channel_id for (channel_id,) in cursor.fetchall()]
        cursor.execute(
            "UPDATE partner_channels SET paused_until = NULL WHERE id = ANY(%s) AND paused_until IS NOT NULL",
            [list(channel_ids)],
        )
    return len(channel_ids)


def forget_finished(*, older_than: timedelta, limit: int) -> int:
    """Delete up to `limit` notifications that were finished long ago, with their attempts; return their number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH old AS MATERIALIZED (
                SELECT id FROM partner_notifications
                WHERE state <> 'waiting' AND finished_at < statement_timestamp() - make_interval(secs => %s)
                ORDER BY finished_at LIMIT %s
                FOR UPDATE SKIP LOCKED
            ), attempts AS (
                DELETE FROM partner_notification_attempts USING old WHERE notification_id = old.id
            )
            DELETE FROM partner_notifications AS notification USING old WHERE notification.id = old.id
            """,
            [older_than.total_seconds(), limit],
        )
        return int(cursor.rowcount)


def _end_attempt(claim: Claim, *, error: str, status_code: int | None, duration_ms: int) -> None:
    NotificationAttempt.objects.filter(notification_id=claim.notification_id, number=claim.number).update(
        finished_at=Now(), error=error, status_code=status_code, duration_ms=duration_ms
    )
