"""A partner's webhook, as a real server on the loopback address that can behave badly."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import cast

FLOOD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[["Handler"], None]


@dataclass(slots=True, kw_only=True)
class Receiver:
    """The server. Its behaviours are those of the requests in order; the last one is that of all further ones."""

    url: str
    port: int
    behaviours: list[Behaviour]
    requests: list[Request] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    sent_bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ids(self) -> list[str]:
        """The ids of the messages that came, in order."""
        return [request.headers["webhook-id"] for request in self.requests]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """The client may have gone: that is what many tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def receiver(self) -> Receiver:
        return cast("Server", self.server).receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.receiver
        with receiver.lock:
            receiver.requests.append(Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            behaviour = receiver.behaviours.pop(0) if len(receiver.behaviours) > 1 else receiver.behaviours[0]
        self.close_connection = True
        behaviour(self)

    def log_message(self, *arguments: object) -> None:
        """Nothing is said."""


def answer(status: int, **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return behave


def hang(handler: Handler) -> None:
    """Say nothing until the test releases it, then that all is well."""
    handler.receiver.released.wait(timeout=60)
    answer(200)(handler)


def drip(handler: Handler) -> None:
    """Send a header that never ends, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.receiver.released.wait(timeout=0.05):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def close(handler: Handler) -> None:
    """Say nothing, and close the connection."""


def talk_nonsense(handler: Handler) -> None:
    handler.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")


def flood(handler: Handler) -> None:
    """Say that all is well, and send megabytes until nobody listens any more."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(FLOOD_BYTES))
    handler.end_headers()
    with suppress(OSError):
        while handler.receiver.sent_bytes < FLOOD_BYTES:
            handler.wfile.write(b"x" * 65536)
            handler.receiver.sent_bytes += 65536
    handler.receiver.released.set()


def flood_headers(handler: Handler) -> None:
    """Send headers until nobody listens any more."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        while handler.receiver.sent_bytes < FLOOD_BYTES:
            handler.wfile.write(b"X-More: " + b"x" * 8192 + b"\r\n")
            handler.receiver.sent_bytes += 8202
    handler.receiver.released.set()


@contextmanager
def receiving(
    *behaviours: Behaviour, host: str = "127.0.0.1", tls: SSLContext | None = None, name: str | None = None
) -> Iterator[Receiver]:
    """A receiver, until the block ends. `name` stands in its URL in the place of the host."""
    with Server((host, 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        port = server.server_address[1]
        url = f"{'http' if tls is None else 'https'}://{name or host}:{port}/hook?of=partner"
        all_behaviours: Sequence[Behaviour] = behaviours or (answer(204),)
        server.receiver = Receiver(url=url, port=port, behaviours=list(all_behaviours))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.receiver
        finally:
            server.receiver.released.set()
            server.shutdown()
            thread.join()
