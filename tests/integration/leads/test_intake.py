import json
import logging
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from celery import current_app
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import ProtectedError
from pytest_django import DjangoCaptureOnCommitCallbacks

from core.auth.actors import Actor
from leads.intake.models import IntakeKey
from leads.intake.services import intake
from leads.intake.services.intake import NewLead, Receipt, create_lead
from leads.intake.services.repeats import (
    IdempotencyKey,
    IdempotencyKeyReused,
    forget_old_keys,
    hash_of_request,
    stored_answer,
)
from leads.models import Lead, LeadActivity
from leads.services.dispatch import request_routing
from tests.factories.marketplace import make_industry
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CLIENT = Actor(name="user:5")
SOMEBODY = NewLead(
    province="Utrecht",
    postcode="3511 AB",
    contact_name="Ans de Boer",
    contact_email="ans@example.org",
    contact_phone="+31301234567",
    message="Twelve panels.",
    source="landing-page",
)
NOBODY = NewLead(province="Utrecht", postcode="3511 AB")
"""A lead without a way to reach anybody, so that another one is no repeat of it."""


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The leads for which routing was asked."""
    asked: list[UUID] = []

    def note(lead_id: UUID) -> bool:
        asked.append(lead_id)
        return True

    monkeypatch.setattr(intake, "request_routing", note)
    return asked


@pytest.fixture
def key() -> IdempotencyKey:
    user = User.objects.create_user("client")
    return IdempotencyKey(client_id=user.pk, key="order-1", request_hash=hash_of_request({"a": 1}))


# -- Taking in


def test_a_lead_is_stored_as_it_was_sent(routed: list[UUID]) -> None:
    industry = make_industry()

    receipt = create_lead(new=replace(SOMEBODY, industry_id=industry.id), actor=CLIENT, now=NOW)

    lead = Lead.objects.get()
    assert receipt == Receipt(id=lead.id, lead_id=lead.id, status="new", created_at=NOW)
    assert (lead.status, lead.created_at, lead.industry, lead.partner) == ("new", NOW, industry, None)
    assert (lead.province, lead.postcode, lead.source) == ("Utrecht", "3511 AB", "landing-page")
    assert (lead.contact_name, lead.contact_email, lead.contact_phone) == (
        "Ans de Boer",
        "ans@example.org",
        "+31301234567",
    )
    assert lead.message == "Twelve panels."


def test_its_arrival_is_logged(routed: list[UUID]) -> None:
    create_lead(new=SOMEBODY, actor=CLIENT, now=NOW)

    activity = LeadActivity.objects.get()
    assert (activity.type, activity.created_at) == ("created", NOW)
    assert activity.metadata == {"actor": "user:5", "source": "landing-page"}


def test_routing_is_asked_for_after_commit_and_not_before(
    routed: list[UUID], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        receipt = create_lead(new=SOMEBODY, actor=CLIENT, now=NOW)
        before_commit = list(routed)

    assert before_commit == []
    assert routed == [receipt.lead_id]


# -- Idempotency


def test_a_repeat_gets_the_first_answer_and_makes_nothing(
    routed: list[UUID],
    key: IdempotencyKey,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = create_lead(new=SOMEBODY, actor=CLIENT, now=NOW, key=key)
        Lead.objects.update(status="rejected")
        second = create_lead(new=SOMEBODY, actor=CLIENT, now=NOW.replace(hour=15), key=key)

    assert first.replayed is False
    assert second == replace(first, replayed=True)
    assert (Lead.objects.count(), LeadActivity.objects.count(), routed) == (1, 1, [first.lead_id])


def test_the_same_key_for_another_lead_is_refused(routed: list[UUID], key: IdempotencyKey) -> None:
    create_lead(new=SOMEBODY, actor=CLIENT, now=NOW, key=key)

    with pytest.raises(IdempotencyKeyReused):
        create_lead(new=SOMEBODY, actor=CLIENT, now=NOW, key=replace(key, request_hash="another"))

    assert Lead.objects.count() == 1


def test_a_key_is_kept_for_24_hours_and_then_new_again(routed: list[UUID], key: IdempotencyKey) -> None:
    day = timedelta(hours=24)
    first = create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key)

    just_before = create_lead(new=NOBODY, actor=CLIENT, now=NOW + day - timedelta(seconds=1), key=key)
    another = replace(key, request_hash="another")
    after = create_lead(new=NOBODY, actor=CLIENT, now=NOW + day, key=another)
    repeated = create_lead(new=NOBODY, actor=CLIENT, now=NOW + day + timedelta(hours=1), key=another)

    assert just_before == replace(first, replayed=True)
    assert (after.replayed, after.id == first.id) == (False, False)
    assert repeated == replace(after, replayed=True)
    assert Lead.objects.count() == 2


def test_old_keys_are_removed_and_the_others_stay(routed: list[UUID], key: IdempotencyKey) -> None:
    old = replace(key, key="order-0")
    create_lead(new=NOBODY, actor=CLIENT, now=NOW - timedelta(hours=26), key=old)
    create_lead(new=NOBODY, actor=CLIENT, now=NOW - timedelta(hours=23), key=key)

    removed = [forget_old_keys(now=NOW), forget_old_keys(now=NOW)]

    assert removed == [1, 0]
    assert [row.key for row in IntakeKey.objects.all()] == ["order-1"]
    assert Lead.objects.count() == 2


def test_an_answer_of_before_a_change_of_its_form_is_still_given(routed: list[UUID], key: IdempotencyKey) -> None:
    first = create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key)
    IntakeKey.objects.update(response={"status": "new", "created_at": NOW.isoformat()})

    assert create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key) == replace(first, replayed=True)


def test_a_key_that_goes_while_it_is_looked_at_is_new(
    routed: list[UUID], key: IdempotencyKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key)

    def remove_and_look(*, key: IdempotencyKey, now: datetime) -> Any:
        IntakeKey.objects.all().delete()
        return stored_answer(key=key, now=now)

    monkeypatch.setattr(intake, "stored_answer", remove_and_look)

    assert create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key).replayed is False
    assert (Lead.objects.count(), IntakeKey.objects.count()) == (2, 1)


def test_keys_belong_to_their_client(routed: list[UUID], key: IdempotencyKey) -> None:
    other = replace(key, client_id=User.objects.create_user("other").pk)

    receipts = [create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=each) for each in (key, other)]

    assert receipts[0].lead_id != receipts[1].lead_id
    assert Lead.objects.count() == 2


def test_without_a_key_every_request_makes_a_lead(routed: list[UUID]) -> None:
    for _ in range(2):
        create_lead(new=NOBODY, actor=CLIENT, now=NOW)

    assert Lead.objects.count() == 2


def test_what_is_kept_for_a_repeat_tells_nothing_of_the_person(routed: list[UUID], key: IdempotencyKey) -> None:
    body = {
        "contact_name": "Ans",
        "contact_email": "ans@example.org",
        "contact_phone": "31301234567",
        "message": "panels",
    }

    create_lead(new=SOMEBODY, actor=CLIENT, now=NOW, key=replace(key, request_hash=hash_of_request(body)))

    kept = str(IntakeKey.objects.values().get())
    for personal in ("Ans", "ans@example.org", "31301234567", "3511", "panels"):
        assert personal not in kept


@pytest.mark.django_db(transaction=True)
def test_a_failure_frees_the_key(routed: list[UUID], key: IdempotencyKey) -> None:
    with pytest.raises((IntegrityError, ProtectedError)):
        create_lead(new=replace(SOMEBODY, industry_id=uuid4()), actor=CLIENT, now=NOW, key=key)

    receipt = create_lead(new=SOMEBODY, actor=CLIENT, now=NOW, key=key)

    assert receipt.replayed is False
    assert Lead.objects.get().id == receipt.lead_id


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_make_one_lead(routed: list[UUID], key: IdempotencyKey) -> None:
    for round_ in range(3):
        again = replace(key, key=f"order-{round_}")

        receipts = at_once(20, lambda _, key=again: create_lead(new=NOBODY, actor=CLIENT, now=NOW, key=key))  # type: ignore[misc]  # bound now

        assert len({receipt.lead_id for receipt in receipts}) == 1
        assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert Lead.objects.count() == LeadActivity.objects.count() == len(routed) == 3


# -- Asking the worker


@contextmanager
def broker(url: str, **options: object) -> Iterator[None]:
    """Celery's configuration with another broker."""
    before = (current_app.conf.broker_url, current_app.conf.broker_write_url)
    before_options = current_app.conf.broker_transport_options
    current_app.conf.update(broker_url=url, broker_write_url=url)
    if options:
        current_app.conf.broker_transport_options = options
    try:
        yield
    finally:
        current_app.conf.update(broker_url=before[0], broker_write_url=before[1])
        current_app.conf.broker_transport_options = before_options


def test_the_message_names_the_task_and_the_lead(redis_url: str) -> None:
    queue = redis.Redis.from_url(redis_url)
    queue.delete("celery")
    lead_id = uuid4()

    sent = request_routing(lead_id)

    (raw,) = queue.lrange("celery", 0, -1)
    queue.delete("celery")
    queue.close()
    message = json.loads(raw)
    assert sent is True
    assert message["headers"]["task"] == "router.tasks.assign_lead"
    assert message["headers"]["ignore_result"] is True
    assert json.loads(b64decode(message["body"]))[:2] == [[str(lead_id)], {}]


def test_the_connection_to_the_broker_is_kept_and_made_anew_where_it_was_lost(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as queue:

        def connected_after_a_lead() -> set[str]:
            assert request_routing(uuid4()) is True
            return {client["id"] for client in queue.client_list()} - {str(queue.client_id())}

        first, second = connected_after_a_lead(), connected_after_a_lead()
        queue.client_kill_filter(_type="normal", skipme=True)
        third = connected_after_a_lead()
        queue.delete("celery")

    assert first == second
    assert third
    assert third.isdisjoint(first)


def test_a_broker_that_begins_to_hang_is_not_waited_for(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as queue:
        assert request_routing(uuid4()) is True
        queue.client_pause(1_800)

        started = time.monotonic()
        sent = request_routing(uuid4())
        waited = time.monotonic() - started

        assert queue.ping()
        assert request_routing(uuid4()) is True
        queue.delete("celery")
    assert sent is False
    assert waited < 1.5


def test_a_broker_that_is_away_is_logged_without_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    lead_id = uuid4()

    with broker("redis://:very-secret@127.0.0.1:1/0"), caplog.at_level(logging.WARNING, "leads.services"):
        sent = request_routing(lead_id)

    assert sent is False
    assert caplog.messages == [f"Lead {lead_id} waits for the sweep: the broker is away (OperationalError)."]
    assert "very-secret" not in caplog.text


def test_a_laptops_broker_whose_folder_is_gone_is_away_too() -> None:
    folder = "/nowhere/queue"

    with broker("filesystem://", data_folder_in=folder, data_folder_out=folder, control_folder="/nowhere/control"):
        assert request_routing(uuid4()) is False


@pytest.mark.django_db(transaction=True)
def test_a_lead_is_taken_in_also_while_the_broker_is_away() -> None:
    with broker("redis://127.0.0.1:1/0"):
        receipt = create_lead(new=SOMEBODY, actor=CLIENT, now=NOW)

    assert Lead.objects.unassigned().get().id == receipt.lead_id
