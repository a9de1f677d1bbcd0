"""A mail server that refuses."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from leads.notifications.models import Notification
from leads.notifications.services.delivery import deliver_due
from tests.integration.notifications.worlds import attempts, hand_over, let_time_pass, make_channel

pytestmark = pytest.mark.django_db

ADDRESS = "office@partner.example.com"


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    refuses: str
    answer: str
    received: list[str]


class _MailSession(socketserver.StreamRequestHandler):
    """Says yes to everything but the command that is refused."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _MailServer)
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            word = line.decode().split()[0].upper()
            if word == server.refuses:
                self.wfile.write(f"{server.answer}\r\n".encode())
            elif word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    text += part
                server.received.append(text.decode())
                self.wfile.write(b"250 taken\r\n")
            else:
                self.wfile.write(b"250 fine\r\n")


@contextmanager
def mail_server(settings: Any, *, refuses: str = "", answer: str = "") -> Iterator[_MailServer]:
    with _MailServer(("127.0.0.1", 0), _MailSession) as server:
        server.refuses, server.answer, server.received = refuses, answer, []
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("refuses", "answer", "status"),
    [("MAIL", "451 later", 451), ("RCPT", "550 nobody of this name", None), ("DATA", "552 too much", 552)],
)
def test_what_the_mail_server_refuses_is_tried_again_under_the_same_id(
    settings: Any, refuses: str, answer: str, status: int | None
) -> None:
    hand_over(make_channel(kind="email", address=ADDRESS).partner)

    with mail_server(settings, refuses=refuses, answer=answer):
        refused = deliver_due(seconds=10)
    let_time_pass()
    with mail_server(settings) as server:
        deliver_due(seconds=10)

    notification = Notification.objects.get()
    assert refused == {"mail": 1}
    assert attempts(notification) == [(1, status, "mail"), (2, None, "")]
    assert f"Message-ID: <{notification.pk}@" in server.received[0]
