"""Input and output of the intake."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from core.api.serializers import StrictInput
from leads.api.examples import CREATED_AT, LEAD_ID
from leads.intake.services.intake import NewLead, Receipt
from leads.intake.services.normalising import (
    AmbiguousIndustry,
    NoSuchIndustry,
    NotAPhoneNumber,
    NotAPostcode,
    Postcode,
    ProvinceRefused,
    find_industry,
    parse_postcode,
    phone_in_e164,
    province_given,
    province_of,
    visible_text,
)
from leads.models import Industry, IntakeClient


class VisibleField(serializers.CharField):
    """A text that is stored as a reader sees it, without invisible characters."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        return visible_text(text).strip()


class EmailField(VisibleField, serializers.EmailField):
    """An e-mail address without invisible characters."""


class PostcodeField(VisibleField):
    """A Dutch or Belgian postcode, normalised to `1234 AB` or `1234`."""

    default_error_messages = {"postcode": _("Enter a Dutch postcode (1234 AB) or a Belgian one (1000).")}

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            return parse_postcode(text).text
        except NotAPostcode:
            self.fail("postcode")


class ProvinceField(serializers.CharField):
    """A province in any of its spellings; it must contain the postcode in the same request."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            return province_given(text, postcode=postcode_beside(self))
        except ProvinceRefused as refused:
            raise serializers.ValidationError(str(refused), code="province") from None


class PhoneField(VisibleField):
    """A phone number in any notation, normalised to E.164, or empty."""

    default_error_messages = {
        "phone": _("Enter a phone number that exists, from abroad with its country code: +31 6 12345678.")
    }

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            return phone_in_e164(text, postcode=postcode_beside(self))
        except NotAPhoneNumber:
            self.fail("phone")


class IndustryField(serializers.CharField):
    """An industry by its id or its name. It has no `max_length`, which would be checked on the industry."""

    default_error_messages = {
        "industry": _("There is no such industry."),
        "ambiguous": _("Several industries have this name: send the id."),
    }

    def to_internal_value(self, data: Any) -> Industry:  # type: ignore[override]  # what was named by the text
        text: str = super().to_internal_value(data)
        try:
            return find_industry(text)
        except NoSuchIndustry:
            self.fail("industry")
        except AmbiguousIndustry:
            self.fail("ambiguous")


def postcode_beside(field: serializers.Field[Any, Any, Any, Any]) -> Postcode | None:
    """Return the postcode in the same request; None if it is missing, or invalid and reported on its own."""
    text = field.parent.initial_data.get("postcode")
    try:
        return parse_postcode(text) if isinstance(text, str) else None
    except NotAPostcode:
        return None


_NEW_LEAD = OpenApiExample(
    "new lead",
    summary="What a form on a website sends",
    value={
        "industry": "Roofs",
        "postcode": "3511 AB",
        "contact_name": "A. de Boer",
        "contact_email": "a.deboer@example.org",
        "contact_phone": "030 2345678",
        "message": "The roof of the shed leaks.",
    },
    request_only=True,
)
_RECEIPT = OpenApiExample(
    "new",
    summary="A lead that is routed",
    value={"id": LEAD_ID, "status": "new", "created_at": CREATED_AT, "duplicate_of": None},
    response_only=True,
)
_DUPLICATE_RECEIPT = OpenApiExample(
    "duplicate",
    summary="The same person and industry again: nothing is sold twice",
    value={
        "id": "0a4a5c1e-8a37-4c0b-b5a1-9e5f7f1d3c22",
        "status": "duplicate",
        "created_at": "2026-11-25T20:11:54.310001+01:00",
        "duplicate_of": LEAD_ID,
    },
    response_only=True,
)


@extend_schema_serializer(examples=[_NEW_LEAD])
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
            gettext("Send an e-mail address or a phone number."),
        )
        yield (
            ("postcode", "province"),
            client is None or client.requires_place,
            gettext("Send a postcode or a province."),
        )
        yield ("industry",), client is None or client.requires_industry, gettext("Send an industry.")

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


@extend_schema_serializer(examples=[_RECEIPT, _DUPLICATE_RECEIPT])
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
