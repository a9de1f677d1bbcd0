"""Decisions are append-only; policy versions are immutable, and one is active."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone
from psycopg import errors

from router.models import LeadAssignmentLog, RoutingPolicy
from tests.factories.marketplace import make_lead
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db


@contextmanager
def refused(reason: type[Exception]) -> Iterator[None]:
    # What is checked at the end of a transaction is checked at once.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, reason)


@pytest.fixture
def decision() -> LeadAssignmentLog:
    return LeadAssignmentLog.objects.create(
        lead=make_lead(),
        outcome="no_candidate",
        trigger="api",
        policy_version=1,
        considered_count=0,
        candidate_count=0,
        algorithm="1",
        duration_ms=1.0,
    )


@pytest.fixture
def active() -> RoutingPolicy:
    """The active version; migrations make the first one."""
    policy, _ = RoutingPolicy.objects.get_or_create(
        is_active=True, defaults={"version": 1, "activated_at": timezone.now()}
    )
    return policy


def make_draft(**fields: Any) -> RoutingPolicy:
    return RoutingPolicy.objects.create(**{"version": 1000} | fields)


# -- Decisions


def test_a_decision_cannot_be_changed(decision: LeadAssignmentLog) -> None:
    with refused(errors.RestrictViolation):
        execute("UPDATE lead_assignment_logs SET actor = 'somebody else'")

    assert LeadAssignmentLog.objects.get().actor == ""


def test_a_decision_cannot_be_deleted(decision: LeadAssignmentLog) -> None:
    with refused(errors.RestrictViolation):
        execute("DELETE FROM lead_assignment_logs")

    assert LeadAssignmentLog.objects.count() == 1


def test_a_lead_with_decisions_cannot_be_deleted_with_them(decision: LeadAssignmentLog) -> None:
    with pytest.raises(IntegrityError):
        decision.lead.delete()


def test_old_decisions_are_removed_by_a_function_of_its_own(decision: LeadAssignmentLog) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT remove_decisions(now() - interval '1 day'), remove_decisions('infinity')")
        assert cursor.fetchone() == (0, 1)


@pytest.mark.parametrize("table", ["lead_assignment_logs", "routing_policies", "routing_policy_activations", "leads"])
def test_what_is_kept_is_not_emptied_either(table: str, decision: LeadAssignmentLog) -> None:
    with refused(errors.RestrictViolation):
        execute(f"TRUNCATE {table} CASCADE")

    assert LeadAssignmentLog.objects.count() == 1


# -- Policy versions


def test_a_version_cannot_be_edited(active: RoutingPolicy) -> None:
    with refused(errors.RestrictViolation):
        execute("UPDATE routing_policies SET region_weight = 99 WHERE id = %s", [active.id])


def test_nor_can_one_that_was_never_active(active: RoutingPolicy) -> None:
    draft = make_draft()

    with refused(errors.RestrictViolation):
        execute("UPDATE routing_policies SET reason = 'better' WHERE id = %s", [draft.id])


def test_another_version_can_be_made_active(active: RoutingPolicy) -> None:
    draft = make_draft()
    user = User.objects.create_user("somebody")

    execute("UPDATE routing_policies SET is_active = false WHERE id = %s", [active.id])
    execute(
        "UPDATE routing_policies SET is_active = true, activated_at = now(), activated_by_id = %s WHERE id = %s",
        [user.id, draft.id],
    )
    execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert RoutingPolicy.objects.get(is_active=True) == draft


def test_two_versions_cannot_be_active(active: RoutingPolicy) -> None:
    with refused(errors.UniqueViolation):
        make_draft(is_active=True)


def test_no_version_being_active_is_refused(active: RoutingPolicy) -> None:
    with refused(errors.CheckViolation):
        execute("UPDATE routing_policies SET is_active = false")


def test_a_version_that_was_in_use_cannot_be_deleted(active: RoutingPolicy) -> None:
    with refused(errors.RestrictViolation):
        execute("DELETE FROM routing_policies WHERE id = %s", [active.id])


def test_a_version_that_was_never_in_use_can_be_deleted(active: RoutingPolicy) -> None:
    draft = make_draft()

    draft.delete()
    execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert not RoutingPolicy.objects.filter(version=1000).exists()
