"""Log lines: names and values, as JSON for programs or in columns for people, without personal data.

Values bound to a request or a task (its id, the lead's) appear on every line that it writes, including those of
libraries. Removing personal data here is a second line of defence: callers leave it out themselves.
"""

import re
import traceback
from typing import Any, Literal
from uuid import UUID

import structlog
from structlog.types import EventDict, ExcInfo, Processor

LEFT_OUT = "[left out]"

NAMES = frozenset(
    {
        *("contact_name", "contact_email", "contact_phone", "message", "description", "company_name"),
        *("email", "e_mail", "phone", "name", "first_name", "last_name", "full_name", "username", "user_name"),
        *(
            "ip",
            "ip_address",
            "remote_addr",
            "user_agent",
            "referer",
            "query",
            "query_string",
            "body",
            "data",
            "payload",
        ),
        *("password", "token", "secret", "authorization", "cookie", "cookies", "session", "headers", "dsn", "url"),
    }
)
"""Names whose values are never logged."""

# PostgreSQL quotes the row, the line of a COPY, the statement or a value behind these words.
_ROW = re.compile(r"\b(?:DETAIL|CONTEXT|QUERY|LINE \d+):.*", re.DOTALL)
_VALUE = re.compile(r"(?<=: )\".*\"(?=\n|$)")
_E_MAIL = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+\.[a-z]{2,}", re.IGNORECASE)
# Written with a country code or a leading zero; not within a UUID or another word.
_PHONE = re.compile(r"(?<![\w.-])(?:\+[1-9]|00[1-9]|0[1-9])[\d ()-]{6,18}\d(?![\w-])")
_IN_URL = re.compile(r"(?<=://)[^/\s@]*@")


def without_row(text: str) -> str:
    """Return an error's text without what PostgreSQL quotes of the refused row."""
    return _VALUE.sub(LEFT_OUT, _ROW.sub(LEFT_OUT, text))


def without_contacts(text: str) -> str:
    """Return the text without passwords in server URLs, e-mail addresses and phone numbers."""
    if "@" in text:
        text = _E_MAIL.sub("[e-mail]", _IN_URL.sub("", text))
    return _PHONE.sub("[phone]", text)


def left_out(name: str, value: Any) -> Any:
    """Return the value as it may be logged under this name: a number unchanged, anything else as filtered text."""
    if name.lower() in NAMES:
        return LEFT_OUT
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): left_out(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [left_out("", inner) for inner in value]
    # A traceback has been through `without_row`, error by error.
    return without_contacts(str(value) if name == "exception" else without_row(str(value)))


LogFormat = Literal["json", "console"]
LOG_FORMATS: tuple[LogFormat, ...] = ("json", "console")

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_structlog() -> None:
    """Route structlog's own lines through the standard library's handlers, like all others."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_settings(*, level: str, form: LogFormat) -> dict[str, Any]:
    """Return the logging configuration for Django, Celery and waitress: one handler for all."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": (
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.ExceptionRenderer(traceback_text),
                    leave_out_personal_data,
                    _renderer(form),
                ),
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Their handlers are removed: all lines go to the root logger.
            "django": {"level": "INFO"},
            "django.server": {"level": "INFO", "propagate": True},
            # It warns of each request that waits for a thread.
            "waitress.queue": {"level": "ERROR"},
            # Each request has one line by the middleware; this one would repeat it with less information.
            "django.request": {"level": "CRITICAL"},
            # Each run of a task has one line when it ends.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
            # `core.auth.lockout` logs a lockout without the name and the address.
            "axes": {"level": "ERROR"},
        },
    }


def _renderer(form: LogFormat) -> Processor:
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    return structlog.processors.JSONRenderer()


def leave_out_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Remove values about persons from the line; see `config.observability.logs`."""
    return {name: left_out(name, value) for name, value in event.items()}


def traceback_text(exc_info: ExcInfo) -> str:
    """Return the chain of errors, oldest first: where each was raised and its message, without rows."""
    parts: list[str] = []
    seen: set[int] = set()
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}: {without_row(str(error))}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich led to:\n\n".join(reversed(parts))
