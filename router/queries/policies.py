"""The active policy, and what a stored policy means to the two scoring cores."""

from datetime import datetime

from django.db.models import DateTimeField, Func

from performance.scoring import COMPONENT_NAMES, ComponentWeights, ScoringSettings
from router.models import RoutingPolicy
from router.scoring import RoutePolicy


def active_policy() -> RoutingPolicy:
    """The version by which leads are routed now.

    Raises `RoutingPolicy.DoesNotExist` on a database without one; migrations make version 1 and the database keeps one
    active from then on.
    """
    return RoutingPolicy.objects.get(is_active=True)


def active_policy_and_stats_instant() -> tuple[RoutingPolicy, datetime | None]:
    """The active version, and the instant of the statistics (None: never computed), with one statement."""
    policy = RoutingPolicy.objects.annotate(
        stats_as_of=Func(function="partner_performance_stats_as_of", output_field=DateTimeField())
    ).get(is_active=True)
    return policy, policy.stats_as_of


def route_policy(policy: RoutingPolicy) -> RoutePolicy:
    """The part of a stored policy that weighs region, performance and fairness."""
    return RoutePolicy(
        region_weight=policy.region_weight,
        performance_weight=policy.performance_weight,
        fairness_weight=policy.fairness_weight,
        priority_points=policy.priority_points,
        require_regional_match=policy.require_regional_match,
    )


def scoring_settings(policy: RoutingPolicy) -> ScoringSettings:
    """The part of a stored policy that makes a performance score out of metrics."""
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
    """The values that a decision record keeps, so that the decision can be computed again from its row alone."""
    return {
        "version": policy.version,
        "route": route_policy(policy).as_dict(),
        "performance": scoring_settings(policy).as_dict(),
    }
