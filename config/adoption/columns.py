"""Comparison of an existing column with the expected one, and its conversion."""

import re
from dataclasses import dataclass

from config.adoption.catalog import Column
from config.adoption.expected import ExpectedColumn

WIDE_ENOUGH = {"status": 11, "type": 23}
"""Columns that must have room for our own words, with the length of the longest in characters."""

_SAME_ENOUGH = {
    "text": {"character varying", "citext"},
    "text[]": {"character varying[]", "citext[]"},
    "integer": {"smallint", "bigint"},
    "smallint": {"integer", "bigint"},
    "numeric": {"integer", "bigint"},
}
_CONVERTIBLE = {
    "text": {"character varying": "{column}::text", "character": "{column}::text"},
    "numeric": {"real": "{column}::numeric", "double precision": "{column}::numeric", "money": "{column}::numeric"},
    "jsonb": {"json": "{column}::jsonb"},
    "text[]": dict.fromkeys(("text", "character varying", "json", "jsonb"), "pg_temp.as_list({column}::text)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Fit of a column: as it is (`using` and `refusal` are empty), after conversion, or not at all.

    - `using`: the expression that converts its values to ours.
    - `refusal`: what a person has to do first.
    """

    using: str = ""
    refusal: str = ""

    @property
    def as_it_is(self) -> bool:
        """True if the column needs no change."""
        return not self.using and not self.refusal


def fit(*, table: str, found: Column, expected: ExpectedColumn, timezone: str | None) -> Fit:
    """Compare a column of the database with the expected one.

    `timezone` applies to timestamps without a time zone; if it is missing, they are refused.
    """
    have, want = base_type(found.type), base_type(expected.type)
    quoted = f'"{found.name}"'
    if found.is_enum and want in {"text", "text[]"}:
        listed = want == "text[]" and not found.type.endswith("[]")
        return Fit(using=f"ARRAY[{quoted}::text]" if listed else f"{quoted}::{want}")
    if have == want or have in _SAME_ENOUGH.get(want, ()):
        short = _length(found.type)
        if want == "text" and short is not None and short < WIDE_ENOUGH.get(found.name, 0):
            return Fit(using=f"{quoted}::text")
        return Fit()
    using = _CONVERTIBLE.get(want, {}).get(have)
    if using is not None:
        return Fit(using=using.format(column=quoted))
    if want == "timestamp with time zone" and have == "timestamp without time zone":
        if timezone is None:
            return Fit(refusal="say with --timezone in which time zone its times are, for example --timezone UTC")
        zone = timezone.replace("'", "''")
        return Fit(using=f"{quoted} AT TIME ZONE '{zone}'")
    return Fit(refusal=f"change the type of {table}.{found.name} to {expected.type}, or rename the column")


def base_type(name: str) -> str:
    """Return the type without its length or precision."""
    return re.sub(r"\(\d+(,\d+)?\)", "", name).strip()


def _length(name: str) -> int | None:
    """Return the length of a type such as character varying(20)."""
    found = re.search(r"^character varying\((\d+)\)", name)
    return int(found[1]) if found else None
