"""Input and output of the routing API."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core.api.inputs import StrictInput
from router import preview
from router.api import examples
from router.models import LeadAssignmentLog, RoutingPolicy


class DebugQuery(serializers.Serializer[Any]):
    """Query parameters of `performance-debug`."""

    partner_id = serializers.UUIDField()
    lead_id = serializers.UUIDField(required=False, help_text="With it, `route` says how the partner stands for it.")


class RankingQuery(serializers.Serializer[Any]):
    """Query parameters of `ranking`."""

    lead_id = serializers.UUIDField()


class InstantField(serializers.DateTimeField):
    """A time as it is stored, in full: ISO 8601 with its offset."""

    def to_representation(self, value: datetime | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


class StatisticsField(serializers.DictField):
    """A row of the statistics: numbers, times and ids by column."""

    def to_representation(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _plain(statistic) for name, statistic in value.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


class _Scores(serializers.Serializer[Any]):
    """The parts of a route score: 0-100 each; `bonus` and `total` are points."""

    total = serializers.FloatField(allow_null=True)
    region = serializers.FloatField(allow_null=True)
    performance = serializers.FloatField(allow_null=True)
    fairness = serializers.FloatField(allow_null=True)
    bonus = serializers.FloatField(allow_null=True)


@extend_schema_serializer(examples=[examples.DECISION])
class DecisionOutput(_Scores):
    """The decision on a lead. `created`: whether this request made it; otherwise it is the existing decision."""

    total = serializers.FloatField(source="total_score", allow_null=True)
    region = serializers.FloatField(source="region_score", allow_null=True)
    performance = serializers.FloatField(source="performance_score", allow_null=True)
    fairness = serializers.FloatField(source="fairness_score", allow_null=True)
    # Declared again, so that it stays behind the others.
    bonus = serializers.FloatField(allow_null=True)
    lead_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=[*LeadAssignmentLog.Outcome.values, "not_routable"])
    partner_id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField()
    decision_id = serializers.IntegerField(source="log_id", allow_null=True)
    decided_at = InstantField(allow_null=True)
    candidate_count = serializers.IntegerField(allow_null=True)
    exclusions = serializers.DictField(
        child=serializers.IntegerField(), help_text="Number of partners by exclusion code."
    )


class RecordedDecisionOutput(_Scores):
    """A recorded decision."""

    id = serializers.IntegerField()
    lead_id = serializers.UUIDField()
    partner_id = serializers.UUIDField(allow_null=True)
    company_name = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=LeadAssignmentLog.Outcome.choices)
    decided_at = InstantField()
    trigger = serializers.ChoiceField(choices=LeadAssignmentLog.Trigger.choices)
    actor = serializers.CharField()
    policy_version = serializers.IntegerField()
    route_policy = serializers.DictField(help_text="The policy's settings of the choice between partners.")
    candidate_count = serializers.IntegerField()
    exclusions = serializers.DictField(child=serializers.IntegerField())
    candidates = serializers.ListField(
        source="recorded_candidates",
        child=serializers.DictField(),
        help_text="The winner and the best runners-up, with what was known of them.",
    )


class PolicyReference(serializers.Serializer[Any]):
    """The policy that was applied."""

    version = serializers.IntegerField()
    region_weight = serializers.FloatField(source="route.region_weight")
    performance_weight = serializers.FloatField(source="route.performance_weight")
    fairness_weight = serializers.FloatField(source="route.fairness_weight")


class ComponentOutput(serializers.Serializer[Any]):
    """One of the eight components; the contributions add up to the score."""

    name = serializers.CharField()
    metric = serializers.CharField(help_text="The column of `partner_performance_stats` that is scored.")
    value = serializers.FloatField(allow_null=True)
    raw_score = serializers.FloatField(allow_null=True)
    sample_size = serializers.IntegerField()
    score = serializers.FloatField()
    weight = serializers.FloatField()
    contribution = serializers.FloatField()


class PerformanceOutput(serializers.Serializer[Any]):
    """A performance score, 0-100."""

    score = serializers.FloatField()
    components = ComponentOutput(many=True)


class DebugPartnerOutput(serializers.Serializer[Any]):
    """A partner, as the routing sees it."""

    id = serializers.UUIDField()
    company_name = serializers.CharField()
    is_active_for_routing = serializers.BooleanField()
    routing_priority = serializers.IntegerField()
    max_open_leads = serializers.IntegerField(allow_null=True)
    open_leads = serializers.IntegerField()
    regions = serializers.ListField(child=serializers.CharField())
    lead_locations = serializers.ListField(child=serializers.CharField())
    lead_industries = serializers.ListField(child=serializers.CharField())
    primary_branch = serializers.CharField(allow_null=True)
    ai_risk_level = serializers.CharField(allow_null=True)
    ai_risk_assessed_at = InstantField(allow_null=True)


class PaceOutput(serializers.Serializer[Any]):
    """The usual pace that a partner is held to after a break; a partner ahead of it ranks after all others."""

    left = serializers.FloatField(help_text="Leads that it still allows by now; below 1: none.")
    returned_at = InstantField(allow_null=True, help_text="First lead after the last break, or of all.")
    leads_since_return = serializers.IntegerField(help_text="With that one.")
    usual_daily_leads = serializers.FloatField(allow_null=True, help_text="Before that break; null: there was none.")


class RouteOutput(_Scores):
    """A partner's score for a lead; `candidates` is the number of eligible partners."""

    lead_id = serializers.UUIDField()
    eligible = serializers.BooleanField()
    exclusion_codes = serializers.ListField(child=serializers.CharField())
    rank = serializers.IntegerField(allow_null=True)
    candidates = serializers.IntegerField()
    pace = PaceOutput(allow_null=True, help_text="null: not held to a pace.")


@extend_schema_serializer(examples=[examples.DEBUG])
class PerformanceDebugOutput(serializers.Serializer[Any]):
    """The breakdown of a partner's score."""

    partner = DebugPartnerOutput()
    stats = StatisticsField(help_text="Every column of partner_performance_stats.")
    stats_age_seconds = serializers.FloatField(allow_null=True)
    performance = PerformanceOutput()
    policy = PolicyReference()
    route = RouteOutput(allow_null=True)
    recent_decisions = RecordedDecisionOutput(many=True)


class RankedLeadOutput(serializers.Serializer[Any]):
    """The lead that a ranking is for."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    province = serializers.CharField(allow_null=True)
    postcode = serializers.CharField(allow_null=True)
    industry = serializers.CharField(allow_null=True)
    partner_id = serializers.UUIDField(allow_null=True)
    created_at = InstantField()
    broken_rules = serializers.ListField(
        child=serializers.CharField(), help_text="Constraints of the database that keep the lead from being changed."
    )


class CandidateOutput(_Scores):
    """An eligible partner."""

    rank = serializers.IntegerField()
    partner_id = serializers.UUIDField()
    company_name = serializers.CharField()
    region_kind = serializers.CharField()
    spare_capacity = serializers.FloatField()
    waiting = serializers.FloatField()
    open_leads = serializers.IntegerField()
    max_open_leads = serializers.IntegerField(allow_null=True)
    waiting_hours = serializers.FloatField(allow_null=True)
    pace_left = serializers.FloatField(
        allow_null=True, help_text="Leads that the usual pace still allows after a break; null: not held to it."
    )


class ExcludedOutput(serializers.Serializer[Any]):
    """An excluded partner, and the reasons."""

    partner_id = serializers.UUIDField()
    company_name = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(examples=[examples.RANKING])
class RankingOutput(serializers.Serializer[Any]):
    """All partners for one lead, as if it were routed now."""

    lead = RankedLeadOutput()
    policy = PolicyReference()
    stats_as_of = InstantField(allow_null=True)
    considered_count = serializers.IntegerField()
    candidate_count = serializers.IntegerField()
    exclusions = serializers.DictField(child=serializers.IntegerField())
    candidates = CandidateOutput(many=True)
    excluded = ExcludedOutput(many=True)
    decisions = RecordedDecisionOutput(many=True)


@extend_schema_serializer(examples=[examples.POLICY])
class PolicyOutput(serializers.ModelSerializer[RoutingPolicy]):
    """A version of the routing policy: every weight and setting, who created it and why."""

    class Meta:
        model = RoutingPolicy
        exclude = ("id",)


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "boolean"}]})
class SettingField(serializers.Field[Any, Any, Any, Any]):
    """The value of a policy's setting: a number, or true or false."""

    default_error_messages = {"invalid": _("Send a number, or true or false.")}

    def to_internal_value(self, data: Any) -> float | bool:
        if isinstance(data, bool):
            return data
        if not isinstance(data, int | float):
            self.fail("invalid")
        try:
            return float(data)
        except OverflowError:
            self.fail("invalid")


@extend_schema_serializer(examples=[examples.DRAFT])
class PreviewInput(StrictInput):
    """A draft of the policy: the settings in which it differs from the active version, and the number of days."""

    values = serializers.DictField(
        child=SettingField(),
        required=False,
        default=dict,
        help_text="Settings of the policy by name, such as `performance_weight`; the others stay as they are.",
    )
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=preview.MOST_DAYS)


class EstimateOutput(serializers.Serializer[Any]):
    """A number with its 90 % interval; rates are fractions. Without `enough` evidence it is not reliable."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    enough = serializers.BooleanField()
    lack = serializers.ChoiceField(
        choices=["", "no_leads", "few_decided", "few_known"], help_text="Why there is not enough evidence."
    )
    decided = serializers.IntegerField(help_text="Won and lost leads of the last 30 days that stand behind it.")


class OutcomeOutput(serializers.Serializer[Any]):
    """The leads assigned under one policy."""

    assigned = serializers.IntegerField()
    nobody = serializers.IntegerField()
    cap_hits = serializers.IntegerField(help_text="How often a lead took its partner's last free place.")
    gini = serializers.FloatField(help_text="0: every partner gets as many; towards 1: one gets all.")
    longest_wait_hours = serializers.FloatField()
    without_leads = serializers.IntegerField(help_text="Partners that could have taken a lead and get none.")
    mean_performance = serializers.FloatField(
        allow_null=True, help_text="Of who gets the leads, by the scoring of the active policy in both."
    )
    expected_deal_rate = EstimateOutput()


class PartnerChangeOutput(serializers.Serializer[Any]):
    """The number of leads that a partner gets."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    leads_active = serializers.IntegerField()
    leads_draft = serializers.IntegerField()


class ChangedLeadOutput(serializers.Serializer[Any]):
    """A lead that goes to another partner; null: no partner can get it."""

    lead_id = serializers.UUIDField()
    active_id = serializers.UUIDField(allow_null=True)
    active_name = serializers.CharField(allow_null=True)
    draft_id = serializers.UUIDField(allow_null=True)
    draft_name = serializers.CharField(allow_null=True)


@extend_schema_serializer(examples=[examples.PREVIEW])
class PreviewOutput(serializers.Serializer[Any]):
    """The recent leads under the active policy and under the draft."""

    days = serializers.IntegerField()
    since = InstantField()
    leads_in_window = serializers.IntegerField()
    leads = serializers.IntegerField(help_text="Leads that were handed out; the newest ones where `is_sample`.")
    is_sample = serializers.BooleanField()
    policy_version = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Leads that go elsewhere under the draft.")
    active = OutcomeOutput()
    draft = OutcomeOutput()
    difference = EstimateOutput(help_text="Of the expected deal rate, draft less active.")
    verdict = serializers.CharField(help_text="The difference in a sentence.")
    partners = PartnerChangeOutput(many=True, help_text="Who gets leads under either policy, biggest change first.")
    changes = ChangedLeadOutput(many=True, help_text="The first leads that change, at most 100.")
