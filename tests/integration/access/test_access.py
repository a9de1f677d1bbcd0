"""Who may do what, at every address: `docs/access.md` is the law, and whoever is refused changes nothing."""

import functools
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin import AdminSite
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.template.backends.django import Template
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from pytest_django import DjangoDbBlocker

from leads.models import Lead
from router.models import PolicyPreview
from tests.factories.marketplace import make_intake_client, make_lead, make_partner
from tests.integration.access.addresses import Address, addresses
from tests.integration.access.people import ROLE_NAMES, Caller, nothing_changes, user_of
from tests.integration.admin.worlds import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url"), pytest.mark.unmeasured]

TABLE = Path(__file__).resolve().parents[3] / "docs" / "access.md"
OTHERS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
CELLS = {"": "", "r": "look", "rw": "look, do", "w": "do"}


def table() -> dict[str, dict[str, str]]:
    """The written table: name of the address -> role -> cell."""
    rows = [line[1:-1].split("|") for line in TABLE.read_text().splitlines() if line.startswith("| `")]
    return {
        row[0].strip().strip("`"): dict(zip(ROLE_NAMES, (cell.strip() for cell in row[1:]), strict=True))
        for row in rows
    }


@pytest.fixture(scope="module")
def lead(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lead]:
    """A lead of a partner and of an intake client, in a marketplace with a row of everything; for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        lead = fill(1).lead
        Lead.objects.filter(pk=lead.pk).update(intake_client=make_intake_client())
        PolicyPreview.objects.create(days=30)
        AccessAttempt.objects.create(username="somebody", ip_address="192.0.2.1", failures_since_start=1)
        lead.refresh_from_db()
        yield lead
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def places(lead: Lead, django_db_blocker: DjangoDbBlocker) -> list[Address]:
    """Every address, about the lead."""
    with django_db_blocker.unblock():
        return list(addresses(lead))


@pytest.fixture(autouse=True)
def doors_only(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """What stands on the pages is looked at by other tests: here, thousands of them are not drawn and not logged.

    Nor are sessions and those who have them read for each request: rights do not change on the way.
    """
    monkeypatch.setattr(Template, "render", lambda *_arguments, **_options: "")
    monkeypatch.setattr(SchemaGenerator, "get_schema", lambda *_arguments, **_options: {})
    monkeypatch.setattr(AdminSite, "each_context", lambda _site, _request: {})
    user_of_id = functools.cache(ModelBackend().get_user)
    monkeypatch.setattr(ModelBackend, "get_user", lambda _backend, user_id: user_of_id(user_id))
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def test_the_table_has_a_column_for_each_role() -> None:
    headers = {line for line in TABLE.read_text().splitlines() if line.startswith("| address")}

    assert headers == {f"| address | {' | '.join(ROLE_NAMES)} |"}


def test_every_address_is_in_the_table_and_the_other_way_round(places: list[Address]) -> None:
    assert {address.name for address in places} == set(table())


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_who_may_do_what(role: str, lead: Lead, places: list[Address]) -> None:
    caller = Caller(user_of(role, lead=lead))
    written, wrong = table(), []

    with nothing_changes():
        for place, address in enumerate(places):
            found = CELLS[cell(caller, address)]
            if found != written[address.name][role]:
                wrong.append(f"{address.name}: {role} can {found or 'nothing'!r}")
            wrong += [
                f"{address.name}: {role} is let in by {method}"
                for method in others(role, address, place)
                if caller.is_let_in(address, method) and not may_answer(address, found, method)
            ]

    assert wrong == []
    assert caller.kept == set()


def cell(caller: Caller, address: Address) -> str:
    """What the caller can: r look (GET), w do (POST). Where a POST is a GET, both have the same answer."""
    looks = not address.is_action and caller.is_let_in(address, "GET")
    does = caller.is_let_in(address, "POST")
    if address.looks_only:
        assert does in {looks, False}, address.name
        does = False
    return "r" * looks + "w" * does


def others(role: str, address: Address, place: int) -> Sequence[str]:
    """The other methods that are tried; in the admin, which takes all for a GET, one a role."""
    if address.is_action:
        return ()
    if not address.name.startswith("admin:"):
        return OTHERS
    return (OTHERS[(place + ROLE_NAMES.index(role)) % len(OTHERS)],)


def may_answer(address: Address, found: str, method: str) -> bool:
    """Whether another method may be answered: HEAD where GET is; Django's pages take any for a GET."""
    is_django = address.name.startswith("admin:") or address.name == "admin-words"
    return ("look" in found and (method == "HEAD" or is_django)) or (is_django and method == "OPTIONS")


@pytest.mark.parametrize("role", ["partner", "page", "server"])
def test_what_is_somebody_elses_is_not_there(role: str, lead: Lead) -> None:
    others = make_lead(
        partner=make_partner(), intake_client=make_intake_client(), created_at=timezone.now() - timedelta(1)
    )
    caller = Caller(user_of(role, lead=lead))
    with nothing_changes():
        let_in = [
            address.name
            for address in addresses(others)
            if address.name.startswith("api-") and str(others.pk) in address.path
            for method in ("GET", "POST")
            if caller.is_let_in(address, method)
        ]

    assert let_in == []
