"""A worker takes messages of JSON alone: others could hold code."""

import os
import pickle
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from kombu import Connection
from redis import Redis

from router.models import BackgroundTask
from tests.process.servers import lines, wait_for, worker


class Trap:
    """Writes a file when it is loaded."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, (str(self._file),))


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_no_json_is_refused_and_the_next_one_is_done(redis_url: str, tmp_path: Path) -> None:
    trap, log = tmp_path / "trapped", tmp_path / "worker.log"
    body = pickle.dumps(((Trap(trap),), {}, {}))
    Redis.from_url(redis_url).flushall()
    with Connection(settings.CELERY_BROKER_URL) as connection, connection.Producer() as producer:
        producer.publish(
            body,
            routing_key="celery",
            content_type="application/x-python-serialize",
            content_encoding="binary",
            headers={"task": settings.SWEEP_TASK, "id": "00000000-0000-0000-0000-000000000001", "lang": "py"},
        )
    current_app.send_task(settings.SWEEP_TASK)

    with worker(log=log):
        wait_for(lambda: BackgroundTask.objects.filter(name=settings.SWEEP_TASK).exists(), log=log)

    assert not trap.exists()
    assert [line["event"] for line in lines(log)].count("message_dropped") == 1
    # The trap does spring where somebody loads it.
    pickle.loads(body)  # noqa: S301  # made here
    assert trap.exists()
