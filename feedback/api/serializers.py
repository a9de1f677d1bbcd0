"""What goes in and out of the feedback API."""

from rest_framework import serializers

from feedback.models import LeadFeedback
from leads.api.serializers import StrictInput


class FeedbackInput(StrictInput):
    """A rating, 1 (bad) to 5 (good)."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class FeedbackOutput(serializers.ModelSerializer[LeadFeedback]):
    """A rating as it was stored."""

    class Meta:
        model = LeadFeedback
        fields = ("id", "lead", "partner", "rating", "comment", "created_at")
        read_only_fields = fields
