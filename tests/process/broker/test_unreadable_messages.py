"""A real worker, and messages that no program of ours has sent."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from redis import Redis

from router.models import LeadAssignmentLog
from tests.factories.marketplace import make_lead, make_partner
from tests.process.servers import lines, wait_for, worker

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "Wilhelmina of 12 Dorpsstraat"
TASK = "router.tasks.assign_lead"
BODY = [[SECRET], {}, {}]
HEADERS: dict[str, Any] = {"task": TASK, "id": "1", "lang": "py"}


def message(
    body: object = BODY, *, headers: object = HEADERS, content_type: str = "application/json", **changes: object
) -> str:
    """What Redis holds of a message."""
    text = body if isinstance(body, str) else json.dumps(body)
    properties = {
        "correlation_id": "1",
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "celery"},
        "priority": 0,
        "delivery_tag": str(uuid4()),
    }
    envelope = {"body": text, "content-encoding": "utf-8", "content-type": content_type, "headers": headers}
    return json.dumps({**envelope, "properties": properties, **changes})


UNREADABLE: dict[str, str | bytes] = {
    "no JSON": f"not json {SECRET}",
    "no text": b"\xff\xfe" + SECRET.encode(),
    "empty": "",
    "a list": json.dumps([SECRET]),
    "a number": "1",
    "null": "null",
    "no envelope": json.dumps({"name": SECRET}),
    "no tag": message(properties={"secret": SECRET}),
    "properties of a list": message(properties=[SECRET]),
    "headers of a list": message(headers=[SECRET]),
    "no headers": message(headers={}),
    "no id": message(headers={"task": TASK, "argsrepr": SECRET}),
    "task of a list": message(headers={**HEADERS, "task": [SECRET]}),
    "unknown task": message(headers={**HEADERS, "task": f"unknown.{SECRET}"}),
    "body without JSON": message(f"{{ {SECRET}"),
    "body of a dictionary": message({"name": SECRET}),
    "arguments of a dictionary": message([{"a": SECRET}, {}, {}]),
    "first protocol": message({"task": "unknown", "id": "1", "args": [SECRET]}, headers={}),
    "pickle": message(SECRET, content_type="application/x-python-serialize"),
    "yaml": message(f"- {SECRET}", content_type="application/x-yaml"),
    "compressed": message(headers={**HEADERS, "compression": "application/x-gzip"}),
    "unknown compression": message(headers={**HEADERS, "compression": "x"}),
    "unknown encoding of the body": message(
        properties={
            "body_encoding": "rot13",
            "delivery_tag": "2",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        }
    ),
    "body that is not base64": message(
        SECRET,
        properties={
            "body_encoding": "base64",
            "delivery_tag": "3",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        },
    ),
    "expiry": message(headers={**HEADERS, "expires": SECRET}),
    "time of a dictionary": message(headers={**HEADERS, "eta": {"a": SECRET}}),
    "time limits": message(headers={**HEADERS, "timelimit": [SECRET]}),
}


def test_they_are_dropped_and_the_next_lead_is_routed(redis_url: str, tmp_path: Path) -> None:
    make_partner()
    redis, log = Redis.from_url(redis_url), tmp_path / "worker"
    redis.flushall()

    with worker(log=log) as process:
        for text in UNREADABLE.values():
            redis.lpush("celery", text)
        wait_for(lambda: redis.llen("celery") == 0, log=log)
        lead = make_lead()
        # Not as the process's own: tasks of later tests would be sent through it, past our queues.
        sender = Celery(broker=redis_url, set_as_current=False)
        sender.send_task(TASK, args=[str(lead.pk)], ignore_result=True)
        wait_for(lambda: LeadAssignmentLog.objects.filter(lead_id=lead.pk).exists(), log=log)
        wait_for(lambda: redis.hlen("unacked") == 0, log=log)

        assert process.poll() is None

    said = log.read_text()
    assert SECRET not in said
    assert sum(line["event"] == "message_dropped" for line in lines(log)) == len(UNREADABLE), said
