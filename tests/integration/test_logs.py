"""What stands in the logs of web and worker, and what never does."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import structlog
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client
from knox.models import AuthToken
from redis import Redis
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars

from config.logs import logging_settings
from leads.models import Lead
from router.models import BackgroundTask, LeadAssignmentLog
from tests.factories.marketplace import make_industry, make_partner, make_staff
from tests.factories.raw import execute
from tests.process.servers import lines, wait_for, web_server, worker

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


@pytest.mark.django_db(transaction=True)
def test_a_lead_is_followed_from_the_request_to_its_partner(redis_url: str, tmp_path: Path) -> None:
    partner = make_partner(max_open_leads=None, regions=["Utrecht"])
    staff: User = make_staff("leads.add_lead")
    _, token = AuthToken.objects.create(staff)
    # Messages of earlier tests, about leads that are gone.
    Redis.from_url(redis_url).flushall()
    web_log, worker_log = tmp_path / "web", tmp_path / "worker"
    make_industry(name="Roofs")
    place = {"industry": "Roofs", "province": "Utrecht", "postcode": "3511 AB"}
    body = json.dumps({**place, **PERSON, "message": "Call me at 0301234567."})
    with web_server("--workers", "1", log=web_log) as address, worker(log=worker_log):
        request = Request(
            f"{address}api/leads/",
            data=body.encode(),
            headers={"Authorization": f"Token {token}", "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=60) as response:
            lead_id, request_id = json.load(response)["id"], response.headers["X-Request-ID"]
        with pytest.raises(HTTPError, match="403"):
            urlopen(Request(f"{address}api/leads/?contact_email=ans@example.org", headers=request.headers), timeout=60)
        wait_for(lambda: '"task_succeeded"' in worker_log.read_text(), log=worker_log)
        # It fails, and what it was given is no more to be seen than what a lead holds.
        current_app.send_task(settings.ROUTE_LEAD_TASK, args=[PERSON["contact_email"]])
        wait_for(lambda: '"task_failed"' in worker_log.read_text(), log=worker_log)

    web, work = lines(web_log), lines(worker_log)
    (received,) = [line for line in web if line.get("request") == "POST /api/leads/"]
    assert (received["lead_id"], received["request_id"]) == (lead_id, request_id)
    assert (received["code"], received["user_id"]) == (201, staff.pk)
    (decided,) = [line for line in work if line["event"] == "lead_decided"]
    routed = [line for line in work if line.get("lead_id") == lead_id]
    (ended,) = [line for line in routed if line["event"] == "task_succeeded"]
    decision = LeadAssignmentLog.objects.get()
    for line in (decided, ended):
        assert (line["lead_id"], line["request_id"]) == (lead_id, request_id)
        assert line["task"] == "router.tasks.assign_lead"
        assert line["task_id"] == decided["task_id"]
    assert (decided["partner_id"], decided["decision_id"]) == (str(partner.pk), decision.pk)
    assert decided["outcome"] == "assigned"
    assert ended["duration_ms"] >= 0
    assert str(Lead.objects.get().pk) == lead_id
    (failed,) = [line for line in work if line["level"] == "error"]
    assert (failed["event"], failed["task"]) == ("task_failed", "router.tasks.assign_lead")
    assert "ValueError" in failed["exception"]
    assert "request_id" not in failed
    assert BackgroundTask.objects.get().failures == 1
    everything = web_log.read_text() + worker_log.read_text()
    written = {*PERSON.values(), "0301234567", "Ans", "Boer", "example.org", str(token), staff.username, staff.email}
    assert [text for text in written if text and text in everything] == []
