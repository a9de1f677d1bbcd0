"""A browser, a server with the demo marketplace behind it, and people who are signed in.

The database is that of the test run, filled once and shared by all tests here: a browser's request is no part of a
test's transaction. A test that changes something makes its own rows, or puts things back.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from knox.models import AuthToken
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app
from leads.models import IntakeKey, Lead, Partner
from performance.services.history import record_missing_days
from router.demo.calendar import ZONE
from router.demo.load import load_demo
from router.demo.roster import SEED
from router.models import LeadAssignmentLog
from router.services.assignment import LeadAssignmentService
from router.services.policies import save_draft
from tests.browser.browsers import find_browser
from tests.browser.pages import Place, World
from tests.browser.people import PASSWORD, LoginPage
from tests.factories.marketplace import make_industry, make_lead, make_partner_user

# Playwright's own event loop runs in the thread of the tests; Django would take their queries for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ADMIN = "kim"
ROUTED_LEADS = 40

NewContext = Callable[..., BrowserContext]


class Windows(NamedTuple):
    """Two browsers that look alike, which keep what they have loaded from page to page."""

    superuser: BrowserContext
    stranger: BrowserContext

    def of(self, place: Place) -> BrowserContext:
        """The one for this page."""
        return self.superuser if place.signed_in else self.stranger


@contextmanager
def open_windows(browser: Browser, signed_in_state: Any, **options: Any) -> Iterator[Windows]:
    """Open both; `options` are those of `Browser.new_context`."""
    options = {"locale": "en-GB"} | options
    with (
        browser.new_context(**options, storage_state=signed_in_state) as superuser,
        browser.new_context(**options) as stranger,
    ):
        yield Windows(superuser, stranger)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database. pytest-django makes one only for tests that say that they use it, each in a transaction."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The demo marketplace, with its waiting leads but one handed out, and a superuser."""
    with django_db_blocker.unblock():
        load_demo(seed=SEED, day=timezone.localdate(timezone=ZONE))
        admin = User.objects.create_superuser(ADMIN, password=PASSWORD)
        waiting = Lead.objects.filter(partner=None).order_by("created_at").values_list("pk", flat=True)
        LeadAssignmentService().assign(list(waiting[:ROUTED_LEADS]), trigger="admin", actor=ADMIN)
        decision = LeadAssignmentLog.objects.filter(outcome="assigned").order_by("-candidate_count", "pk")[0]
        # What the demo has none of.
        record_missing_days(now=timezone.now())
        save_draft(values={"fairness_weight": 40}, reason="Try more fairness", user=admin, based_on=1)
        make_partner_user(Partner.objects.all()[0])
        AuthToken.objects.create(user=admin)
        IntakeKey.objects.create(client=admin, key="key-1", request_hash="0", lead_id=decision.lead_id)
        yield World(
            industry=str(make_industry().pk),
            lead=str(decision.lead_id),
            waiting_lead=str(make_lead().pk),
            partner=str(decision.partner_id),
            decision=decision.pk,
        )


@pytest.fixture(scope="session")
def server(world: World, redis_url: str) -> Iterator[str]:
    """The address of the product, served by threads as gunicorn does; tasks run at once, in the request."""
    app.conf.task_always_eager = True
    running = LiveServer("localhost")
    yield running.url
    running.stop()
    app.conf.task_always_eager = False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(playwright))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in_state(browser: Browser, server: str) -> Any:
    """The cookies of a superuser who signed in with the form."""
    with browser.new_context(locale="en-GB") as context:
        LoginPage(context.new_page(), server=server).sign_in(ADMIN)
        return context.storage_state()


@pytest.fixture
def new_context(browser: Browser, signed_in_state: Any) -> Iterator[NewContext]:
    """Opens windows of a superuser; takes what `Browser.new_context` takes."""
    opened = []

    def open_context(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**{"locale": "en-GB", "storage_state": signed_in_state} | options))
        return opened[-1]

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A window of a superuser, on a desk and in English."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()
