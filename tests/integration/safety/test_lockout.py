"""Who guesses passwords is locked out of both logins for a while, and nobody else is."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.auth.lockout import forget_old_failures, seconds_locked
from core.tasks import forget_login_failures
from tests.factories.api import assert_problem, staff_client
from tests.factories.marketplace import make_staff
from tests.integration.safety.guessing import API, NAME, PASSWORD, admin_login, api_login, basic, somebody

pytestmark = pytest.mark.django_db

Login = Callable[..., Any]
LOGINS = pytest.mark.parametrize("login", [api_login, admin_login])


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    settings.LOGIN_FAILURES_ADDRESS = 6


def guess(login: Login, times: int, **who: Any) -> list[int]:
    """The statuses of so many wrong passwords."""
    return [login(f"wrong {number}", **who).status_code for number in range(times)]


@LOGINS
def test_the_right_password_does_not_help_after_too_many_wrong_ones(login: Login) -> None:
    somebody()

    statuses = guess(login, 3)
    refused = login(PASSWORD)

    assert statuses[2] == 429
    assert 429 not in statuses[:2]
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= settings.AXES_COOLOFF_TIME.total_seconds()


def test_who_is_not_locked_out_waits_for_nothing() -> None:
    request = RequestFactory(REMOTE_ADDR="192.0.2.1").get("/")
    AxesProxyHandler.update_request(request)
    guess(api_login, 2)

    assert seconds_locked(request, username=NAME) == 0


def test_both_logins_count_together() -> None:
    somebody()

    guess(api_login, 2)
    guess(admin_login, 1)

    assert api_login(PASSWORD).status_code == 429
    assert admin_login(PASSWORD).status_code == 429


@LOGINS
def test_others_are_not_locked_out(login: Login) -> None:
    somebody()
    make_staff(username="piet", password=PASSWORD)

    guess(login, 4)

    assert login(PASSWORD, address="192.0.2.2").status_code in {200, 302}
    assert login(PASSWORD, name="piet").status_code in {200, 302}


@LOGINS
def test_an_address_is_locked_out_by_many_names(login: Login) -> None:
    somebody()

    statuses = [login("wrong", name=f"guess{number}").status_code for number in range(7)]
    refused = login(PASSWORD)

    assert 429 not in statuses[:5]
    assert statuses[5:] == [429, 429]
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= settings.AXES_COOLOFF_TIME.total_seconds()
    assert login(PASSWORD, address="192.0.2.2").status_code in {200, 302}


@LOGINS
def test_who_signs_in_begins_anew_and_does_not_help_those_who_guess_beside(login: Login) -> None:
    somebody()
    guess(login, 2)
    guess(login, 2, name="piet")

    assert login(PASSWORD).status_code in {200, 302}

    assert 429 not in guess(login, 2)
    assert guess(login, 1, name="piet") == [429]


def test_the_lock_ends_in_its_time_whoever_tries_meanwhile() -> None:
    somebody()
    guess(api_login, 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME + timedelta(seconds=20))

    again = api_login("wrong")

    assert int(again["Retry-After"]) <= 20
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    assert api_login(PASSWORD).status_code == 200


def test_the_api_says_so_in_its_shape() -> None:
    somebody()
    guess(api_login, 3)

    assert_problem(api_login(PASSWORD), 429, "locked_out")


@pytest.mark.parametrize(
    ("language", "text", "other"),
    [
        ("en", "Try again in 15 minutes.", "An administrator can unlock your account sooner."),
        ("nl", "Probeer het over 15 minuten opnieuw.", "Een beheerder kan uw account eerder vrijgeven."),
    ],
)
def test_the_admin_says_so_on_its_page(language: str, text: str, other: str) -> None:
    guess(admin_login, 3)

    page = admin_login(PASSWORD, language=language)

    html = page.content.decode()
    assert text in html
    assert other in html
    assert f'<html lang="{language}"' in html
    assert 'type="password"' not in html
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "content_type", "body"),
    [
        ("", "application/json", "{"),
        ("", "multipart/form-data; boundary=x", "--x\r\nnonsense"),
        ("?" + "&".join(f"a{number}=1" for number in range(2000)), "application/json", ""),
    ],
)
def test_a_request_that_cannot_be_read_is_counted_all_the_same(query: str, content_type: str, body: str) -> None:
    somebody()

    for _ in range(3):
        Client(REMOTE_ADDR="192.0.2.1", raise_request_exception=False).generic(
            "POST", API + query, body, content_type, headers={"Authorization": basic(NAME, "wrong")}
        )

    # With too many fields nobody's password is looked at, so nothing is told either.
    assert api_login(PASSWORD).status_code == (200 if query else 429)


@pytest.mark.parametrize("name", ["x" * 151, "x" * 5000, "an\x00s"])
def test_a_name_that_nobody_can_have_is_refused_as_any_other(name: str) -> None:
    assert_problem(api_login("wrong", name=name), 401, "authentication_failed")


def test_a_password_that_is_no_text_is_refused_as_any_other() -> None:
    somebody()

    assert_problem(api_login("wr\x00ng"), 401, "authentication_failed")


def test_nothing_of_what_was_typed_is_kept_but_the_name(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    somebody()

    for login in (admin_login, api_login):
        login("typed-in-vain")
    admin_login(PASSWORD)
    guess(api_login, 4)

    kept = str([*AccessAttempt.objects.values(), *AccessLog.objects.values(), *AccessFailureLog.objects.values()])
    assert NAME in kept
    assert "typed-in-vain" not in kept
    assert PASSWORD not in kept
    assert not AccessLog.objects.exists()
    written = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert any("login_locked_out" in line for line in written)
    assert not [line for line in written if NAME in line.split("'") or "192.0.2.1" in line or "typed-in-vain" in line]


def test_old_failures_are_forgotten_and_newer_ones_kept() -> None:
    guess(api_login, 1, name="old")
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    AccessAttempt.objects.create(
        username="new", ip_address="192.0.2.1", user_agent="", failures_since_start=1, attempt_time=timezone.now()
    )

    forget_login_failures()

    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["new"]
    assert forget_old_failures(now=timezone.now() + timedelta(days=1)) == 1


def test_the_schedule_forgets_them_every_night() -> None:
    entries = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]

    assert forget_login_failures.name in entries


def test_tokens_and_sessions_are_not_asked_about() -> None:
    client, user = staff_client("leads.view_lead"), somebody()
    browser = Client()
    browser.force_login(user)
    guess(api_login, 3)

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/api/leads/").status_code == 200
        assert browser.get(reverse("admin:index")).status_code == 200

    assert "knox_authtoken" in str(asked.captured_queries)
    assert "axes" not in str(asked.captured_queries)


def test_a_superuser_lets_somebody_in_again() -> None:
    somebody()
    guess(api_login, 3)
    guess(api_login, 1, name="piet")
    browser, url = Client(), reverse("admin:axes_accessattempt_changelist")
    browser.force_login(User.objects.create_superuser("kim"))
    attempt = AccessAttempt.objects.get(username=NAME)

    page = browser.get(url).content.decode()
    answer = browser.post(url, {"action": "unlock", "index": "0", "_selected_action": [attempt.pk]}, follow=True)

    assert NAME in page
    assert "192.0.2.1" in page
    assert date_format(timezone.localtime(attempt.attempt_time), "DATETIME_FORMAT") in page
    assert "1 row was forgotten." in answer.content.decode()
    assert api_login(PASSWORD).status_code == 200
    assert AccessAttempt.objects.get().username == "piet"


def test_nobody_but_superusers_sees_who_failed() -> None:
    staff = make_staff()
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="axes"))
    browser = Client()
    browser.force_login(staff)

    assert browser.get(reverse("admin:axes_accessattempt_changelist")).status_code == 403
