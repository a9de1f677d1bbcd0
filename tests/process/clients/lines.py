"""A line between a client and the marketplace that breaks on purpose."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASSED_ON = ("Authorization", "Content-Type", "Idempotency-Key", "Accept")


class Line(ThreadingHTTPServer):
    """Hands requests on to the server; to the first of them it does what `troubles` says, one after the other."""

    daemon_threads = True

    def __init__(self, server: str, troubles: list[Callable[["Passing"], None]]) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.server_behind = server
        self.troubles = troubles
        self.keys: list[str] = []
        self.replayed: list[str | None] = []


class Passing(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        line = self.line
        line.keys.append(self.headers["Idempotency-Key"])
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.close_connection = True
        if line.troubles:
            line.troubles.pop(0)(self)
        else:
            self.answer(*self.ask())

    @property
    def line(self) -> Line:
        assert isinstance(self.server, Line)
        return self.server

    def ask(self) -> tuple[int, bytes]:
        """Hand the request on."""
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        with closing(HTTPConnection(urlsplit(self.line.server_behind).netloc, timeout=60)) as connection:
            connection.request("POST", self.path, body=self.body, headers=headers)
            answer = connection.getresponse()
            self.line.replayed.append(answer.headers["Idempotency-Replayed"])
            return answer.status, answer.read()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Nothing is said."""


def lose_the_answer(passing: Passing) -> None:
    """The request arrives; its answer does not."""
    passing.ask()


def lose_the_request(_: Passing) -> None:
    """Nothing arrives."""


def be_busy(passing: Passing) -> None:
    """Another server in between has no time."""
    passing.answer(503, b"<html>busy</html>", Retry_After="1")


@contextmanager
def line_to(server: str, *troubles: Callable[[Passing], None]) -> Iterator[tuple[str, Line]]:
    """The address of a line to the server, until the block ends."""
    with Line(server, list(troubles)) as line:
        thread = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{line.server_port}/", line
        finally:
            line.shutdown()
            thread.join()
