"""Types of the values in a file, for all importers: text to value and back. An invalid value raises `CellError`."""

import csv
import io
import re
import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

INT4_LIMIT = 2**31 - 1
AMOUNT_LIMIT = Decimal(10) ** 12
"""Every amount is numeric(14, 2)."""

LONGEST_VALUE_SHOWN = 60

# Including those that a Dutch Excel writes.
_TRUE = frozenset({"true", "t", "1", "yes", "ja", "waar"})
_FALSE = frozenset({"false", "f", "0", "no", "nee", "onwaar"})
# Stricter than Python's own parsers, which accept underscores, non-ASCII digits and a prefix of 0x.
_ID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
# As people write it: with three decimals, it would more likely be thousands.
_TYPED_NUMBER = re.compile(r"-?\d+([.,]\d{1,2})?", re.ASCII)


class CellError(ValueError):
    """The text is not a valid value of its column; the message says why."""


def shown(value: str) -> str:
    """Return a value in quotes for a message, shortened if it is long."""
    return repr(value if len(value) <= LONGEST_VALUE_SHOWN else f"{value[:LONGEST_VALUE_SHOWN]}...")


class Kind(Protocol):
    """Type of the cells in a column."""

    empty: Any
    """The value of an empty cell; `REFUSED` if a value is required."""

    about: Any
    """Description of the values, for people."""

    def parse(self, text: str) -> Any:
        """Return the value of a non-empty cell. Raises `CellError`."""

    def render(self, value: Any) -> str | int | Decimal:
        """Return the cell of a value that is not NULL."""


REFUSED: Any = object()
"""Marker for a cell that may not be empty."""


def read_cell(kind: Kind, text: str) -> Any:
    """Return the value of a cell, which may be empty. Raises `CellError`."""
    if text:
        return kind.parse(text)
    if kind.empty is REFUSED:
        raise CellError(_("It cannot be empty."))
    return kind.empty


class Text:
    """Any text of at most `limit` characters."""

    def __init__(self, *, limit: int, empty: str | None = "") -> None:
        self.limit = limit
        self.empty: Any = empty
        self.about: Any = format_lazy(gettext_lazy("Text, at most {limit} characters."), limit=limit)

    def parse(self, text: str) -> str:
        if "\x00" in text:
            raise CellError(_("It holds a zero character, which cannot be stored."))
        if len(text) > self.limit:
            raise CellError(
                _("It has %(length)d characters; %(limit)d fit.") % {"length": len(text), "limit": self.limit}
            )
        return text

    def render(self, value: str) -> str:
        return value


class Label(Text):
    """A name: text without surrounding blanks, NULL if nothing else is there."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit, empty=None)

    def parse(self, text: str) -> Any:
        return super().parse(text).strip() or None


class Email(Text):
    """An e-mail address."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
        self.about = gettext_lazy("An e-mail address.")

    def parse(self, text: str) -> str:
        try:
            validate_email(super().parse(text))
        except ValidationError:
            raise CellError(_("%(value)s is not an e-mail address.") % {"value": shown(text)}) from None
        return text


class Texts:
    """Several texts, separated by commas; one that contains a comma is enclosed in double quotes."""

    empty = None
    about: Any = gettext_lazy("Several, separated by commas.")

    def parse(self, text: str) -> list[str]:
        if "\x00" in text:
            raise CellError(_("It holds a zero character, which cannot be stored."))
        try:
            lines = list(csv.reader([" ".join(text.splitlines())], skipinitialspace=True, strict=True))
        except csv.Error:
            raise CellError(_("%(value)s is no list with commas.") % {"value": shown(text)}) from None
        return [part.strip() for part in lines[0] if part.strip()]

    def render(self, value: list[str | None]) -> str:
        parts = ["" if part is None else str(part) for part in value]
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(parts)
        # The space is for people; the parser skips it.
        return line.getvalue() if '"' in line.getvalue() else ", ".join(parts)


class Integer:
    """A whole number within inclusive limits."""

    about: Any = gettext_lazy("A whole number.")

    def __init__(self, *, least: int = -INT4_LIMIT, most: int = INT4_LIMIT, empty: Any = None) -> None:
        self.least = least
        self.most = most
        self.empty = empty

    def parse(self, text: str) -> int:
        try:
            number = Decimal(text)
            is_whole = number == number.to_integral_value()
        except InvalidOperation:
            number, is_whole = Decimal(0), False
        if not is_whole:
            raise CellError(_("%(value)s is not a whole number.") % {"value": shown(text)})
        if number < self.least:
            raise CellError(_("%(value)s is less than %(least)d.") % {"value": shown(text), "least": self.least})
        if number > self.most:
            raise CellError(_("%(value)s is more than %(most)d.") % {"value": shown(text), "most": self.most})
        return int(number)

    def render(self, value: int) -> int:
        return value


class Amount:
    """An amount of money: not negative, at most two decimals.

    `typed` is for amounts that people write, who may use a decimal comma; programs may add zeros or an exponent.
    """

    empty = None
    about: Any = gettext_lazy("An amount, such as 1250.50.")

    def __init__(self, *, typed: bool = True) -> None:
        self.pattern = _TYPED_NUMBER if typed else _NUMBER

    def parse(self, text: str) -> Decimal:
        value = {"value": shown(text)}
        if not self.pattern.fullmatch(text):
            raise CellError(_("%(value)s is not an amount: digits, and at most two decimals, as in 1250.50.") % value)
        number = Decimal(text.replace(",", "."))
        if number < 0:
            raise CellError(_("%(value)s is negative.") % value)
        if number >= AMOUNT_LIMIT:
            raise CellError(_("%(value)s is too large.") % value)
        if number != round(number, 2):
            raise CellError(_("%(value)s has more than two decimals.") % value)
        return round(number, 2)

    def render(self, value: Decimal) -> Decimal:
        return value


class Boolean:
    """True or false."""

    empty = REFUSED
    about: Any = gettext_lazy("True or false.")

    def parse(self, text: str) -> bool:
        word = text.lower()
        if word not in _TRUE | _FALSE:
            raise CellError(_("%(value)s is neither true nor false.") % {"value": shown(text)})
        return word in _TRUE

    def render(self, value: bool) -> str:  # noqa: FBT001  # the one value
        return "true" if value else "false"


class Choice:
    """One of a fixed set of words."""

    def __init__(self, values: Collection[str], *, empty: Any = REFUSED) -> None:
        self.values = tuple(values)
        self.empty = empty
        self.about: Any = ", ".join(self.values)

    def parse(self, text: str) -> str:
        word = text.lower()
        if word not in self.values:
            raise CellError(
                _("%(value)s is none of %(known)s.") % {"value": shown(text), "known": ", ".join(self.values)}
            )
        return word

    def render(self, value: str) -> str:
        return value


class Id:
    """The id of a row."""

    about: Any = gettext_lazy("An id.")

    def __init__(self, *, empty: Any = REFUSED) -> None:
        self.empty = empty

    def parse(self, text: str) -> uuid.UUID:
        if _ID.fullmatch(text) is None:
            raise CellError(_("%(value)s is not an id.") % {"value": shown(text)})
        return uuid.UUID(text)

    def render(self, value: uuid.UUID) -> str:
        return str(value)


class Ids(Texts):
    """Several ids; read-only."""

    def render(self, value: list[Any]) -> str:
        return super().render([str(part) for part in value])


class Name:
    """A row of a small table by its name; by its id if another row has the same name.

    `names` are the names by id; they are loaded before the first cell is read or written.
    """

    empty = None
    about: Any = gettext_lazy("Its name, or its id.")

    def __init__(self) -> None:
        self.names: Mapping[uuid.UUID, str] = {}
        self._ids: dict[str, list[uuid.UUID]] = {}

    def learn(self, names: Mapping[uuid.UUID, str]) -> None:
        """Load the names by id."""
        self.names = names
        self._ids = {}
        for key, name in names.items():
            self._ids.setdefault(name.strip().casefold(), []).append(key)

    def parse(self, text: str) -> uuid.UUID:
        found = self._ids.get(text.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise CellError(_("%(value)s is the name of several: give the id.") % {"value": shown(text)})
        key = uuid.UUID(text) if _ID.fullmatch(text) else None
        if key is None or key not in self.names:
            raise CellError(_("%(value)s is not known.") % {"value": shown(text)})
        return key

    def render(self, value: uuid.UUID) -> str:
        name = self.names.get(value, "").strip()
        return name if len(self._ids.get(name.casefold(), [])) == 1 else str(value)
