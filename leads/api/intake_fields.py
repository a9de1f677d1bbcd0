"""Fields of a lead that comes in, in the forms that people in the Netherlands and Belgium write."""

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
    """An e-mail address, likewise."""


class PostcodeField(VisibleField):
    """A Dutch or Belgian postcode; its value is as it is written: `1234 AB` or `1234`."""

    default_error_messages = {"postcode": _("Enter a Dutch postcode (1234 AB) or a Belgian one (1000).")}

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            return parse_postcode(text).text
        except NotAPostcode:
            self.fail("postcode")


class ProvinceField(serializers.CharField):
    """A province in any of its spellings, in which the postcode beside it lies."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            return province_given(text, postcode=postcode_beside(self))
        except ProvinceRefused as refused:
            raise serializers.ValidationError(str(refused), code="province") from None


class PhoneField(VisibleField):
    """A phone number in any writing; its value is in E.164, or empty."""

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
    """An industry by its id or its name. No `max_length`: that would be asked of the industry."""

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
    """The postcode in the same request; None where there is none, or a wrong one, which is refused by itself."""
    text = field.parent.initial_data.get("postcode")
    try:
        return parse_postcode(text) if isinstance(text, str) else None
    except NotAPostcode:
        return None
