"""What goes in and out of the ticket API."""

from rest_framework import serializers

from leads.api.serializers import StrictInput
from support.models import SupportTicket


class TicketInput(StrictInput):
    """A question, a complaint, ..."""

    type = serializers.ChoiceField(choices=SupportTicket.Type.choices)
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class TicketOutput(serializers.ModelSerializer[SupportTicket]):
    """A ticket as it was stored."""

    class Meta:
        model = SupportTicket
        fields = ("id", "lead", "partner", "type", "subject", "body", "status", "created_at", "resolved_at")
        read_only_fields = fields
