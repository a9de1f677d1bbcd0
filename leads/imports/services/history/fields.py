"""Conversion of fields of a CSV file to the text format of PostgreSQL's COPY. Errors raise `FieldError`.

Times are read by `times.TimeReader`.
"""

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from decimal import Decimal

from leads.imports.services.history.problems import FieldError, shown
from migrations_sql.checks import LINE, PROSE

Parser = Callable[[str], str | None]

# deal_value is numeric(14, 2).
AMOUNT_LIMIT = Decimal(10) ** 12
AMOUNT_DECIMALS = 2
_TRUE = frozenset({"true", "t", "1"})
_FALSE = frozenset({"false", "f", "0"})
# Stricter than Python's own parsers, which accept underscores, non-ASCII digits and a prefix of 0x.
_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its name, its parser, and whether it may be empty."""

    name: str
    parse: Parser
    required: bool = False

    def read(self, value: str) -> str | None:
        """Return the value for COPY; None if the field is empty. Raises `FieldError`."""
        if not value:
            if self.required:
                raise FieldError("is empty")
            return None
        return self.parse(value)


def text(value: str, *, most: int = PROSE) -> str:
    """Return a text that the database accepts, of limited length."""
    if "\x00" in value:
        raise FieldError("holds a zero character, which PostgreSQL cannot store")
    if len(value) > most:
        raise FieldError(f"has {len(value)} characters; {most} fit")
    return value


def label(value: str) -> str | None:
    """Return a name without surrounding blanks; None if it is blank."""
    return text(value, most=LINE).strip() or None


def uuid(value: str) -> str:
    """Return an identifier, given with or without its hyphens."""
    if _UUID.fullmatch(value) is None:
        raise FieldError(f"{shown(value)} is not a UUID")
    return value


def boolean(value: str) -> str:
    """Return true or false, given in any of the spellings of Python and PostgreSQL."""
    word = value.lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise FieldError(f"{shown(value)} is neither true nor false")


def amount(value: str) -> str:
    """Return an amount of money: not negative, at most two decimals."""
    if _NUMBER.fullmatch(value) is None:
        raise FieldError(f"{shown(value)} is not a number")
    number = Decimal(value)
    if number < 0:
        raise FieldError(f"{shown(value)} is negative")
    if number >= AMOUNT_LIMIT:
        raise FieldError(f"{shown(value)} is too large")
    if number != round(number, AMOUNT_DECIMALS):
        raise FieldError(f"{shown(value)} has more than two decimals")
    return str(round(number, AMOUNT_DECIMALS))


def one_of(values: Iterable[str]) -> Parser:
    """Return a parser for one of the given words."""
    known: Container[str] = frozenset(values)
    listed = ", ".join(values)

    def parse(value: str) -> str:
        if value not in known:
            raise FieldError(f"{shown(value)} is none of {listed}")
        return value

    return parse
