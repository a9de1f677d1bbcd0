"""The endpoints `/api/leads/{id}/accept/` and so on: status changes of a lead."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import Conflict
from core.api.inputs import NoInput
from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import with_problems
from leads.api.examples import lead_example
from leads.api.lookups import no_such_lead
from leads.api.problems import INVALID_LEAD, INVALID_PROFILE, TRANSITION_REFUSED
from leads.api.serializers import LeadOutput, WinInput
from leads.services.lifecycle import LeadAction, TransitionRefused, change_status
from leads.services.locks import LeadNotFound

_View = TypeVar("_View", bound=type[RoleAPIView])
_DESCRIPTION = (
    "The life of a lead: new, accepted, in progress, completed, won or lost; or new, rejected. A step that the lead's "
    "status does not allow is 409, and changes nothing. So is a step of a lead whose row breaks a rule of the database "
    "that is younger than the row: nothing can be done until the row is put right."
)


def _answers(example: OpenApiExample, **mistakes: list[str]) -> dict[int, Any]:
    """Return the responses to a step that leaves the lead as in the example."""
    problems = (400, 404, TRANSITION_REFUSED, INVALID_LEAD, INVALID_PROFILE, 411, 413, 415)
    return with_problems(*problems, mistakes=mistakes, ok=OpenApiResponse(LeadOutput, examples=[example]))


def _step(summary: str, *, status: str) -> Callable[[_View], _View]:
    """Return the schema of a step without fields."""
    answers = _answers(lead_example(status=status), note=["There is no such field."])
    return extend_schema(summary=summary, description=_DESCRIPTION, request=None, responses=answers)


class StatusView(RoleAPIView):
    """One status change of a lead."""

    staff_permissions = {"POST": "leads.change_lead"}
    partner_methods = frozenset({"POST"})
    lead_action: LeadAction

    def take(self, request: Request, lead_id: UUID, deal_value: Decimal | None = None) -> Response:
        """Take the step and return the lead."""
        actor = actor_of(request)
        try:
            lead = change_status(
                lead_id=lead_id,
                action=self.lead_action,
                actor=actor,
                deal_value=deal_value,
                now=timezone.now(),
            )
        except LeadNotFound:
            raise no_such_lead() from None
        except TransitionRefused as refused:
            raise Conflict(
                code="transition_refused",
                detail=_("The lead's status does not allow this."),
                members={"status": refused.status, "allowed_actions": refused.allowed_actions},
            ) from None
        return Response(LeadOutput(lead, context={"actor": actor}).data)


class _PlainStatusView(StatusView):
    """A step without input."""

    def post(self, request: Request, lead_id: UUID) -> Response:
        NoInput(data=request.data).is_valid(raise_exception=True)
        return self.take(request, lead_id)


@_step("Accept a lead", status="accepted")
class AcceptView(_PlainStatusView):
    """new -> accepted."""

    lead_action = LeadAction.ACCEPT


@_step("Reject a lead", status="rejected")
class RejectView(_PlainStatusView):
    """new -> rejected."""

    lead_action = LeadAction.REJECT


@_step("Start work on a lead", status="in_progress")
class StartView(_PlainStatusView):
    """accepted -> in progress."""

    lead_action = LeadAction.START


@_step("Complete a lead", status="completed")
class CompleteView(_PlainStatusView):
    """accepted or in progress -> completed."""

    lead_action = LeadAction.COMPLETE


@_step("Lose a lead", status="lost")
class LoseView(_PlainStatusView):
    """accepted, in progress or completed -> lost."""

    lead_action = LeadAction.LOSE


class WinView(StatusView):
    """accepted, in progress or completed -> won."""

    lead_action = LeadAction.WIN

    @extend_schema(
        summary="Win a lead",
        description=_DESCRIPTION,
        request=WinInput,
        responses=_answers(
            lead_example(status="won", deal_value="12500.00"),
            deal_value=["Ensure this value is greater than or equal to 0."],
        ),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        data = WinInput(data=request.data)
        data.is_valid(raise_exception=True)
        return self.take(request, lead_id, deal_value=data.validated_data["deal_value"])
