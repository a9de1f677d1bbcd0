"""Normalising of what people type: postcodes of the Netherlands and Belgium, contact details, names of industries."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

import phonenumbers
from django.utils.translation import gettext as _

from leads.intake.services.provinces import BELGIUM, NETHERLANDS, folded, province_named, provinces_of
from leads.models import Industry

# SA, SD and SS are not assigned.
_DUTCH = re.compile(r"(?:NL)?([1-9][0-9]{3})((?!SA|SD|SS)[A-Z]{2})")
_BELGIAN = re.compile(r"B?([1-9][0-9]{3})")


class NotAPostcode(ValueError):
    """The text is neither a Dutch nor a Belgian postcode."""


class ProvinceRefused(ValueError):
    """The province does not exist, or the postcode is in another one; the message names it for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """A normalised postcode: `1234 AB` in the Netherlands, `1234` in Belgium. `area` is its four digits."""

    text: str
    country: str
    area: int


class PlaceRefused(ValueError):
    """Invalid postcode or province; `field` names which, the message explains it to people."""

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.field = field


def parse_postcode(text: str) -> Postcode:
    """Parse a postcode in any spacing and case, optionally with the prefix `NL-` or `B-`.

    Raises `NotAPostcode`.
    """
    compact = re.sub(r"[\s\-.]", "", text).upper()
    if dutch := _DUTCH.fullmatch(compact):
        digits, letters = dutch.groups()
        return Postcode(text=f"{digits} {letters}", country=NETHERLANDS, area=int(digits))
    if belgian := _BELGIAN.fullmatch(compact):
        return Postcode(text=belgian[1], country=BELGIUM, area=int(belgian[1]))
    raise NotAPostcode(text)


def province_given(given: str, *, postcode: Postcode | None) -> str:
    """Return the stored name of this province, if the postcode is in it.

    If several provinces share an area, each of them is right. Raises `ProvinceRefused`.
    """
    country = None if postcode is None else postcode.country
    name = province_named(given, country=country)
    if postcode is None:
        if name is None:
            raise ProvinceRefused(_("There is no such province in the Netherlands or in Belgium."))
        return name
    possible = provinces_of(country=postcode.country, area=postcode.area)
    if name in possible:
        return name
    if postcode.country == BELGIUM and name is None and province_named(given, country=NETHERLANDS):
        text = _("%(postcode)s is a Belgian postcode (%(provinces)s). A Dutch one has two letters after its digits.")
    else:
        text = _("The postcode %(postcode)s lies in %(provinces)s.")
    raise ProvinceRefused(text % {"postcode": postcode.text, "provinces": " / ".join(possible)})


def province_of(postcode: Postcode) -> str:
    """Return the province of a postcode; if several share its area, the one with most addresses."""
    return provinces_of(country=postcode.country, area=postcode.area)[0]


def place_given(*, postcode: str | None, province: str | None) -> tuple[str | None, str | None]:
    """Return the normalised postcode and province, derived from the postcode if missing. Raises `PlaceRefused`."""
    try:
        parsed = parse_postcode(postcode) if postcode else None
    except NotAPostcode:
        sentence = _("Enter a Dutch postcode (1234 AB) or a Belgian one (1000).")
        raise PlaceRefused(sentence, field="postcode") from None
    try:
        name = province_given(province, postcode=parsed) if province else None
    except ProvinceRefused as refused:
        raise PlaceRefused(str(refused), field="province") from None
    if parsed is None:
        return None, name
    return parsed.text, name or province_of(parsed)


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


class NoSuchIndustry(LookupError):
    """No industry has this id or name."""


class AmbiguousIndustry(LookupError):
    """Several industries have this name."""


def find_industry(text: str) -> Industry:
    """Return the industry by id, or by name ignoring case, accents, hyphens and spaces.

    Raises `NoSuchIndustry`, `AmbiguousIndustry`.
    """
    try:
        found = list(Industry.objects.filter(id=UUID(text)))
    except ValueError:
        name = folded(text)
        found = [industry for industry in Industry.objects.all() if name and folded(industry.name or "") == name]
    if not found:
        raise NoSuchIndustry(text)
    if len(found) > 1:
        raise AmbiguousIndustry(text)
    return found[0]
