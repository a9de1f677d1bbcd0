"""Input and output of the lead API."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core.api.inputs import ObjectField, StrictInput
from core.auth.actors import Actor
from leads.api import examples
from leads.models import Industry, Lead, LeadActivity, LeadRepeat, Partner
from leads.services.activities import LOGGABLE_TYPES


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"})
class AmountField(serializers.DecimalField):
    """An amount of money with two decimals, as text or as a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal(0), **options)


@extend_schema_serializer(examples=[examples.WIN])
class WinInput(StrictInput):
    """The value of a won lead."""

    deal_value = AmountField(required=False, allow_null=True, default=None)


@extend_schema_serializer(examples=[examples.NEW_ACTIVITY])
class ActivityInput(StrictInput):
    """An activity for a lead."""

    type = serializers.ChoiceField(choices=[(type_.value, type_.label) for type_ in LOGGABLE_TYPES])
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")


class PartnerReference(serializers.ModelSerializer[Partner]):
    """A partner, as far as a lead names it."""

    class Meta:
        model = Partner
        fields = ("id", "company_name")
        read_only_fields = fields


class IndustryReference(serializers.ModelSerializer[Industry]):
    """An industry."""

    class Meta:
        model = Industry
        fields = ("id", "name")
        read_only_fields = fields


class RepeatOutput(serializers.ModelSerializer[LeadRepeat]):
    """A repeated request by the same person: when, from which source, and its message."""

    class Meta:
        model = LeadRepeat
        fields = ("received_at", "source", "contact_name", "contact_email", "contact_phone", "message")
        read_only_fields = fields


_NOBODY = {"contact_name": "", "contact_email": "", "contact_phone": "", "message": ""}


@extend_schema_serializer(examples=[examples.lead_example()])
class LeadOutput(serializers.ModelSerializer[Lead]):
    """A lead as staff and its partner see it, with the person to call; `actor` in the context is the caller.

    A partner that rejected the lead no longer sees the person.
    """

    partner = PartnerReference(read_only=True, allow_null=True)
    industry = IndustryReference(read_only=True, allow_null=True)
    repeats = RepeatOutput(many=True, read_only=True, help_text="When the same person asked again, newest first.")

    class Meta:
        model = Lead
        fields = (
            "id",
            "status",
            "partner",
            "industry",
            "province",
            "postcode",
            "source",
            "created_at",
            "assigned_at",
            "first_contact_at",
            "accepted_at",
            "decided_at",
            "price_at_purchase",
            "deal_value",
            "contact_name",
            "contact_email",
            "contact_phone",
            "message",
            "anonymised_at",
            "repeats",
        )
        read_only_fields = fields

    def to_representation(self, instance: Lead) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        actor: Actor = self.context["actor"]
        if actor.partner_id is not None and not instance.shows_person:
            shown |= {**_NOBODY, "postcode": None, "repeats": [repeat | _NOBODY for repeat in shown["repeats"]]}
        return shown


@extend_schema_serializer(examples=[examples.ACTIVITY])
class ActivityOutput(serializers.ModelSerializer[LeadActivity]):
    """One entry of the log; `created_by` is the partner who wrote it, null for staff and machines.

    `shows_words` in the context: whether the reader may see the text, and not only the type.
    """

    type = serializers.CharField(read_only=True, help_text="A database that was taken over may hold further types.")
    metadata = ObjectField(read_only=True)

    class Meta:
        model = LeadActivity
        fields = ("id", "type", "description", "created_by", "created_at", "metadata")
        read_only_fields = fields

    def to_representation(self, instance: LeadActivity) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown if self.context["shows_words"] else shown | {"description": "", "metadata": {}}
