"""One web process: a thread that reads and sends, threads for requests, and one for `/healthz` alone."""

import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from config.web.requests import MOST_BODY, MOST_HEADERS, Channel

HEALTH_PATH = "/healthz"
CONNECTIONS = 1_000
"""Maximum open connections of a process; further ones wait until one ends."""
IDLE_SECONDS = 60
"""A connection without traffic for this long is closed."""
_LOOP_SECONDS = 1.0
_FRESH_SECONDS = 1.0
"""A stopping process waits this long for the first request of a connection."""
_TURN_SECONDS = 0.001
_YIELD_SECONDS = 0.0005
_STOP = (signal.SIGTERM, signal.SIGINT)


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Threads for requests, and one that answers `/healthz` while all others are busy."""

    def __init__(self, *, threads: int) -> None:
        super().__init__()
        self.set_thread_count(threads)
        self.health = ThreadedTaskDispatcher()
        self.health.set_thread_count(1)
        self.taken = 0

    def add_task(self, task: Channel) -> None:
        request = task.requests[0]
        if request.error is None and request.path == HEALTH_PATH and self.busy >= len(self.threads):
            self.health.add_task(task)
        else:
            super().add_task(task)
        self.taken += 1

    @property
    def busy(self) -> int:
        """Number of requests being processed or waiting for a thread."""
        count: int = self.active_count + len(self.queue)
        return count


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Server on a socket that other processes share."""

    channel_class = Channel
    draining = False

    def handle_accept(self) -> None:
        """Accept a connection, unless another process with less to do is faster."""
        if self.task_dispatcher.busy and not self.draining:
            time.sleep(_YIELD_SECONDS * self.task_dispatcher.busy)
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            channel.will_close |= channel.is_late(time.monotonic())

    def stop_accepting(self) -> None:
        """Leave new connections to the other processes, and keep the open ones.

        Accept the pending ones first: if this is the last process, they would be cut off.
        """
        self.draining = True
        before = -1
        while before < len(self.active_channels):
            before = len(self.active_channels)
            self.handle_accept()
        self.accepting = False
        self.del_channel()
        self.socket.close()

    def close_idle(self) -> None:
        """Close the connections that wait for another request."""
        fresh = time.time() - _FRESH_SECONDS
        for channel in list(self.active_channels.values()):
            if channel.is_idle and channel.last_activity < fresh:
                channel.handle_close()


def serve(
    application: WSGIApplication,
    listener: socket.socket,
    *,
    threads: int,
    most_requests: int | None,
    grace_seconds: float,
) -> None:
    """Serve until told to end, until the parent process is gone, or after this many requests (None: no limit).

    Requests in progress are finished, unless they take longer than the grace period.
    """
    # The thread that reads and sends waits no longer than this for the GIL while others compute.
    sys.setswitchinterval(_TURN_SECONDS)
    adjustments = Adjustments(
        threads=threads,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        max_request_header_size=MOST_HEADERS,
        max_request_body_size=MOST_BODY,
        recv_bytes=65_536,
        # No thread waits for a slow client: responses beyond a megabyte go to a temporary file.
        outbuf_high_watermark=1024**3,
        asyncore_use_poll=True,
        log_socket_errors=False,
        # The settings (TRUST_PROXY) decide which headers about the client's address and HTTPS are trusted.
        clear_untrusted_proxy_headers=False,
        ident="",
    )
    dispatcher = Dispatcher(threads=threads)
    sockets: dict[int, Any] = {}
    server = Server(
        application,
        sockets,
        _sock=listener,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        bind_socket=False,
    )
    if most_requests is not None:
        # Staggered, so that the processes do not restart together.
        most_requests += secrets.randbelow(most_requests // 10 + 1)
    parent = os.getppid()
    told = _told_to_stop(server.pull_trigger)
    while not told() and os.getppid() == parent and (most_requests is None or dispatcher.taken < most_requests):
        wasyncore.poll2(_LOOP_SECONDS, sockets)
    server.stop_accepting()
    until = time.monotonic() + grace_seconds
    while server.active_channels and time.monotonic() < until:
        server.close_idle()
        wasyncore.poll2(0.1, sockets)


def _told_to_stop(wake: Callable[[], None]) -> Callable[[], bool]:
    """Handle the signals that end a process, waking the loop at the first; return a check for whether one arrived."""
    signals: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        signals.append(number)
        wake()

    for number in _STOP:
        signal.signal(number, remember)
    return lambda: bool(signals)
