"""Unreadable messages: dropped, with a log line that leaves out their contents.

Celery and kombu stop the worker for some of them, and log others in full. Anyone who can send a message, or a program
that uses the same broker by mistake, could stop the routing of leads.
"""

import base64
import json
from collections.abc import Callable
from queue import Empty
from typing import Any

import structlog
from celery.worker.consumer import Consumer as CeleryConsumer
from kombu.transport import TRANSPORT_ALIASES, filesystem, redis

logger = structlog.get_logger(__name__)

# Raised on reading a message of an unexpected format.
_UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, IndexError)


def say_dropped(reason: str) -> None:
    """Log that a message was dropped."""
    logger.error("message_dropped", reason=reason)


def is_envelope(message: object) -> bool:
    """Return whether this is a kombu envelope that can be read without an error."""
    match message:
        case {
            "body": str(body),
            "headers": dict(),
            "properties": {
                "delivery_tag": str(),
                "delivery_info": {"exchange": str(), "routing_key": str()},
                **others,
            },
        }:
            encoding = others.get("body_encoding")
            return encoding is None or (encoding == "base64" and _is_base64(body))
        case _:
            return False


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text).decode()
    except ValueError:
        return False
    return True


class Channel(redis.Channel):
    """Redis channel that drops messages that are not JSON, and continues."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]  # the stubs leave it out
        except (json.JSONDecodeError, UnicodeDecodeError):
            say_dropped("no JSON")
            return True


class Transport(redis.Transport):
    """Redis transport, the broker in production."""

    Channel = Channel

    def _deliver(self, message: Any, queue: Any) -> None:
        if not is_envelope(message):
            say_dropped("no message of Celery")
            return
        super()._deliver(message, queue)


class FileChannel(filesystem.Channel):
    """Filesystem channel, for the broker on a laptop."""

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            message = super()._get(queue)
        except (json.JSONDecodeError, UnicodeDecodeError):
            say_dropped("no JSON")
            raise Empty from None
        if not is_envelope(message):
            say_dropped("no message of Celery")
            raise Empty
        return message


class FileTransport(filesystem.Transport):
    """Filesystem transport, the broker on a laptop."""

    Channel = FileChannel


class Consumer(CeleryConsumer):
    """Consumer of a worker's messages."""

    def create_task_handler(self, *args: Any, **options: Any) -> Callable[[Any], None]:
        handle = super().create_task_handler(*args, **options)

        def on_task_received(message: Any) -> None:
            try:
                if not _is_task(message):
                    _drop(message, "no task")
                else:
                    handle(message)
            except _UNREADABLE:
                _drop(message, "no task")

        return on_task_received

    def on_unknown_message(self, body: Any, message: Any) -> None:
        _drop(message, "no task")

    def on_unknown_task(self, body: Any, message: Any, exc: BaseException) -> None:
        _drop(message, "unknown task")

    def on_invalid_task(self, body: Any, message: Any, exc: BaseException) -> None:
        _drop(message, "no task")

    def on_decode_error(self, message: Any, exc: BaseException) -> None:
        _drop(message, "no JSON")


def _is_task(message: Any) -> bool:
    """Return whether the headers and the body are those of a task called by its name."""
    if message.content_type != "application/json" or message.headers.get("compression"):
        return False
    if not all(isinstance(message.headers.get(name), str) for name in ("task", "id")):
        return False
    # Read once the task already has its slot in the pool; an error there would not release the slot.
    if not all(limit is None or isinstance(limit, int | float) for limit in _time_limits(message.headers)):
        return False
    match json.loads(message.body):
        case [list(), dict(), dict()]:
            return True
        case _:
            return False


def _time_limits(headers: dict[str, Any]) -> tuple[Any, Any]:
    """Return the hard and the soft time limit. Raises ValueError, TypeError."""
    hard, soft = headers.get("timelimit") or (None, None)
    return hard, soft


def _drop(message: Any, reason: str) -> None:
    say_dropped(reason)
    if not message.acknowledged:
        message.reject()


def install() -> None:
    """Make all connections of this process use the transports above."""
    TRANSPORT_ALIASES.update(redis="config.broker:Transport", filesystem="config.broker:FileTransport")
