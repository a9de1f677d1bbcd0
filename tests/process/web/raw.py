"""Connections to a web server that say what no client of good will says."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit


@contextmanager
def saying(address: str, *said: bytes) -> Iterator[Sequence[socket.socket]]:
    """Connections that have said this, one each, and wait."""
    url = urlsplit(address)
    with ExitStack() as stack:
        connections = []
        for text in said:
            connection = stack.enter_context(socket.create_connection((url.hostname, url.port or 80), timeout=30))
            connection.sendall(text)
            connections.append(connection)
        yield connections


def answer_on(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))
