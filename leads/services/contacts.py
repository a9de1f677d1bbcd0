"""How to reach somebody, in one form."""

import phonenumbers

from leads.services.postcodes import Postcode
from leads.services.provinces import NETHERLANDS


class NotAPhoneNumber(ValueError):
    """No number that can be called."""


def phone_in_e164(text: str, *, postcode: Postcode | None) -> str:
    """A phone number as `+31301234567` (ITU-T E.164), whatever way it was written.

    Without a country code it is Dutch, or Belgian where the postcode is.

    Raises `NotAPhoneNumber`.
    """
    region = NETHERLANDS if postcode is None else postcode.country
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotAPhoneNumber(text) from None
    if not phonenumbers.is_valid_number(number):
        raise NotAPhoneNumber(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
