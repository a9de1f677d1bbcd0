"""A worker that is killed in the middle of a preview."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from router.models import PolicyPreview
from router.preview import compute, read_preview
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60

# Stops for good once the first portion is written down.
WORKER = """
import sys, time, uuid
import django
django.setup()
from router.preview import compute, jobs
jobs._SECONDS_BETWEEN_WRITES = 0.0
whole = jobs.preview_policy
def slow(*, on_progress, **options):
    def note(done, total):
        on_progress(done, total)
        if done:
            time.sleep(600)
    return whole(on_progress=note, **options)
jobs.preview_policy = slow
compute(uuid.UUID(sys.argv[1]))
"""


@pytest.fixture
def job() -> PolicyPreview:
    make_partner(max_open_leads=None)
    for hours in range(1, 4):
        make_lead(created_at=timezone.now() - timedelta(hours=hours))
    return PolicyPreview.objects.create(values={"prior": 60.0}, days=2)


@pytest.fixture
def worker(job: PolicyPreview) -> Iterator[subprocess.Popen[bytes]]:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
    ) as process:
        try:
            wait_for(lambda: PolicyPreview.objects.get(pk=job.pk).done == 3)
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_what_it_leaves_behind_is_failed_for_whoever_looks(job: PolicyPreview, worker: subprocess.Popen[bytes]) -> None:
    assert read_preview(job.pk).status == "running"

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    wait_for(lambda: read_preview(job.pk).status == "failed")
    assert read_preview(job.pk).error == "The worker ended before it was done. Ask again."


def test_its_message_comes_again_and_is_done_from_the_start(
    job: PolicyPreview, worker: subprocess.Popen[bytes]
) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for(lambda: not locks_are_held())

    compute(job.pk)

    found = read_preview(job.pk)
    assert (found.status, found.done, found.total) == ("done", 3, 3)


def locks_are_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        return bool(cursor.fetchone()[0])
