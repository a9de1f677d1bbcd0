"""Fields of an incoming lead, in the notations that people in the Netherlands and Belgium use."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leads.models import Industry
from leads.services.contacts import NotAPhoneNumber, phone_in_e164, visible_text
from leads.services.industries import AmbiguousIndustry, NoSuchIndustry, find_industry
from leads.services.postcodes import NotAPostcode, Postcode, ProvinceRefused, parse_postcode, province_given


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
