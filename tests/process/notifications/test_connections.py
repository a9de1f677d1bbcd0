"""What was checked is what is connected to: names, proxies, certificates."""

import socket
import ssl
import subprocess
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from leads.notifications.models import NotificationAttempt
from leads.notifications.services import webhooks
from leads.notifications.services.errors import NotDelivered
from tests.process.notifications.receivers import receiving

Error = NotificationAttempt.Error


def found(*addresses: str) -> list[Any]:
    """An answer of the resolver."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_a_name_is_resolved_once_and_its_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers with a public address first, and with a private one a moment later, gains nothing."""
    answers = [found("127.0.0.1"), found("127.0.0.2")]
    with receiving(name="partner.test") as receiver, receiving(host="127.0.0.2") as private:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers.pop(0))

        status = webhooks.post(receiver.url, headers=(), body=b"{}")

    assert (status, len(answers)) == (204, 1)
    assert receiver.requests[0].headers["host"] == f"partner.test:{receiver.port}"
    assert private.requests == []


def test_the_next_address_is_tried_where_nobody_answers_at_the_first(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    with receiving(name="partner.test") as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found("127.0.0.2", "127.0.0.2", "127.0.0.1"))

        assert webhooks.post(receiver.url, headers=(), body=b"{}") == 204


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        assert webhooks.post(receiver.url, headers=(), body=b"{}") == 204

    assert proxy.requests == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of `receiver.test`, signed by itself, with its key; made now, and good for a day."""
    file = tmp_path_factory.mktemp("certificate") / "receiver.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=receiver.test", "-addext", "subjectAltName=DNS:receiver.test"),
            *("-keyout", file, "-out", file),
        ],
        check=True,
        capture_output=True,
    )
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts who signed the certificate."""
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(webhooks, "_trust", lambda: context)


@pytest.fixture
def every_name_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found("127.0.0.1"))


def test_the_certificate_has_to_be_that_of_the_name(
    tls: ssl.SSLContext, trusting: None, every_name_is_here: None
) -> None:
    with receiving(tls=tls, name="receiver.test") as right, receiving(tls=tls, name="other.test") as wrong:
        assert webhooks.post(right.url, headers=(), body=b"{}") == 204
        with pytest.raises(NotDelivered) as caught:
            webhooks.post(wrong.url, headers=(), body=b"{}")

    assert caught.value.error == Error.TLS
    assert wrong.requests == []


def test_a_certificate_that_nobody_trusts_is_refused(tls: ssl.SSLContext, every_name_is_here: None) -> None:
    with receiving(tls=tls, name="receiver.test") as receiver, pytest.raises(NotDelivered) as caught:
        webhooks.post(receiver.url, headers=(), body=b"{}")

    assert caught.value.error == Error.TLS
    assert receiver.requests == []
