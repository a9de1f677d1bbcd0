"""Fields of a CSV file: text in, the text that PostgreSQL's COPY takes out. What is wrong raises `FieldError`."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from leads.services.history_import.problems import shown

Parser = Callable[[str], str]

# deal_value is numeric(14, 2).
AMOUNT_LIMIT = Decimal(10) ** 12
AMOUNT_DECIMALS = 2
_TRUE = frozenset({"true", "t", "1"})
_FALSE = frozenset({"false", "f", "0"})


class FieldError(ValueError):
    """The value of one field cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its name, how its text is read, and whether it may be empty."""

    name: str
    parse: Parser
    required: bool = False

    def read(self, value: str) -> str | None:
        """The value for COPY; None where the field is empty. Raises `FieldError`."""
        if not value:
            if self.required:
                raise FieldError("is empty")
            return None
        return self.parse(value)


def text(value: str) -> str:
    """Any text that PostgreSQL can hold."""
    if "\x00" in value:
        raise FieldError("holds a zero character, which PostgreSQL cannot store")
    return value


def uuid(value: str) -> str:
    """An identifier."""
    try:
        return str(UUID(value))
    except ValueError:
        raise FieldError(f"{shown(value)} is not a UUID") from None


def boolean(value: str) -> str:
    """True or false, in any of the spellings of Python and PostgreSQL."""
    word = value.lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise FieldError(f"{shown(value)} is neither true nor false")


def amount(value: str) -> str:
    """An amount of money: not negative, at most two decimals."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise FieldError(f"{shown(value)} is not a number") from None
    if not number.is_finite():
        raise FieldError(f"{shown(value)} is not a number")
    if number < 0:
        raise FieldError(f"{shown(value)} is negative")
    if number >= AMOUNT_LIMIT:
        raise FieldError(f"{shown(value)} is too large")
    if number != round(number, AMOUNT_DECIMALS):
        raise FieldError(f"{shown(value)} has more than two decimals")
    return str(round(number, AMOUNT_DECIMALS))


def one_of(values: Iterable[str]) -> Parser:
    """One of the words given."""
    known: Container[str] = frozenset(values)
    listed = ", ".join(values)

    def parse(value: str) -> str:
        if value not in known:
            raise FieldError(f"{shown(value)} is none of {listed}")
        return value

    return parse


def instant(*, latest: datetime | None) -> Parser:
    """A time with its zone, in ISO 8601; not after `latest`, if given."""

    def parse(value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise FieldError(f"{shown(value)} is not a time in ISO 8601") from None
        if moment.tzinfo is None:
            raise FieldError(f"{shown(value)} has no time zone (2026-01-31T09:30:00+01:00 has one)")
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise FieldError(f"{shown(value)} is no time that can be stored") from None
        if latest is not None and moment > latest:
            raise FieldError(f"{shown(value)} lies in the future")
        return moment.isoformat()

    return parse
