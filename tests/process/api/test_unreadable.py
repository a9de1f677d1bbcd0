"""What the web server refuses by itself, before Django sees it, has the shape of all errors."""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.problems import PROBLEMS
from tests.process.servers import web_server

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url")]

HOST = b"Host: 127.0.0.1\r\n"
REQUESTS = {
    "uri_too_long": b"GET /api/leads/?province=" + b"x" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "headers_too_large": b"GET /api/leads/ HTTP/1.1\r\n" + HOST + b"X-Long: " + b"x" * 20_000 + b"\r\n\r\n",
    "bad_request": b"GET /api/leads/ HTTP/1.1\r\n" + HOST + b"No Header\r\n\r\n",
}


def answer_to(sent: bytes, *, address: str) -> tuple[int, str, dict[str, object]]:
    """Status, content type and body."""
    url = urlsplit(address)
    with socket.create_connection((url.hostname, url.port or 80), timeout=30) as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers["content-type"], json.loads(body)


def test_a_request_that_cannot_be_read_is_answered_in_json(tmp_path: Path) -> None:
    with web_server("--workers", "1", log=tmp_path / "web.log") as address:
        answers = {code: answer_to(sent, address=address) for code, sent in REQUESTS.items()}

    statuses = {problem.code: problem.status for problem in PROBLEMS}
    for code, (status, content_type, body) in answers.items():
        assert (status, content_type) == (statuses[code], "application/json"), code
        assert (body["code"], body["fields"]) == (code, {})
        assert body["detail"]
