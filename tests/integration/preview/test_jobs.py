"""Previews of all leads in the background: asked for, computed, and given up when the worker is gone."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from celery.app.task import Context
from celery.exceptions import Retry, SoftTimeLimitExceeded
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from config.celery import app
from router.models import PolicyPreview
from router.policies.queries import PolicyError
from router.preview import PolicyComparison, PreviewBusy, compute, jobs, preview_policy, read_preview, start_preview
from router.tasks import compute_preview
from tests.factories.marketplace import make_lead, make_partner
from tests.integration.preview.worlds import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("tuner", is_staff=True)


@contextmanager
def held_elsewhere(*numbers: int) -> Iterator[None]:
    """A worker elsewhere that holds these locks."""
    with jobs._locks() as lock:
        for number in numbers:
            assert lock(number)
        yield


def held_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [jobs._LOCKS])
        return int(cursor.fetchone()[0])


def test_a_job_answers_as_the_preview_itself(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    make_world(seed=8, now=now, days=4, leads=300, partners=12)
    monkeypatch.setattr("router.preview.compare.timezone.now", lambda: now)
    job = start_preview(values={"fairness_weight": "90"}, days=4, user=user)

    compute(job.pk)

    job = read_preview(job.pk)
    assert (job.status, job.done, job.total, job.error) == ("done", 300, 300, "")
    assert job.values == {"fairness_weight": 90.0}
    assert job.finished_at is not None
    assert job.requested_by == user
    assert job.result is not None
    assert PolicyComparison.from_record(job.result) == preview_policy(values={"fairness_weight": 90}, days=4)
    assert held_locks() == 0


def test_progress_is_written_while_it_goes_on(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_world(seed=8, now=timezone.now(), days=4, leads=300, partners=12)
    monkeypatch.setattr("router.preview.compare._PORTION", 100)
    monkeypatch.setattr(jobs, "_SECONDS_BETWEEN_WRITES", 0.0)
    job = start_preview(values={}, days=4, user=user)
    seen: list[tuple[str, int, int]] = []
    portions = preview_policy

    def watched(*, on_progress: Any, **options: Any) -> PolicyComparison:
        def note(done: int, total: int) -> None:
            on_progress(done, total)
            job.refresh_from_db()
            seen.append((job.status, job.done, job.total))

        return portions(on_progress=note, **options)

    monkeypatch.setattr(jobs, "preview_policy", watched)

    compute(job.pk)

    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[0][:2] == ("running", 0)
    assert seen[1][1] == 100
    assert seen[-1][1] == seen[-1][2] == seen[0][2]


def test_wrong_values_are_refused_before_anything_is_stored(user: User) -> None:
    for values, days, field in (({"prior": -1}, 30, "prior"), ({}, 0, "days"), ({"colour": 1}, 30, "colour")):
        with pytest.raises(PolicyError) as refused:
            start_preview(values=values, days=days, user=user)
        assert list(refused.value.errors) == [field]

    assert not PolicyPreview.objects.exists()


def test_the_task_is_sent_after_commit_and_the_worker_takes_it(
    user: User, redis_url: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with app.connection_for_write() as broker:
        broker.SimpleQueue("celery").clear()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        job = start_preview(values={}, days=2, user=user)
        assert job.status == "waiting"

    assert len(callbacks) == 1
    with app.connection_for_read() as broker:
        message = broker.SimpleQueue("celery").get(timeout=5)
        message.ack()
    assert message.headers["task"] == jobs.TASK == compute_preview.name
    assert json.loads(message.body or "")[0] == [str(job.pk)]


def test_without_a_broker_it_is_failed_at_once(
    user: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The second in its place says what the first says: what is put back afterwards is to be read before.
    for setting in ("broker_write_url", "broker_url"):
        monkeypatch.setattr(app.conf, setting, "redis://127.0.0.1:1/0")
    with django_capture_on_commit_callbacks(execute=True):
        job = start_preview(values={}, days=2, user=user)

    assert (job.status, job.error) == ("failed", "The worker cannot be reached at the moment. Try again later.")


def test_asking_twice_for_the_same_is_asking_once(user: User) -> None:
    first = start_preview(values={"prior": 60}, days=2, user=user)

    assert start_preview(values={"prior": 60.0}, days=2, user=user) == first
    assert start_preview(values={"prior": 61}, days=2, user=user) != first
    assert start_preview(values={"prior": 60}, days=3, user=user) != first
    compute(first.pk)
    assert start_preview(values={"prior": 60}, days=2, user=user) != first


def test_the_same_message_twice_computes_once(user: User) -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=timezone.now() - timedelta(hours=5))
    job = start_preview(values={}, days=2, user=user)
    compute_preview(str(job.pk))
    job.refresh_from_db()
    finished_at = job.finished_at

    compute_preview(str(job.pk))
    compute_preview(str(uuid.uuid4()))

    job.refresh_from_db()
    assert job.finished_at == finished_at
    assert job.status == "done"


def test_one_whose_worker_died_is_begun_again_when_the_message_comes_again(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)
    PolicyPreview.objects.filter(pk=job.pk).update(status="running", done=70, total=100)

    compute(job.pk)

    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 0)


def test_one_whose_worker_died_is_failed_for_whoever_looks(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)
    PolicyPreview.objects.filter(pk=job.pk).update(status="running", done=70, total=100)

    found = read_preview(job.pk)

    assert (found.status, found.error) == ("failed", "The worker ended before it was done. Ask again.")
    compute(job.pk)
    assert read_preview(job.pk).status == "failed"


def test_one_that_is_computed_elsewhere_is_left_alone(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)
    PolicyPreview.objects.filter(pk=job.pk).update(status="running", done=70, total=100)

    with held_elsewhere(jobs._lock_number(job.pk)):
        assert read_preview(job.pk).status == "running"
        compute(job.pk)
        assert read_preview(job.pk).done == 70

    assert read_preview(job.pk).status == "failed"


def test_one_at_a_time_the_next_waits_for_its_turn(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)

    with held_elsewhere(0):
        with pytest.raises(PreviewBusy):
            compute(job.pk)
        with pytest.raises(Retry):
            compute_preview(str(job.pk))
        assert read_preview(job.pk).status == "waiting"

    compute_preview(str(job.pk))
    assert read_preview(job.pk).status == "done"


def test_after_too_many_turns_it_is_failed(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)

    with held_elsewhere(0):
        compute_preview.request_stack.push(Context(retries=compute_preview.max_retries, called_directly=False))
        compute_preview.run(str(job.pk))
        compute_preview.request_stack.pop()

    assert read_preview(job.pk).error == "Too many previews were asked for at once. Ask again later."


def test_one_that_nobody_took_up_is_given_up(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)
    PolicyPreview.objects.filter(pk=job.pk).update(requested_at=timezone.now() - timedelta(minutes=31))

    found = read_preview(job.pk)

    assert (found.status, found.error) == ("failed", "No worker took it up. Ask again.")


def test_one_that_takes_too_long_says_so(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(**options: Any) -> PolicyComparison:
        raise SoftTimeLimitExceeded

    job = start_preview(values={}, days=2, user=user)
    monkeypatch.setattr(jobs, "preview_policy", endless)

    compute_preview(str(job.pk))

    assert read_preview(job.pk).error == "This took too long. Choose fewer days."
    assert held_locks() == 0


def test_one_that_was_removed_meanwhile_is_no_longer_computed(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    def removed(*, on_progress: Any, **options: Any) -> PolicyComparison:
        PolicyPreview.objects.all().delete()
        on_progress(1, 10)
        reached.append("the end")
        raise AssertionError

    job = start_preview(values={}, days=2, user=user)
    monkeypatch.setattr(jobs, "preview_policy", removed)

    compute(job.pk)

    assert reached == []
    assert not PolicyPreview.objects.exists()


def test_a_draft_that_the_active_policy_has_outrun_is_failed_with_the_field(user: User) -> None:
    job = start_preview(values={}, days=2, user=user)
    PolicyPreview.objects.filter(pk=job.pk).update(values={"colour": 1})

    compute(job.pk)

    assert "colour" in read_preview(job.pk).error


def test_old_answers_are_removed_when_the_next_is_asked_for(user: User) -> None:
    old, new = (start_preview(values={"prior": prior}, days=2, user=user) for prior in (1, 2))
    moment: datetime = timezone.now() - timedelta(days=31)
    PolicyPreview.objects.filter(pk=old.pk).update(requested_at=moment)

    start_preview(values={"prior": 3}, days=2, user=user)

    assert not PolicyPreview.objects.filter(pk=old.pk).exists()
    assert PolicyPreview.objects.filter(pk=new.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_back_while_it_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    job = PolicyPreview.objects.create(days=2)
    make_partner(max_open_leads=None)
    make_lead(created_at=timezone.now() - timedelta(hours=5))
    states: list[Any] = []
    whole = preview_policy

    def watched(*, on_progress: Any, **options: Any) -> PolicyComparison:
        def note(done: int, total: int) -> None:
            on_progress(done, total)
            assert connection.connection is not None
            states.append((connection.connection.info.transaction_status, open_transactions()))

        return whole(on_progress=note, **options)

    monkeypatch.setattr(jobs, "preview_policy", watched)

    compute(job.pk)

    # The transaction with the locks has written and read nothing that vacuum would have to keep.
    assert states == [(psycopg.pq.TransactionStatus.IDLE, [(None, None)])] * 2
    assert read_preview(job.pk).status == "done"


def open_transactions() -> list[tuple[int | None, int | None]]:
    """What each transaction that stands open in another session has written (its number) and sees (the oldest)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT backend_xid, backend_xmin FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )
        rows: list[tuple[int | None, int | None]] = cursor.fetchall()
    return rows


def test_one_whose_locks_are_lost_is_given_up(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    def interrupted(*, on_progress: Any, **options: Any) -> PolicyComparison:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
                " WHERE locktype = 'advisory' AND classid = %s AND objid = 0",
                [jobs._LOCKS],
            )
        reached.append(read_preview(job.pk).status)
        on_progress(1, 10)
        reached.append("the end")
        raise AssertionError

    job = start_preview(values={}, days=2, user=user)
    monkeypatch.setattr(jobs, "preview_policy", interrupted)

    compute(job.pk)

    assert reached == ["failed"]
    assert read_preview(job.pk).error == "The worker ended before it was done. Ask again."
