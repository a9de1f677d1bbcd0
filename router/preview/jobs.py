"""Background previews of all leads: request, computation, and recovery when the worker dies.

While a worker computes a preview, a separate transaction holds an advisory lock with its number, on a connection that
does nothing else. The lock ends with the transaction, so "running" without the lock means that nobody computes it any
more, however the worker ended, even behind a pooler. A second lock allows one preview at a time: the other processes of
the worker stay free to route leads.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from celery import current_app
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leads.services.dispatch import BROKER_ERRORS, impatient_connection
from router.models import PolicyPreview
from router.policies.queries import PolicyError, proposed_policy
from router.preview.compare import check_days, preview_policy

TASK = "router.tasks.compute_preview"

LONGEST_WAIT = timedelta(minutes=30)
"""Time after which a preview that no worker has started is given up."""

KEPT_FOR = timedelta(days=30)
"""Age at which previews are deleted when somebody requests a new one."""

_SECONDS_BETWEEN_WRITES = 0.5
# First key of the advisory locks; the second is 0 for "one at a time", else it is derived from the preview.
_LOCKS = 0x70726576

_Status = PolicyPreview.Status
_UNFINISHED = (_Status.WAITING, _Status.RUNNING)


class PreviewBusy(Exception):
    """Another preview is being computed: try again later."""


class PreviewAbandoned(Exception):
    """The preview was deleted, or given up by another process, during its computation."""


def start_preview(
    *, values: Mapping[str, Any], days: int, user: AbstractBaseUser | AnonymousUser | None
) -> PolicyPreview:
    """Request a preview of all leads of the last `days` days; the task is sent after commit.

    If the same user has requested the same and it is not finished, that one is returned. Without a broker the preview
    fails at once. Raises `PolicyError` as `preview_policy` does.
    """
    check_days(days)
    draft = proposed_policy(values)
    plain = {name: getattr(draft, name) for name in values}
    user_id = None if user is None else user.pk
    with transaction.atomic():
        PolicyPreview.objects.filter(requested_at__lt=timezone.now() - KEPT_FOR).delete()
        _give_up_lost_ones()
        job = PolicyPreview.objects.filter(
            requested_by_id=user_id, values=plain, days=days, status__in=_UNFINISHED
        ).first()
        if job is None:
            job = PolicyPreview.objects.create(requested_by_id=user_id, values=plain, days=days)
            transaction.on_commit(lambda: _send(job))
    return job


def read_preview(preview_id: uuid.UUID) -> PolicyPreview:
    """Return the state of a preview; one that nobody computes any more has failed.

    Raises `PolicyPreview.DoesNotExist`.
    """
    _give_up_lost_ones()
    return PolicyPreview.objects.get(pk=preview_id)


def compute(preview_id: uuid.UUID) -> None:
    """Compute a preview and store the result; store the progress twice a second.

    Nothing is done for one that is finished, gone, or computed by another worker; one whose worker died is restarted.
    The one transaction that stays open meanwhile holds these locks only, so nothing waits for it and vacuum continues.
    Raises `PreviewBusy` while another preview is being computed.
    """
    own = _lock_number(preview_id)
    if not PolicyPreview.objects.filter(pk=preview_id, status__in=_UNFINISHED).exists():
        return
    with _locks() as lock:
        if not lock(0):
            raise PreviewBusy
        unfinished = PolicyPreview.objects.filter(pk=preview_id, status__in=_UNFINISHED)
        if lock(own) and unfinished.update(status=_Status.RUNNING, done=0, total=0):
            _compute(PolicyPreview.objects.get(pk=preview_id))


def fail(preview_id: uuid.UUID, why: str) -> None:
    """Fail an unfinished preview, with a message for the user."""
    PolicyPreview.objects.filter(pk=preview_id, status__in=_UNFINISHED).update(
        status=_Status.FAILED, error=why, finished_at=timezone.now()
    )


def _compute(job: PolicyPreview) -> None:
    running = PolicyPreview.objects.filter(pk=job.pk, status=_Status.RUNNING)
    written_at = float("-inf")

    def note(done: int, total: int) -> None:
        nonlocal written_at
        if time.monotonic() - written_at < _SECONDS_BETWEEN_WRITES:
            return
        if not running.update(done=done, total=total):
            raise PreviewAbandoned
        written_at = time.monotonic()

    try:
        comparison = preview_policy(values=job.values, days=job.days, limit=None, on_progress=note)
    except PolicyError as error:
        # The active policy has changed, so that the draft could no longer be saved.
        fail(job.pk, str(error))
    except PreviewAbandoned:
        return
    else:
        running.update(
            status=_Status.DONE,
            done=comparison.leads,
            total=comparison.leads,
            result=comparison.as_record(),
            finished_at=timezone.now(),
        )


def _send(job: PolicyPreview) -> None:
    try:
        with impatient_connection() as broker:
            current_app.send_task(TASK, args=[str(job.pk)], connection=broker, ignore_result=True, retry=False)
    except BROKER_ERRORS:
        fail(job.pk, _("The worker cannot be reached at the moment. Try again later."))
        job.refresh_from_db()


_GIVE_UP = """
UPDATE policy_previews AS preview
SET status = 'failed', finished_at = %(now)s,
    error = CASE WHEN preview.status = 'running' THEN %(died)s ELSE %(waited)s END
WHERE preview.status = 'waiting' AND preview.requested_at < %(oldest)s
    OR preview.status = 'running' AND NOT EXISTS (
        SELECT FROM pg_locks AS lock
        WHERE lock.locktype = 'advisory' AND lock.objsubid = 2 AND lock.classid = %(locks)s
            AND lock.objid = hashtext(preview.id::text) & 2147483647
            AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


def _give_up_lost_ones() -> None:
    """Fail the previews that nobody started in time, and those whose worker is gone."""
    now = timezone.now()
    parameters: dict[str, Any] = {
        "now": now,
        "oldest": now - LONGEST_WAIT,
        "locks": _LOCKS,
        "died": _("The worker ended before it was done. Ask again."),
        "waited": _("No worker took it up. Ask again."),
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, parameters)


def _lock_number(preview_id: uuid.UUID) -> int:
    """Return the second half of the key of a preview's lock, as `_GIVE_UP` computes it, by asking PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtext(%s::uuid::text) & 2147483647", [str(preview_id)])
        number: int = cursor.fetchone()[0]
    return number


@contextmanager
def _locks() -> Iterator[Callable[[int], bool]]:
    """Yield a function that takes the lock of a number until the block ends, or returns False if it is taken.

    The locks belong to a transaction: behind a pooler, the next statement outside it may run in another session.
    """
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

            def lock(number: int) -> bool:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, number])
                is_held: bool = cursor.fetchone()[0]
                return is_held

            yield lock
    finally:
        # A session that is gone has released its locks.
        with suppress(Error):
            holder.rollback()
        holder.close()
