"""Values that cannot be converted, or that our code could not read: a column that holds any is refused."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from config.adoption.alignment import old_tables
from config.adoption.catalog import Catalog, Column, Relation
from config.adoption.columns import fit
from config.adoption.expected import ExpectedColumn, expected_tables
from config.adoption.findings import Blocker

EXAMPLES = 5

_WHOLE_NUMBERS = {"integer": 2**31 - 1, "smallint": 2**15 - 1}
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_NO_NUMBER = "({value})::text IN ('NaN', 'Infinity', '-Infinity')"
# The years that Python can hold, with a margin for the time zone.
_NO_TIME = "NOT ({value} >= '0001-01-02 00:00:00+00' AND {value} < '9999-12-31 00:00:00+00')"


class BadValues(NamedTuple):
    """A column with unacceptable values."""

    table: str
    column: str
    blocker: Blocker


def bad_values(cursor: CursorWrapper, catalog: Catalog, *, timezone: str | None) -> Iterator[BadValues]:
    """Yield the columns with unacceptable values, with one scan per table."""
    for table in old_tables(catalog):
        if not table.readable or "id" not in table.columns:
            continue
        conditions = list(_conditions(table, timezone=timezone))
        if conditions:
            counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, _, condition in conditions)
            cursor.execute(f"SELECT {counts} FROM {_name(table.name)}")  # noqa: S608  # quoted names
            for (column, what, condition), count in zip(conditions, cursor.fetchone(), strict=True):
                if count:
                    cursor.execute(
                        f"SELECT id::text FROM {_name(table.name)} WHERE {condition} ORDER BY 1 LIMIT {EXAMPLES}"  # noqa: S608  # as above
                    )
                    yield _refused(table, column, what, count=count, examples=[key for (key,) in cursor.fetchall()])
        yield from _nested_lists(cursor, table, timezone=timezone)


def _refused(table: Relation, column: str, what: str, *, count: int, examples: list[str]) -> BadValues:
    keys = ", ".join(f"'{key}'" for key in examples[:EXAMPLES]) + (", ..." if count > EXAMPLES else "")
    blocker = Blocker(
        what=f"{table.name}.{column}: {count} rows hold {what}",
        way_out=f"UPDATE {table.name} SET {column} = ... WHERE id IN ({keys})",  # noqa: S608  # a sentence
    )
    return BadValues(table.name, column, blocker)


def _conditions(table: Relation, *, timezone: str | None) -> Iterator[tuple[str, str, str]]:
    """Yield the column, what is wrong with it, and the SQL condition that matches such rows."""
    expected = expected_tables()[table.name].columns
    for column in table.columns.values():
        ours = expected.get(column.name)
        if ours is None:
            continue
        fits = fit(table=table.name, found=column, expected=ours, timezone=timezone or "UTC")
        if fits.refusal:
            continue
        for what, condition in _unfit(column, ours, using=fits.using):
            yield column.name, what, condition


def _unfit(column: Column, ours: ExpectedColumn, *, using: str) -> Iterator[tuple[str, str]]:
    value = _name(column.name)
    if ours.type.startswith("numeric"):
        no_number = _NO_NUMBER.format(value=value)
        yield "infinity, or what is not a number", no_number
        limits = _NUMERIC.fullmatch(ours.type)
        if using and limits:
            digits, decimals = int(limits[1]), int(limits[2])
            finite = f"CASE WHEN {no_number} THEN false ELSE {{}} END"
            too_large = f"abs({using}) >= 1e{digits - decimals}::numeric"
            yield f"more than fits into {ours.type}", finite.format(too_large)
            rounded = f"{using} <> round({using}, {decimals})"
            yield f"more than {decimals} decimals, which would be rounded", finite.format(rounded)
    elif ours.type == "timestamp with time zone":
        yield "infinity, or a time that nobody can mean", _NO_TIME.format(value=using or value)
    elif ours.type == "text[]" and column.type.endswith("[]"):
        yield "lists of lists", f"array_ndims({value}) > 1"
    elif ours.type == "jsonb" and using:
        zero = f"position('\\u0000' in {value}::text) > 0"
        yield "the character \\u0000, which jsonb cannot hold", zero
        keys = f"SELECT count(*) <> count(DISTINCT key) FROM json_object_keys({value}) AS key"  # noqa: S608  # a quoted name
        twice = f"CASE WHEN {zero} THEN false WHEN json_typeof({value}) = 'object' THEN ({keys}) ELSE false END"
        yield "a key twice, of which jsonb keeps one", twice
    elif ours.type in _WHOLE_NUMBERS and column.type in {"integer", "bigint"} and column.type != ours.type:
        limit = _WHOLE_NUMBERS[ours.type]
        yield f"a number beyond {limit}", f"{value} NOT BETWEEN -{limit} AND {limit}"


def _nested_lists(cursor: CursorWrapper, table: Relation, *, timezone: str | None) -> Iterator[BadValues]:
    """Yield lists, stored as text or JSON, that contain anything but texts."""
    for column in table.columns.values():
        ours = expected_tables()[table.name].columns.get(column.name)
        if ours is None or ours.type != "text[]":
            continue
        if "as_list" not in fit(table=table.name, found=column, expected=ours, timezone=timezone).using:
            continue
        value = _name(column.name)
        cursor.execute(
            f"SELECT id::text, {value}::text FROM {_name(table.name)}"  # noqa: S608  # quoted names
            rf" WHERE {value}::text ~ '^\s*(\[|\{{|null\s*$)' ORDER BY 1"
        )
        is_json = column.type.startswith("json")
        nested = [key for key, text in cursor.fetchall() if _is_nested(text.strip(), is_json=is_json)]
        if nested:
            yield _refused(table, column.name, "what is no plain list", count=len(nested), examples=nested)


def _is_nested(text: str, *, is_json: bool) -> bool:
    """Return whether a stored list is nested, is an object, or is an array literal with explicit bounds."""
    if re.match(r"\[-?\d+:-?\d+\]|\{\s*\{|\[\s*[\[{]", text):
        return True
    try:
        value = json.loads(text)
    except RecursionError:
        return True
    except ValueError:
        return False
    if isinstance(value, list):
        return any(isinstance(part, (list, dict)) for part in value)
    # PostgreSQL writes an empty array like an empty object.
    return bool(isinstance(value, dict) and value) or (is_json and value is None)


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
