"""Free TCP ports on the loopback address."""

import random
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
# Below the range that systems use for outgoing connections, so that none of those can take the port.
TEMPORARY_PORTS = range(20_000, 32_000)


class NoFreePortError(Exception):
    """Every port that was tried is taken."""


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connection was just closed counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def first_free_port(ports: Iterable[int]) -> int:
    """Return the first free port of the list. Raises NoFreePortError."""
    for port in ports:
        if is_free(port):
            return port
    raise NoFreePortError("None of the ports is free.")


def temporary_port() -> int:
    """Return a free port for a server that lives as long as a test session."""
    return first_free_port(random.sample(TEMPORARY_PORTS, k=100))
