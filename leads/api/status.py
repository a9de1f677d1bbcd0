"""`/api/leads/{id}/accept/` and its like: the steps of a lead's life."""

from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from leads.api.errors import Conflict
from leads.api.lookups import no_such_lead
from leads.api.permissions import RoleAPIView, actor_of
from leads.api.schema import with_problems
from leads.api.serializers import LeadOutput, NoInput, WinInput
from leads.services.lifecycle import LeadAction, TransitionRefused, change_status
from leads.services.locks import LeadNotFound

_DESCRIPTION = (
    "409 when the lead's status does not allow it: the answer then has `status`, the status it is in, and "
    "`allowed_actions`, what can be done instead. 409 with the code `invalid_lead` when the lead's row breaks a "
    "rule of the database that is younger than the row: `rule` names it, and nothing can be done until the row is put "
    "right."
)


class StatusView(RoleAPIView):
    """One step of a lead."""

    staff_permissions = {"POST": "leads.change_lead"}
    partner_methods = frozenset({"POST"})
    lead_action: LeadAction

    def take(self, request: Request, lead_id: UUID, deal_value: Decimal | None = None) -> Response:
        """Take the step and answer the lead."""
        try:
            lead = change_status(
                lead_id=lead_id,
                action=self.lead_action,
                actor=actor_of(request),
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
        return Response(LeadOutput(lead).data)


class _PlainStatusView(StatusView):
    """A step that needs nothing but its name."""

    @extend_schema(
        description=_DESCRIPTION, request=None, responses=with_problems(400, 404, 409, 411, 413, 415, ok=LeadOutput)
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        NoInput(data=request.data).is_valid(raise_exception=True)
        return self.take(request, lead_id)


@extend_schema(summary="Accept a lead")
class AcceptView(_PlainStatusView):
    """new -> accepted."""

    lead_action = LeadAction.ACCEPT


@extend_schema(summary="Reject a lead")
class RejectView(_PlainStatusView):
    """new -> rejected."""

    lead_action = LeadAction.REJECT


@extend_schema(summary="Start work on a lead")
class StartView(_PlainStatusView):
    """accepted -> in progress."""

    lead_action = LeadAction.START


@extend_schema(summary="Complete a lead")
class CompleteView(_PlainStatusView):
    """accepted or in progress -> completed."""

    lead_action = LeadAction.COMPLETE


@extend_schema(summary="Lose a lead")
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
        responses=with_problems(400, 404, 409, 411, 413, 415, ok=LeadOutput),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        data = WinInput(data=request.data)
        data.is_valid(raise_exception=True)
        return self.take(request, lead_id, deal_value=data.validated_data["deal_value"])
