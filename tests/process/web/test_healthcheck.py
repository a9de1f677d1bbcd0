import http.server
import threading
from collections.abc import Iterator

import pytest

from config.local.ports import HOST, temporary_port
from config.observability import healthcheck


class Site(http.server.HTTPServer):
    """A web server that answers with `status` and keeps the names it was called by."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), Answer)
        self.status = 200
        self.names: list[str | None] = []


class Answer(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        assert self.path == "/healthz"
        self.server.names.append(self.headers["Host"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
        """Nothing on the terminal."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (301, 1)])
def test_only_a_200_is_healthy(site: Site, status: int, code: int) -> None:
    site.status = status

    assert healthcheck.main(port=site.server_port) == code


@pytest.mark.parametrize(
    ("allowed", "name"),
    [("leads.example.com,other.example.com", "leads.example.com"), (".example.com", "example.com"), ("*", HOST)],
)
def test_it_calls_the_site_by_a_name_that_it_serves(
    site: Site, monkeypatch: pytest.MonkeyPatch, allowed: str, name: str
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", allowed)

    healthcheck.main(port=site.server_port)

    assert site.names == [name]


def test_nobody_there_is_unhealthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthcheck.main(port=temporary_port()) == 1
    assert "no answer" in capsys.readouterr().err
