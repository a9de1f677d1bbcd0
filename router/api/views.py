"""Views for routing a lead and for explaining its routing."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from core.api.errors import Conflict
from core.api.inputs import NoInput
from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import Problem, with_problems
from leads.api.lookups import no_such_lead
from leads.services.locks import LeadNotFound
from router import preview
from router.api.serializers import (
    DebugQuery,
    DecisionOutput,
    PerformanceDebugOutput,
    PolicyOutput,
    PreviewInput,
    PreviewOutput,
    RankingOutput,
    RankingQuery,
)
from router.assignment import ranking
from router.assignment.service import LeadAssignmentService
from router.decisions.record import REJECTED
from router.explanation import explain_lead, explain_partner
from router.models import LeadAssignmentLog
from router.policies import queries as policies

LEAD_REJECTED = Problem(409, "lead_rejected", "The lead was rejected.", "This lead was rejected.", everywhere=False)


class AssignView(RoleAPIView):
    """Route a lead now."""

    staff_permissions = {"POST": "router.add_leadassignmentlog"}

    @extend_schema(
        summary="Route a lead now",
        description=(
            "Of a lead that has its partner, the decision that stands is answered, with `created` false. A lead that "
            "was rejected is 409."
        ),
        request=None,
        responses=with_problems(
            *(400, 404, LEAD_REJECTED, 411, 413, 415),
            mistakes={"note": ["There is no such field."]},
            ok=DecisionOutput,
        ),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        NoInput(data=request.data).is_valid(raise_exception=True)
        try:
            (decision,) = LeadAssignmentService().assign(
                [lead_id], trigger=LeadAssignmentLog.Trigger.API.value, actor=actor_of(request).name
            )
        except LeadNotFound:
            raise no_such_lead() from None
        if decision.outcome == REJECTED:
            raise Conflict(code="lead_rejected", detail=_("This lead was rejected."))
        return Response(DecisionOutput(decision).data)


class PerformanceDebugView(RoleAPIView):
    """The breakdown of a partner's score."""

    staff_permissions = {"GET": "performance.view_partnerperformancestats"}

    @extend_schema(
        summary="Why a partner scores what it scores",
        parameters=[DebugQuery],
        responses=with_problems(
            "invalid", 404, mistakes={"partner_id": ["Must be a valid UUID."]}, ok=PerformanceDebugOutput
        ),
    )
    def get(self, request: Request) -> Response:
        query = DebugQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        try:
            explained = explain_partner(now=timezone.now(), **query.validated_data)
        except ranking.PartnerNotFound:
            raise NotFound(_("There is no such partner.")) from None
        except LeadNotFound:
            raise no_such_lead() from None
        return Response(PerformanceDebugOutput(explained).data)


class RankingView(RoleAPIView):
    """All partners for one lead."""

    staff_permissions = {"GET": "router.view_leadassignmentlog"}

    @extend_schema(
        summary="How all partners stand for a lead",
        parameters=[RankingQuery],
        responses=with_problems("invalid", 404, mistakes={"lead_id": ["This field is required."]}, ok=RankingOutput),
    )
    def get(self, request: Request) -> Response:
        query = RankingQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        try:
            explained = explain_lead(now=timezone.now(), **query.validated_data)
        except LeadNotFound:
            raise no_such_lead() from None
        return Response(RankingOutput(explained).data)


class PolicyView(RoleAPIView):
    """The active routing policy."""

    staff_permissions = {"GET": "router.view_routingpolicy"}

    @extend_schema(summary="Show the active routing policy", responses=with_problems(ok=PolicyOutput))
    def get(self, request: Request) -> Response:
        return Response(PolicyOutput(policies.active_policy()).data)


class PreviewThrottle(UserRateThrottle):
    """A preview takes up to a second of CPU time: the limit suits a person trying things out, not a loop.

    Each web process counts for itself.
    """

    scope = "policy_preview"
    rate = "60/min"


class PreviewView(RoleAPIView):
    """The effect of a changed policy on recent leads."""

    staff_permissions = {"POST": "router.view_routingpolicy"}
    throttle_classes = (PreviewThrottle,)

    @extend_schema(
        summary="What a draft of the policy would do to the recent leads",
        description="The leads of the last days are handed out once more, under the active policy and under the draft. "
        f"With more than {preview.QUICK_LIMIT:,} leads, the newest ones. Nothing is written.",
        request=PreviewInput,
        responses=with_problems(
            *(400, 411, 413, 415),
            mistakes={"values.performance_weight": ["Ensure this value is less than or equal to 100."]},
            ok=PreviewOutput,
        ),
    )
    def post(self, request: Request) -> Response:
        draft = PreviewInput(data=request.data)
        draft.is_valid(raise_exception=True)
        try:
            comparison = preview.preview_policy(**draft.validated_data)
        except policies.PolicyError as error:
            raise ValidationError({"values": error.errors}) from error
        return Response(PreviewOutput(comparison).data)
