"""A browser, a server with the demo marketplace behind it, and people who are signed in.

The database is that of the test run, filled once and shared by all tests here: a browser's request is no part of a
test's transaction. A test that changes something makes its own rows, or puts things back.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from knox.models import AuthToken
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app
from config.demo.calendar import ZONE
from config.demo.load import load_demo
from config.demo.roster import SEED
from leads.intake.models import IntakeKey
from leads.intake.services.clients import make_token
from leads.models import Lead, LeadRepeat, Partner, PartnerUser
from leads.notifications.models import Notification, NotificationAttempt, PartnerChannel
from performance.services.history import record_missing_days
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog, PolicyPreview
from router.policies.services import save_draft
from router.preview import jobs
from tests.browser.browsers import find_browser
from tests.browser.pages import LOCKED_OUT, Reader, World
from tests.browser.people import PASSWORD, LoginPage
from tests.factories.marketplace import make_intake_client, make_lead, make_partner_user

# Playwright's own event loop runs in the thread of the tests; Django would take their queries for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ADMIN = "kim"
ROUTED_LEADS = 40

NewContext = Callable[..., BrowserContext]


Windows = Mapping[Reader, BrowserContext]
"""Browsers that look alike, which keep what they have loaded from page to page."""


@contextmanager
def open_windows(browser: Browser, signed_in_states: Mapping[Reader, Any], **options: Any) -> Iterator[Windows]:
    """Open one for each reader; `options` are those of `Browser.new_context`."""
    options = {"locale": "en-GB"} | options
    with ExitStack() as opened:
        yield {
            reader: opened.enter_context(browser.new_context(**options, storage_state=signed_in_states.get(reader)))
            for reader in Reader
        }


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
        draft = save_draft(
            values={"fairness_weight": 40, "response_speed_weight": 35, "priority_points": 2},
            reason="Try more fairness",
            user=admin,
            based_on=1,
        )
        make_partner_user(Partner.objects.all()[0])
        AuthToken.objects.create(user=admin)
        AccessAttempt.objects.create(**LOCKED_OUT, failures_since_start=5)
        IntakeKey.objects.create(client=admin, key="key-1", request_hash="0", lead_id=decision.lead_id)
        LeadRepeat.objects.create(lead_id=decision.lead_id, source="form", message="Did you get my question?")
        make_token(client=make_intake_client(allowed_origins=["https://www.example.com"]), days=365)
        channel = PartnerChannel.objects.create(
            partner=Partner.objects.get(decisions=decision),
            kind="webhook",
            address="https://partner.example.com/hook",
            failures=2,
        )
        notification = Notification.objects.create(channel=channel, lead=decision.lead, attempts=2)
        for number, error in ((1, "timeout"), (2, "status")):
            NotificationAttempt.objects.create(notification=notification, number=number, error=error)
        with running_preview() as preview:
            yield World(
                industry=str(decision.lead.industry_id),
                lead=str(decision.lead_id),
                waiting_lead=str(make_lead().pk),
                partner=str(decision.partner_id),
                decision=decision.pk,
                draft=draft.pk,
                preview=str(preview.pk),
            )


@contextmanager
def running_preview() -> Iterator[PolicyPreview]:
    """A preview that looks as if a worker computed it: it stays a third done."""
    preview = PolicyPreview.objects.create(days=30, status=PolicyPreview.Status.RUNNING, done=4_000, total=12_000)
    with jobs._locks() as lock:
        assert lock(jobs._lock_number(preview.pk))
        yield preview


@pytest.fixture(scope="session")
def server(world: World, redis_url: str) -> Iterator[str]:
    """The address of the product, served by threads as in production; tasks run at once, in the request."""
    with pytest.MonkeyPatch.context() as patch, override_settings(ROOT_URLCONF="tests.browser.urls"):
        patch.setattr(app, "send_task", run_at_once)
        running = LiveServer("localhost")
        yield running.url
        running.stop()


def run_at_once(name: str, args: Sequence[object] = (), **options: object) -> None:
    """Takes the place of `send_task`, which sends a message whatever the settings say of tasks."""
    app.loader.import_default_modules()
    app.tasks[name].apply(args=tuple(args), throw=True)


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


@pytest.fixture(scope="session")
def signed_in_states(browser: Browser, server: str, signed_in_state: Any) -> Mapping[Reader, Any]:
    """The cookies of everybody who is signed in; a partner's login has no form of its own."""
    client = Client()
    client.force_login(PartnerUser.objects.all()[0].user)
    with browser.new_context() as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
        return {Reader.SUPERUSER: signed_in_state, Reader.PARTNER: context.storage_state()}


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
