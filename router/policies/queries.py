"""The active policy, its history, drafts, and their conversion for the two scoring cores."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import DateTimeField, Func, QuerySet
from django.utils.translation import gettext

from performance.scoring import COMPONENT_NAMES, ComponentWeights, ScoringSettings, ScoringSettingsError
from router.models import COMPONENT_WEIGHTS, ROUTE_WEIGHTS, PolicyActivation, RoutingPolicy
from router.scoring import RoutePolicy, RoutePolicyError

BOOKKEEPING = frozenset(
    {"id", "version", "is_active", "reason", "created_at", "created_by", "based_on", "activated_at", "activated_by"}
)
"""Fields of a version other than its settings."""

POLICY_FIELDS = tuple(field.name for field in RoutingPolicy._meta.fields if field.name not in BOOKKEEPING)
"""The settings of a policy, which a new version copies from the previous one."""

MOST_PRIORITY_POINTS = 1000.0
"""Limit that keeps the router's totals finite (`router.scoring.RoutePolicy`)."""


_SOME_WEIGHT = {
    ROUTE_WEIGHTS: "routing_policies_some_route_weight",
    COMPONENT_WEIGHTS: "routing_policies_some_component_weight",
}
"""Constraints on several settings together; the others follow from the validators of each."""


class PolicyError(ValueError):
    """A policy that cannot be used, saved or activated; `errors` has a list of messages for each field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items()))
        self.errors = dict(errors)


class Difference(NamedTuple):
    """A setting in which two policies differ."""

    field: str
    old: Any
    new: Any


def active_policy() -> RoutingPolicy:
    """Return the active version.

    Raises `RoutingPolicy.DoesNotExist` on a database without one; migrations create version 1, and from then on the
    database always has an active one.
    """
    return RoutingPolicy.objects.get(is_active=True)


def proposed_policy(values: Mapping[str, Any], *, active: RoutingPolicy | None = None) -> RoutingPolicy:
    """Return the active policy with other values: an unsaved version without a number.

    `active` is read if it is not given. `values` may name any of `POLICY_FIELDS`. Raises `PolicyError` for an unknown
    field, and for a value, or a set of values, with which no lead could be routed.
    """
    unknown = sorted(set(values) - set(POLICY_FIELDS))
    if unknown:
        raise PolicyError({name: [gettext("This is not a setting of the routing policy.")] for name in unknown})
    active = active or active_policy()
    policy = RoutingPolicy(
        **{name: getattr(active, name) for name in POLICY_FIELDS} | dict(values), based_on=active.version
    )
    try:
        policy.clean_fields(exclude=BOOKKEEPING)
        _check_limits(policy)
        _check_cores(policy)
    except ValidationError as error:
        raise PolicyError(error.message_dict) from error
    return policy


def _check_limits(policy: RoutingPolicy) -> None:
    """Refuse values that fit the columns and that the router could not use."""
    errors = {name: gettext("Enter a number.") for name in POLICY_FIELDS if not math.isfinite(getattr(policy, name))}
    if errors:
        raise ValidationError(errors)
    try:
        MaxValueValidator(MOST_PRIORITY_POINTS)(policy.priority_points)
    except ValidationError as error:
        raise ValidationError({"priority_points": error}) from error
    for weights, constraint in _SOME_WEIGHT.items():
        if not any(getattr(policy, name) for name in weights):
            raise ValidationError({NON_FIELD_ERRORS: _message_of(constraint)})


def _message_of(constraint: str) -> str:
    """Return a constraint's message if the policy violates it. Django's own check takes a query for each."""
    rules = (rule for rule in RoutingPolicy._meta.constraints if rule.name == constraint)
    return str(next(rules).violation_error_message)


def _check_cores(policy: RoutingPolicy) -> None:
    """Let both cores validate the policy, as they will for every lead."""
    try:
        route_policy(policy)
        scoring_settings(policy)
    except (RoutePolicyError, ScoringSettingsError) as error:
        text = gettext("The router cannot work with this: %(why)s.") % {"why": error}
        raise ValidationError({NON_FIELD_ERRORS: text}) from error


def differences(old: RoutingPolicy, new: RoutingPolicy) -> list[Difference]:
    """Return the settings in which two policies differ, in the order of `POLICY_FIELDS`."""
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in POLICY_FIELDS)
    return [Difference(name, before, after) for name, before, after in pairs if before != after]


def previous_policy() -> RoutingPolicy | None:
    """Return the version that was active before the active one; None if there was none.

    Versions activated before activations were recorded have only the time of their last activation.
    """
    last = (
        PolicyActivation.objects.filter(policy__is_active=True, replaced__isnull=False)
        .select_related("replaced")
        .first()
    )
    if last is not None and last.replaced is not None:
        return last.replaced
    earlier = RoutingPolicy.objects.filter(is_active=False, activated_at__isnull=False)
    return earlier.order_by("-activated_at", "-version").first()


def activations() -> QuerySet[PolicyActivation]:
    """Return the activations, newest first, with the versions and the people."""
    return PolicyActivation.objects.select_related("policy", "replaced", "activated_by")


def active_policy_and_stats_instant() -> tuple[RoutingPolicy, datetime | None]:
    """Return the active version, and the instant of the statistics (None: never computed), with one statement."""
    policy = RoutingPolicy.objects.annotate(
        stats_as_of=Func(function="partner_performance_stats_as_of", output_field=DateTimeField())
    ).get(is_active=True)
    return policy, policy.stats_as_of


def route_policy(policy: RoutingPolicy) -> RoutePolicy:
    """Return the part of a stored policy that weighs region, performance and fairness."""
    return RoutePolicy(
        region_weight=policy.region_weight,
        performance_weight=policy.performance_weight,
        fairness_weight=policy.fairness_weight,
        priority_points=policy.priority_points,
        require_regional_match=policy.require_regional_match,
    )


def scoring_settings(policy: RoutingPolicy) -> ScoringSettings:
    """Return the part of a stored policy that turns metrics into a performance score."""
    return ScoringSettings(
        weights=ComponentWeights(**{name: getattr(policy, f"{name}_weight") for name in COMPONENT_NAMES}),
        prior_strength=policy.prior_strength,
        prior=policy.prior,
        deal_rate_cap=policy.deal_rate_cap,
        deal_rate_full=policy.deal_rate_full,
        complaint_rate_zero=policy.complaint_rate_zero,
        deal_value_full=policy.deal_value_full,
        ai_high_score_is_risk=policy.ai_high_score_is_risk,
    )


def policy_record(policy: RoutingPolicy) -> dict[str, object]:
    """Return the values for a decision record, so that the decision can be replayed from its row alone."""
    return {
        "version": policy.version,
        "route": route_policy(policy).as_dict(),
        "performance": scoring_settings(policy).as_dict(),
    }
