"""Input and output of the feedback API."""

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from core.api.inputs import StrictInput
from feedback.models import LeadFeedback

_RATING = {"rating": 4, "comment": "Quick, and did what they said."}


@extend_schema_serializer(examples=[OpenApiExample("rating", value=_RATING, request_only=True)])
class FeedbackInput(StrictInput):
    """A rating, 1 (bad) to 5 (good)."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "rating",
            value={
                "id": "c7f6c6de-5f0b-4c43-8b5c-7c8a3f1d2e90",
                "lead": "2579a18e-cc83-473d-8784-5e6e5470d337",
                "partner": "174eec1d-ad60-4d36-ba7c-d0ffe1bb1976",
                **_RATING,
                "created_at": "2026-12-05T12:00:31.004519+01:00",
            },
            response_only=True,
        )
    ]
)
class FeedbackOutput(serializers.ModelSerializer[LeadFeedback]):
    """A stored rating."""

    class Meta:
        model = LeadFeedback
        fields = ("id", "lead", "partner", "rating", "comment", "created_at")
        read_only_fields = fields
