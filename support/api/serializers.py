"""Input and output of the ticket API."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from core.api.inputs import StrictInput
from support.models import SupportTicket

_TICKET = {"type": "complaint", "subject": "Nobody called", "body": "A week has gone by, and nobody called."}


@extend_schema_serializer(examples=[OpenApiExample("complaint", value=_TICKET, request_only=True)])
class TicketInput(StrictInput):
    """A question, a complaint, ..."""

    type = serializers.ChoiceField(choices=SupportTicket.Type.choices)
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "complaint",
            value={
                "id": "d94d7b0e-1c1f-4a7b-8c52-2b5e8f6f0a13",
                "lead": "2579a18e-cc83-473d-8784-5e6e5470d337",
                "partner": "174eec1d-ad60-4d36-ba7c-d0ffe1bb1976",
                **_TICKET,
                "status": "open",
                "created_at": "2026-12-01T08:15:02.650300+01:00",
                "resolved_at": None,
            },
            response_only=True,
        )
    ]
)
class TicketOutput(serializers.ModelSerializer[SupportTicket]):
    """A stored ticket."""

    class Meta:
        model = SupportTicket
        fields = ("id", "lead", "partner", "type", "subject", "body", "status", "created_at", "resolved_at")
        read_only_fields = fields
