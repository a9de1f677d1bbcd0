"""Normalisation of contact details."""

import re
import unicodedata

import phonenumbers

from leads.intake.services.postcodes import Postcode
from leads.intake.services.provinces import NETHERLANDS

# The same as the database's `visible_text`.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class NotAPhoneNumber(ValueError):
    """The text is not a phone number that can be called."""


def visible_text(text: str) -> str:
    """Return the visible text: without invisible characters, in normal form (NFKC)."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def phone_in_e164(text: str, *, postcode: Postcode | None) -> str:
    """Return a phone number as `+31301234567` (ITU-T E.164), whatever its notation.

    Without a country code it is Dutch, or Belgian if the postcode is.

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
