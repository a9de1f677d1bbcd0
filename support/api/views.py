"""The endpoint `/api/leads/{id}/tickets/`."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.permissions import RoleAPIView, actor_of
from core.api.schema import with_problems
from leads.api.lookups import no_such_lead
from leads.services.locks import LeadNotFound
from support.api.serializers import TicketInput, TicketOutput
from support.models import SupportTicket
from support.services.tickets import open_ticket


class TicketView(RoleAPIView):
    """A new ticket about a lead."""

    staff_permissions = {"POST": "support.add_supportticket"}
    intake_methods = frozenset({"POST"})
    intake_right = "may_open_tickets"

    @extend_schema(
        summary="Open a ticket about a lead",
        request=TicketInput,
        responses=with_problems(
            *(400, 404, 411, 413, 415), mistakes={"subject": ["This field may not be blank."]}, created=TicketOutput
        ),
    )
    def post(self, request: Request, lead_id: UUID) -> Response:
        data = TicketInput(data=request.data)
        data.is_valid(raise_exception=True)
        try:
            ticket = open_ticket(
                lead_id=lead_id,
                ticket_type=SupportTicket.Type(data.validated_data["type"]),
                subject=data.validated_data["subject"],
                body=data.validated_data["body"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except LeadNotFound:
            raise no_such_lead() from None
        return Response(TicketOutput(ticket).data, status=status.HTTP_201_CREATED)
