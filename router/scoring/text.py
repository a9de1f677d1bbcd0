"""Comparison of names and postcodes as people write them."""

import unicodedata
from functools import lru_cache

# NFKD does not decompose these letters, although people type them without the stroke.
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_HYPHENS_TO_SPACES = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " "))


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Return the form in which two spellings of one name are equal.

    Case and accents are dropped, hyphens and dashes count as spaces ("Noord Holland" is "Noord-Holland"), and
    white space is collapsed and stripped. A text of nothing but white space and hyphens folds to "".
    Idempotent. Caseless matching follows the Unicode standard, section 3.13, D146 (compatibility caseless match).
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
        folded = folded.translate(_LETTERS_WITHOUT_DECOMPOSITION)
    return " ".join(folded.translate(_HYPHENS_TO_SPACES).split())


_NAMES_OF_PROVINCES = {"fryslan": "friesland"}
"""Alternative names of one province, folded: intake stores the Dutch one, partners declare either."""


def fold_province(text: str) -> str:
    """Return the form in which two names of one province are equal: as `fold`, and "Fryslân" is "Friesland"."""
    folded = fold(text)
    return _NAMES_OF_PROVINCES.get(folded, folded)


def fold_postcode(text: str) -> str:
    """Return a postcode or a postcode prefix in upper case without white space: " 1012 ab" is "1012AB"."""
    return "".join(text.split()).upper()
