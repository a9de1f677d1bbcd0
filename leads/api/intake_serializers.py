"""Input and output of the intake."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from core.api.serializers import StrictInput
from leads.api.examples import DUPLICATE_RECEIPT, NEW_LEAD, RECEIPT
from leads.api.intake_fields import (
    EmailField,
    IndustryField,
    PhoneField,
    PostcodeField,
    ProvinceField,
    VisibleField,
    postcode_beside,
)
from leads.models import Industry, IntakeClient
from leads.services.intake import NewLead, Receipt
from leads.services.postcodes import province_of


@extend_schema_serializer(examples=[NEW_LEAD])
class NewLeadInput(StrictInput):
    """An incoming lead; `client` in the context is the intake client that sends it, None for staff.

    An industry, a place and a way to reach the person are required, unless the client's settings say otherwise.
    """

    industry = IndustryField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Id or name of an industry; in a name, case and accents make no difference.",
    )
    province = ProvinceField(
        max_length=100,
        required=False,
        allow_null=True,
        default=None,
        help_text=(
            "A Dutch or Belgian province, in Dutch, French or English. May be left out: it follows from the postcode. "
            "A province that the postcode does not lie in is refused."
        ),
    )
    postcode = PostcodeField(
        max_length=12,
        required=False,
        allow_null=True,
        default=None,
        help_text="Dutch (`1234 AB`, in any spacing and case) or Belgian (`1000`).",
    )
    contact_name = VisibleField(max_length=200, required=False, allow_blank=True, default="")
    contact_email = EmailField(max_length=254, required=False, allow_blank=True, default="")
    contact_phone = PhoneField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text=(
            "In any writing, is kept as `+31612345678`. Without a country code it is Dutch, or Belgian where the "
            "postcode is."
        ),
    )
    message = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    source = serializers.CharField(  # type: ignore[assignment]  # the column's name; `source` of a root serializer is not used
        max_length=100,
        required=False,
        allow_blank=True,
        default="",
        help_text="For staff only: an intake client has its own source, and is refused one here.",
    )

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if self._client is not None and "source" in data:
            raise serializers.ValidationError({"source": [_("The source of your leads is set for you; leave it out.")]})
        return values

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = {
            name: [sentence]
            for names, is_required, sentence in self._required()
            if is_required and not any(attrs[name] for name in names)
            for name in names
        }
        if missing:
            raise serializers.ValidationError(missing)
        postcode = postcode_beside(self.fields["postcode"])
        if attrs["province"] is None and postcode is not None:
            attrs["province"] = province_of(postcode)
        return attrs

    def _required(self) -> Iterator[tuple[tuple[str, ...], bool, str]]:
        """Yield groups of fields of which one is required, whether the client's settings say so, and a message."""
        client = self._client
        yield (
            ("contact_email", "contact_phone"),
            client is None or client.requires_contact,
            _("Send an e-mail address or a phone number."),
        )
        yield ("postcode", "province"), client is None or client.requires_place, _("Send a postcode or a province.")
        yield ("industry",), client is None or client.requires_industry, _("Send an industry.")

    def new_lead(self) -> NewLead:
        """Return the validated values."""
        values = dict(self.validated_data)
        industry: Industry | None = values.pop("industry")
        if self._client is not None:
            values["source"] = self._client.source
        return NewLead(industry_id=None if industry is None else industry.id, **values)

    @property
    def _client(self) -> IntakeClient | None:
        client: IntakeClient | None = self.context.get("client")
        return client


@extend_schema_serializer(examples=[RECEIPT, DUPLICATE_RECEIPT])
class ReceiptOutput(serializers.Serializer[Receipt]):
    """The response to an intake."""

    id = serializers.UUIDField(help_text="This request's own: of the lead, or of the repeat of an earlier one.")
    status = serializers.CharField(
        help_text=(
            "`new`: the lead is routed. `duplicate`: the same person (by e-mail address or phone number) asked for the "
            "same industry a while ago; what was sent is kept with that lead, and nothing is sold again."
        )
    )
    created_at = serializers.DateTimeField()
    duplicate_of = serializers.UUIDField(
        allow_null=True, help_text="Of a duplicate, the first lead, if that was yours as well; else null."
    )
