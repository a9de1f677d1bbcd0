"""What stands in the logs of web and worker, and what never does."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars

from config.observability.logs import logging_settings
from tests.factories.raw import execute

PERSON = {"contact_name": "Ans de Boer", "contact_email": "ans@example.org", "contact_phone": "+31301234567"}


def formatter_of(form: str) -> logging.Formatter:
    settings = logging_settings(level="INFO", form="json" if form == "json" else "console")["formatters"]["lines"]
    formatter: logging.Formatter = settings["()"](**{name: value for name, value in settings.items() if name != "()"})
    return formatter


def line_of(form: str, record: logging.LogRecord) -> str:
    """The record as the handler of this form writes it."""
    return formatter_of(form).format(record)


def record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("leads.tests", logging.WARNING, __file__, 1, message, arguments, info)


def raised(error: BaseException, *, cause: BaseException | None = None) -> BaseException:
    """The error as it is when it has been raised and caught."""
    try:
        raise error from cause
    except type(error):
        return sys.exc_info()[1] or error


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_is_bound_is_on_the_lines_of_libraries_too(form: str) -> None:
    with bound_contextvars(request_id="r-1", lead_id="l-1"):
        line = line_of(form, record("%d rows", 7))

    assert "7 rows" in line
    assert "r-1" in line
    assert "l-1" in line


def test_a_line_for_programs_is_one_line_of_json() -> None:
    line = line_of("json", record("two\nlines"))

    assert "\n" not in line
    found = json.loads(line)
    assert (found["event"], found["level"], found["logger"]) == ("two\nlines", "warning", "leads.tests")
    assert found["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "text",
    [
        "ans@example.org",
        "Ans <ans.de-boer@mail.example.org>",
        "mailto:ans@example.org",
        "+31301234567",
        "06 12345678",
        "0612345678",
        "06-12345678",
        "(030) 123 45 67",
        "0031 6 1234 5678",
        "redis://user:ans@host:6379/0",
    ],
)
def test_contacts_in_a_text_are_left_out(text: str) -> None:
    line = line_of("json", record("said %s twice", text))

    assert not {"ans", "12345678", "1234567", "301234567"} & set(line.replace("@", " ").replace("/", " ").split())
    assert "example" not in line
    assert "1234" not in line.replace(json.loads(line)["timestamp"], "")


@pytest.mark.parametrize(
    "text",
    ["01234567-89ab-4cde-8f01-234567890123", "2026-11-23 08:15:30", "0.01234567890", "127.0.0.1:15432", "[email] 7@x"],
)
def test_ids_times_numbers_and_addresses_of_servers_are_kept(text: str) -> None:
    assert json.loads(line_of("json", record("said %s", text)))["event"] == f"said {text}"


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_the_database_quotes_of_a_row_is_left_out_of_every_error(form: str) -> None:
    row = "violates check\nDETAIL:  Failing row contains (1, Ans de Boer,\n\nhello, 3511).\n"
    copy = "bad value: \"Ans\"\nLINE 1: ...name = 'Ans'\nCONTEXT:  COPY leads, line 1: Ans de Boer"
    error = raised(IntegrityError(row), cause=raised(ValueError(copy)))

    line = line_of(form, record("failed: %s", error, error=error))

    assert "violates check" in line
    assert "bad value" in line
    assert "IntegrityError" in line
    assert "test_logs.py" in line
    assert not [word for word in ("Ans", "Boer", "3511", "hello") if word in line]


def test_values_about_a_person_are_left_out_whatever_they_hold() -> None:
    event = {"event": "x", **PERSON, "token": "abc", "lead": {"contact_name": "Ans"}, "many": [PERSON], "count": 3}
    made = record("")
    made.msg = {**event, "logger": "t", "level": "info"}
    made.__dict__.update(_logger=logging.getLogger("t"), _name="info")

    line = json.loads(line_of("json", made))

    assert line["count"] == 3
    assert line["lead"] == {"contact_name": "[left out]"}
    assert [line[name] for name in (*PERSON, "token")] == ["[left out]"] * 4
    assert "Ans" not in json.dumps(line)


@pytest.mark.django_db
def test_a_request_has_one_line_without_its_query(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    response = client.get("/api/leads/00000000-0000-0000-0000-000000000001/?name=Ans")

    (found,) = [found for found in caplog.records if found.name.startswith("django_structlog")]
    event: dict[str, Any] = found.msg if isinstance(found.msg, dict) else {}
    assert event["request_id"] == response["X-Request-ID"]
    assert event["lead_id"] == "00000000-0000-0000-0000-000000000001"
    assert event["request"] == "GET /api/leads/00000000-0000-0000-0000-000000000001/"
    assert (event["code"], event["view"]) == (401, "api-lead")
    assert event["duration_ms"] > 0
    assert get_contextvars() == {}


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What is written from now on, as production writes it."""
    written, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter_of("json"))
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.mark.django_db
def test_a_request_that_fails_has_one_line_with_where(written: StringIO) -> None:
    execute("DROP TABLE knox_authtoken CASCADE")

    response = Client(raise_request_exception=False).get("/api/leads/", headers={"Authorization": "Token 12345678"})

    assert response.status_code == 500
    (line,) = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (line["event"], line["code"]) == ("request_failed", 500)
    assert line["duration_ms"] > 0
    assert "ProgrammingError" in line["exception"]
    assert "12345678" not in json.dumps(line)


def test_the_settings_are_those_of_production() -> None:
    structlog_settings = structlog.get_config()

    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.DJANGO_STRUCTLOG_IP_LOGGING_ENABLED is False
    assert structlog_settings["wrapper_class"] is structlog.stdlib.BoundLogger
    clear_contextvars()
