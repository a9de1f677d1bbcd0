"""Phone numbers in one form."""

import pytest

from leads.intake.services.normalising import NotAPhoneNumber, parse_postcode, phone_in_e164


@pytest.mark.parametrize(
    ("text", "postcode", "number"),
    [
        ("06 12345678", None, "+31612345678"),
        ("06-12 34 56 78", "3511 AB", "+31612345678"),
        ("030-1234567", None, "+31301234567"),
        ("+31 (0)6 12345678", None, "+31612345678"),
        ("0031612345678", None, "+31612345678"),
        ("0470 12 34 56", "1000", "+32470123456"),
        ("02 555 12 12", "1000", "+3225551212"),
        ("+31612345678", "1000", "+31612345678"),
        ("+49 30 901820", None, "+4930901820"),
    ],
)
def test_any_writing_becomes_one(text: str, postcode: str | None, number: str) -> None:
    assert phone_in_e164(text, postcode=None if postcode is None else parse_postcode(postcode)) == number


@pytest.mark.parametrize("text", ["", "nobody", "12345", "06 1234567", "0612345678 of 0301234567", "0470 12 34 56"])
def test_what_cannot_be_called_is_refused(text: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        phone_in_e164(text, postcode=None)
