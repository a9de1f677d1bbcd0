"""Versions of the routing policy."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction

from performance.scoring import ScoringSettings
from router.models import RoutingPolicy
from router.queries.policies import active_policy, route_policy, scoring_settings
from router.scoring import RoutePolicy
from router.services.policies import PolicyError, activate, save_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("tuner")


def test_the_first_version_has_the_defaults_of_the_scoring_cores() -> None:
    policy = active_policy()

    assert policy.version == 1
    assert route_policy(policy) == RoutePolicy()
    assert scoring_settings(policy) == ScoringSettings()


def test_saving_makes_a_new_active_version_and_keeps_the_old_one(user: User) -> None:
    policy = save_version(values={"performance_weight": 70.0}, reason=" more quality ", user=user)

    old = RoutingPolicy.objects.get(version=1)
    assert (policy.version, policy.is_active, policy.performance_weight, policy.region_weight) == (2, True, 70.0, 30.0)
    assert (policy.reason, policy.created_by, policy.activated_by) == ("more quality", user, user)
    assert policy.activated_at is not None
    assert (old.is_active, old.performance_weight) == (False, 50.0)
    assert active_policy() == policy


def test_an_older_version_can_be_made_active_again(user: User) -> None:
    save_version(values={"prior": 40.0}, reason="try", user=user)

    policy = activate(version=1, user=user)

    assert active_policy().version == policy.version == 1
    assert activate(version=1, user=user).activated_at == policy.activated_at
    assert save_version(values={}, reason="next", user=user).version == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"region_weight": 101.0}, "region_weight"),
        ({"deal_rate_cap": 95.0}, "deal_rate_cap"),
        ({"prior_strength": -1.0}, "prior_strength"),
        ({"colour": "red"}, "colour"),
        ({"version": 9}, "version"),
        ({"region_weight": 0.0, "performance_weight": 0.0, "fairness_weight": 0.0}, "__all__"),
        ({"prior": "much"}, "prior"),
    ],
)
def test_a_wrong_value_is_named_and_changes_nothing(values: dict[str, object], field: str, user: User) -> None:
    with pytest.raises(PolicyError) as caught:
        save_version(values=values, reason="why", user=user)

    assert field in caught.value.errors
    assert field in str(caught.value)
    assert RoutingPolicy.objects.count() == 1


def test_a_reason_is_asked_for(user: User) -> None:
    with pytest.raises(PolicyError, match="reason"):
        save_version(values={}, reason="  ", user=user)


def test_an_unknown_version_cannot_be_made_active(user: User) -> None:
    with pytest.raises(PolicyError, match="no version 7"):
        activate(version=7, user=user)


def test_nobody_edits_a_saved_version() -> None:
    with pytest.raises(DatabaseError, match="cannot be edited"), transaction.atomic():
        RoutingPolicy.objects.filter(version=1).update(region_weight=1.0)


def test_a_version_that_was_in_use_cannot_be_deleted() -> None:
    with pytest.raises(DatabaseError, match="cannot be deleted"), transaction.atomic():
        RoutingPolicy.objects.all().delete()


def test_a_draft_can_be_deleted() -> None:
    draft = RoutingPolicy.objects.create(version=9)

    draft.delete()

    assert RoutingPolicy.objects.count() == 1


def test_two_active_versions_are_refused() -> None:
    with pytest.raises(IntegrityError, match="one_active"), transaction.atomic():
        RoutingPolicy.objects.create(version=9, is_active=True)


@pytest.mark.django_db(transaction=True)
def test_no_active_version_is_refused_at_commit() -> None:
    with pytest.raises(IntegrityError, match="has to be active"):
        RoutingPolicy.objects.update(is_active=False)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM routing_policies WHERE is_active")
        assert cursor.fetchone() == (1,)
