"""A partner's webhook without a network: it takes what would be sent, and answers. `tests/process` has real ones."""

import itertools
import threading
from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpcore
import pytest

Behaviour = Callable[[], httpcore.Response]


@dataclass(frozen=True, slots=True)
class Request:
    """What the partner was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Receiver:
    """The partner. Its behaviours are those of the requests in order; the last one is that of all further ones."""

    url: str
    port: int
    behaviours: list[Behaviour]
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ids(self) -> list[str]:
        """The ids of the messages that came, in order."""
        return [request.headers["webhook-id"] for request in self.requests]

    def answer_to(self, request: Request) -> httpcore.Response:
        """Note the request, and do what comes next."""
        with self.lock:
            self.requests.append(request)
            behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        return behave()


_listening: dict[tuple[str, int], Receiver] = {}
_ports = itertools.count(1)


class Pool:
    """Stands for the connections of httpcore."""

    def __init__(self, **options: Any) -> None:
        """Ignore the options."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close nothing."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        url = request.url
        receiver = _listening.get((url.host.decode(), url.port or 0))
        if receiver is None:
            raise httpcore.ConnectError
        assert request.method == b"POST"
        assert isinstance(request.stream, AsyncIterable)
        headers = {name.decode().lower(): value.decode() for name, value in request.headers}
        body = b"".join([part async for part in request.stream])
        return receiver.answer_to(Request(url.target.decode(), headers, body))


def answer(status: int, **headers: str) -> Behaviour:
    return lambda: httpcore.Response(status, headers=list(headers.items()))


@contextmanager
def receiving(*behaviours: Behaviour, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """A receiver, until the block ends, within which nothing is sent over the network."""
    port = next(_ports)
    receiver = Receiver(
        url=f"http://{host}:{port}/hook?of=partner", port=port, behaviours=[*behaviours] or [answer(204)]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore, "AsyncConnectionPool", Pool)
        patch.setitem(_listening, (host, port), receiver)
        yield receiver
