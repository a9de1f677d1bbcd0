"""Versions of the routing policy."""

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from performance.scoring import COMPONENT_NAMES, ScoringSettings
from performance.scoring.settings import Limits
from router.models import PolicyActivation, RoutingPolicy
from router.policies.queries import (
    Difference,
    active_policy,
    differences,
    previous_policy,
    proposed_policy,
    route_policy,
    scoring_settings,
)
from router.policies.services import POLICY_FIELDS, PolicyError, activate, revert, save_draft, save_version
from router.scoring import RoutePolicy
from tests.factories.threads import at_once

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


def test_a_draft_decides_nothing_until_it_is_activated(user: User) -> None:
    draft = save_draft(values={"performance_weight": 70.0}, reason=" more quality ", user=user, based_on=1)

    assert (draft.version, draft.is_active, draft.activated_at, draft.based_on) == (2, False, None, 1)
    assert (draft.reason, draft.created_by) == ("more quality", user)
    assert active_policy().version == 1
    assert not PolicyActivation.objects.exists()

    activate(version=2, reason=" it helps ", user=user, replaces=1)

    active, activation = active_policy(), PolicyActivation.objects.get()
    assert (active.version, active.performance_weight, active.activated_by) == (2, 70.0, user)
    assert (activation.policy.version, activation.replaced) == (2, RoutingPolicy.objects.get(version=1))
    assert (activation.reason, activation.activated_by, activation.activated_at) == (
        "it helps",
        user,
        active.activated_at,
    )


def test_an_older_version_can_be_made_active_again(user: User) -> None:
    save_version(values={"prior": 40.0}, reason="try", user=user)

    policy = activate(version=1, reason="back", user=user)

    assert active_policy().version == policy.version == 1
    assert activate(version=1, reason="again", user=user).activated_at == policy.activated_at
    assert save_version(values={}, reason="next", user=user).version == 3
    assert list(PolicyActivation.objects.values_list("policy__version", "replaced__version", "reason")) == [
        (3, 1, "next"),
        (1, 2, "back"),
        (2, 1, "try"),
    ]


def test_reverting_goes_back_to_the_version_before_and_reverting_again_forth(user: User) -> None:
    save_version(values={"prior": 40.0}, reason="second", user=user)
    save_version(values={"prior": 30.0}, reason="third", user=user)

    assert revert(reason="worse", user=user, replaces=3).version == 2
    assert revert(reason="no, better", user=user, replaces=2).version == 3
    assert PolicyActivation.objects.count() == 4


def test_without_a_recorded_activation_the_version_that_was_active_last_comes_back(user: User) -> None:
    RoutingPolicy.objects.update(is_active=False)
    RoutingPolicy.objects.create(version=2, is_active=True, activated_at=timezone.now())
    save_draft(values={}, reason="never used", user=user, based_on=2)

    assert revert(reason="back", user=user, replaces=2).version == 1


def test_there_is_nothing_to_revert_to_before_a_second_version(user: User) -> None:
    assert previous_policy() is None
    with pytest.raises(PolicyError, match="No version was active before"):
        revert(reason="back", user=user, replaces=1)


def test_who_comes_second_is_told_what_became_active_by_whom_and_when(user: User) -> None:
    draft = save_draft(values={"prior": 40.0}, reason="draft", user=user, based_on=1)
    winner = save_version(values={"prior": 30.0}, reason="quicker", user=user)
    assert winner.activated_at is not None
    at = date_format(timezone.localtime(winner.activated_at), "DATETIME_FORMAT")
    sentence = f"In the meantime ({at}), tuner made version 3 active."

    with pytest.raises(PolicyError) as saving:
        save_draft(values={}, reason="late", user=user, based_on=1)
    with pytest.raises(PolicyError) as activating:
        activate(version=draft.version, reason="late", user=user, replaces=1)
    with pytest.raises(PolicyError) as reverting:
        revert(reason="late", user=user, replaces=draft.version)

    assert saving.value.errors == {"based_on": [sentence]}
    assert activating.value.errors == reverting.value.errors == {"replaces": [sentence]}
    assert active_policy() == winner
    assert RoutingPolicy.objects.count() == 3


def test_the_system_and_a_version_without_a_time_can_come_first_too(user: User) -> None:
    save_version(values={}, reason="by itself", user=None)
    with pytest.raises(PolicyError, match="the system made version 2 active"):
        save_draft(values={}, reason="late", user=user, based_on=1)

    RoutingPolicy.objects.filter(version=2).update(activated_at=None)
    with pytest.raises(PolicyError, match="Version 2 is active now, and not version 1"):
        save_draft(values={}, reason="late", user=user, based_on=1)


def test_a_proposed_policy_is_the_active_one_with_other_values_and_is_not_saved() -> None:
    proposed = proposed_policy({"prior": "40", "require_regional_match": False})

    assert (proposed.prior, proposed.require_regional_match, proposed.region_weight) == (40.0, False, 30.0)
    assert proposed._state.adding
    assert RoutingPolicy.objects.count() == 1


def test_differences_name_the_settings_that_differ_and_no_others(user: User) -> None:
    old = active_policy()
    new = save_version(values={"prior": 40.0, "region_weight": 10.0}, reason="both", user=user)

    assert differences(old, new) == [Difference("region_weight", 30.0, 10.0), Difference("prior", 50.0, 40.0)]
    assert differences(old, old) == []


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
        ({"prior": float("nan")}, "prior"),
        ({"prior_strength": float("inf")}, "prior_strength"),
        ({"priority_points": 1001.0}, "priority_points"),
        ({f"{name}_weight": 0.0 for name in COMPONENT_NAMES}, "__all__"),
    ],
)
def test_a_wrong_value_is_named_and_changes_nothing(values: dict[str, object], field: str, user: User) -> None:
    with pytest.raises(PolicyError) as caught:
        save_version(values=values, reason="why", user=user)

    assert field in caught.value.errors
    assert field in str(caught.value)
    assert RoutingPolicy.objects.count() == 1


@pytest.mark.parametrize("name", POLICY_FIELDS)
def test_no_setting_can_be_without_a_value(name: str, user: User) -> None:
    with pytest.raises(PolicyError) as caught:
        save_draft(values={name: None}, reason="why", user=user, based_on=1)

    assert list(caught.value.errors) == [name]


def test_what_only_the_cores_refuse_is_refused(monkeypatch: pytest.MonkeyPatch, user: User) -> None:
    monkeypatch.setattr("performance.scoring.settings.WEIGHT_LIMITS", Limits(0.0, 20.0))

    with pytest.raises(PolicyError, match=r"cannot work with this: weights\.response_speed"):
        save_draft(values={}, reason="why", user=user, based_on=1)


def test_a_reason_is_asked_for_whatever_one_does(user: User) -> None:
    for act in (
        partial(save_draft, values={}, based_on=1),
        partial(save_version, values={}),
        partial(activate, version=1),
        partial(revert, replaces=1),
    ):
        with pytest.raises(PolicyError, match="reason: Say why"):
            act(reason="  ", user=user)


def test_an_unknown_version_cannot_be_made_active(user: User) -> None:
    with pytest.raises(PolicyError, match="no version 7"):
        activate(version=7, reason="why", user=user)


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


@pytest.mark.django_db(transaction=True)
def test_of_two_who_activate_at_once_the_second_is_told() -> None:
    drafts = [save_draft(values={"prior": prior}, reason="try", user=None, based_on=1) for prior in (40.0, 30.0)]

    def act(number: int) -> str:
        try:
            activate(version=drafts[number].version, reason="mine", user=None, replaces=1)
        except PolicyError as error:
            return str(error)
        return ""

    answers = at_once(2, act)

    active = active_policy()
    assert sorted(answer.partition(":")[0] for answer in answers) == ["", "replaces"]
    assert f"made version {active.version} active" in max(answers)
    assert PolicyActivation.objects.get().policy == active
