"""A broker that takes connections and says nothing."""

import socket
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import current_app
from django.test import Client

from leads.services.dispatch import request_routing

pytestmark = pytest.mark.usefixtures("hanging_broker")


@pytest.fixture
def hanging_broker() -> Iterator[None]:
    before = current_app.conf.broker_url, current_app.conf.broker_write_url
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        current_app.conf.update(broker_url=url, broker_write_url=url)
        yield
    current_app.conf.update(broker_url=before[0], broker_write_url=before[1])


def test_a_new_lead_does_not_wait_for_it() -> None:
    started = time.monotonic()

    assert request_routing(uuid4()) is False
    assert time.monotonic() - started < 2


@pytest.mark.django_db
def test_it_does_not_answer_for_the_health_check() -> None:
    response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["broker"] == {"status": "does not answer"}
