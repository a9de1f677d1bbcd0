"""The receiver of `docs/clients`, as it is, told of leads by the product itself."""

import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from config.local.ports import temporary_port
from leads.notifications.models import Notification, PartnerChannel
from leads.notifications.services import outbox
from leads.notifications.services.delivery import deliver_due
from leads.notifications.services.webhooks import secret_text, signatures
from tests.integration.notifications.worlds import hand_over, make_channel
from tests.local.temporary import keep_logs
from tests.process.clients.test_sending import CLIENTS
from tests.process.servers import wait_for

pytestmark = pytest.mark.django_db


@dataclass
class Receiver:
    """The running program."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def post(self, headers: dict[str, str], body: bytes) -> int:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("POST", "/hook", body=body, headers=headers)
            return connection.getresponse().status

    def handled(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith("lead.assigned")]


@pytest.fixture(autouse=True)
def local_webhooks(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]


@pytest.fixture
def channel() -> PartnerChannel:
    return make_channel(address=f"http://127.0.0.1:{temporary_port()}/hook")


@pytest.fixture
def receiver(channel: PartnerChannel, tmp_path: Path) -> Iterator[Receiver]:
    port, log = urlsplit(channel.address).port or 0, tmp_path / "receiver.log"
    secrets = f"whsec_{b64encode(b'another one').decode()} {secret_text(channel.secret_id)}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-I", str(CLIENTS / "python" / "webhook_receiver.py")],
            env={"WEBHOOK_SECRET": secrets, "DATABASE": str(tmp_path / "seen.sqlite3"), "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: listens(port), log=log)
        yield Receiver(port=port, log=log)
    finally:
        process.terminate()
        process.wait(timeout=30)
        keep_logs(log)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def test_a_lead_is_handled_once_however_often_it_is_told(channel: PartnerChannel, receiver: Receiver) -> None:
    lead = hand_over(channel.partner)
    first = deliver_due(seconds=10)
    outbox.redeliver(notification_ids=[Notification.objects.get().pk])
    again = deliver_due(seconds=10)
    other = hand_over(channel.partner)
    deliver_due(seconds=10)

    assert (first, again) == ({"delivered": 1}, {"delivered": 1})
    wait_for(lambda: len(receiver.handled()) == 2, log=receiver.log)
    assert receiver.handled() == [f"lead.assigned {lead.pk}", f"lead.assigned {other.pk}"]


def test_what_is_not_genuine_is_refused(channel: PartnerChannel, receiver: Receiver) -> None:
    now, body = int(time.time()), b'{"type": "lead.assigned", "data": {"lead_id": "1"}}'

    def headers(message_id: UUID, *, sent_at: int = now, secret_id: UUID = channel.secret_id) -> dict[str, str]:
        signed = signatures(secret_ids=(secret_id,), message_id=message_id, timestamp=sent_at, body=body)
        return {"webhook-id": str(message_id), "webhook-timestamp": str(sent_at), "webhook-signature": signed}

    statuses = [
        receiver.post({}, body),
        receiver.post(headers(uuid4()), body + b" "),
        receiver.post(headers(uuid4(), secret_id=uuid4()), body),
        receiver.post(headers(uuid4(), sent_at=now - 400), body),
        receiver.post(headers(uuid4(), sent_at=now + 400), body),
        receiver.post({**headers(uuid4()), "webhook-id": "another"}, body),
        receiver.post({**headers(uuid4()), "webhook-signature": "v1,\u00e9"}, body),
    ]

    assert statuses == [401] * 7
    assert receiver.handled() == []
    assert receiver.post(headers(uuid4()), body) == 204
    wait_for(lambda: receiver.handled() == ["lead.assigned 1"], log=receiver.log)
    assert "whsec" not in receiver.log.read_text()
