"""Check constraints on columns: values that Python, JSON, a spreadsheet and a page can hold too.

A form shows the message beside the field that it is about. Models and migrations list the checks with `checks_on`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CheckConstraint, F, Field, Func, Model, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_MONEY = Decimal("999999999999.99")
"""Maximum of `numeric(14, 2)`. PostgreSQL sorts NaN above it, so NaN is refused too."""

LINE = 1_000
PROSE = 100_000
"""Maximum characters of a text in one line, and of a message or a note."""


class ColumnCheck(CheckConstraint):
    """A check that holds for each of some columns of a table; NULL satisfies it. Its subclasses are the kinds.

    A table has one of each kind for all its columns: PostgreSQL prepares every check anew for each statement that
    writes the table, so one check of seven columns costs a short statement much less than seven checks.
    """

    message: ClassVar["StrOrPromise"]

    def __init__(self, *, name: str, fields: Sequence[str], **limits: Any) -> None:
        self.fields = tuple(fields)
        self.limits = limits
        super().__init__(
            name=name,
            condition=self._condition_on({field: F(field) for field in self.fields}),
            violation_error_message=self._message_on(*self.fields),
        )

    def accepts(self, *values: str) -> str:
        """Return SQL, without parameters, that is not false if these SQL expressions satisfy the check."""
        raise NotImplementedError

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Raise `ValidationError` beside each field that violates it."""
        written = {name: getattr(instance, name) for name in self.fields if name not in (exclude or ())}
        values = {
            name: Value(value, cast("Field[Any, Any]", model._meta.get_field(name)))
            for name, value in written.items()
            if value is not None and not hasattr(value, "resolve_expression")
        }
        if self._holds(values, using=using):
            return
        raise ValidationError(
            {
                name: ValidationError(self._message_on(name), code=self.violation_error_code)
                for name, value in values.items()
                if not self._holds({name: value}, using=using)
            }
        )

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return the kind and its limits for a migration, not the condition built from them."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, (), {"name": self.name, "fields": self.fields, **self.limits}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnCheck) and self.deconstruct() == other.deconstruct()

    __hash__ = CheckConstraint.__hash__

    def _condition_on(self, values: Mapping[str, Combinable]) -> "_Condition":
        places = (f"{{value {place}}}" for place in range(len(values)))
        return _Condition(*values.values(), template=self.accepts(*places))

    def _holds(self, values: Mapping[str, Combinable], *, using: str) -> bool:
        return not values or Q(self._condition_on(values)).check({}, using=using)

    def _message_on(self, *fields: str) -> "StrOrPromise":
        return format_lazy(self.message, field=", ".join(fields), **self.limits)


class TimeRange(ColumnCheck):
    """Times that Python can hold and that are plausible: finite, and from 1970 up to 2200."""

    message = _("{field}: the time has to lie between the years 1970 and 2200.")

    def accepts(self, *values: str) -> str:
        """Return the SQL condition."""
        times = ", ".join(values)
        return (
            f"LEAST({times}) >= '1970-01-01 00:00:00+00'::timestamptz"
            f" AND GREATEST({times}) < '2200-01-01 00:00:00+00'::timestamptz"
        )


class NumberRange(ColumnCheck):
    """Numbers within inclusive limits: finite, and not NaN, which PostgreSQL sorts above all others."""

    message = _("{field}: the number has to lie between {least} and {most}.")

    def __init__(self, *, name: str, fields: Sequence[str], least: Decimal | int, most: Decimal | int) -> None:
        super().__init__(name=name, fields=fields, least=least, most=most)

    def accepts(self, *values: str) -> str:
        """Return the SQL condition."""
        numbers = ", ".join(values)
        return f"LEAST({numbers}) >= {self.limits['least']} AND GREATEST({numbers}) <= {self.limits['most']}"


class TextLength(ColumnCheck):
    """Texts of limited length in characters."""

    message = _("{field}: the text can have {most} characters at the most.")

    def __init__(self, *, name: str, fields: Sequence[str], most: int) -> None:
        super().__init__(name=name, fields=fields, most=most)

    def accepts(self, *values: str) -> str:
        """Return the SQL condition."""
        return f"GREATEST({', '.join(f'length({value})' for value in values)}) <= {self.limits['most']}"


class PlainList(ColumnCheck):
    """Arrays with one dimension, without nulls, of limited entries and characters."""

    message = _(
        "{field}: a list of at most {entries} entries and {characters} characters, without lists or nothing in it."
    )

    def __init__(self, *, name: str, fields: Sequence[str], entries: int = 10_000, characters: int = PROSE) -> None:
        super().__init__(name=name, fields=fields, entries=entries, characters=characters)

    def accepts(self, *values: str) -> str:
        """Return the SQL condition; with CASE, because `array_position` fails on an array of arrays."""
        return " AND ".join(
            f"CASE WHEN array_ndims({value}) > 1 THEN false ELSE array_position({value}, NULL) IS NULL"
            f" AND cardinality({value}) <= {self.limits['entries']}"
            f" AND length(array_to_string({value}, '')) <= {self.limits['characters']} END"
            for value in values
        )


class JsonObject(ColumnCheck):
    """JSON objects of limited bytes and levels, with no number larger than a bigint."""

    message = _(
        "{field}: a JSON object of at most {size} bytes and {levels} levels, with numbers of at most 19 digits."
    )

    def __init__(self, *, name: str, fields: Sequence[str], size: int = 65_536, levels: int = 20) -> None:
        super().__init__(name=name, fields=fields, size=size, levels=levels)

    def accepts(self, *values: str) -> str:
        """Return the SQL condition. Most values are tiny: only one that can break a limit is searched for it."""
        return " AND ".join(
            f"CASE WHEN jsonb_typeof({value}) <> 'object' THEN false"
            f" WHEN octet_length({value}::text) < 20 THEN true"
            f" WHEN octet_length({value}::text) > {self.limits['size']} THEN false"
            f" ELSE NOT jsonb_path_exists({value}, 'strict $.**{{{self.limits['levels'] + 1}}}')"
            f' AND NOT jsonb_path_exists({value}, \'strict $.** ? (@.type() == "number"'
            " && (@ > 9223372036854775807 || @ < -9223372036854775808))') END"
            for value in values
        )


class JsonKind(ColumnCheck):
    """JSON that is stored as written: objects or arrays, of limited bytes."""

    message = _("{field}: JSON of the kind {kind}, of at most {size} bytes.")

    def __init__(self, *, name: str, fields: Sequence[str], kind: str, size: int = 1_000_000) -> None:
        super().__init__(name=name, fields=fields, kind=kind, size=size)

    def accepts(self, *values: str) -> str:
        """Return the SQL condition."""
        return " AND ".join(
            f"json_typeof({value}) = '{self.limits['kind']}' AND octet_length({value}::text) <= {self.limits['size']}"
            for value in values
        )


class _Condition(Func):
    """An SQL condition on some values, each of which it may mention more than once, as `{value 0}`, `{value 1}`, ..."""

    output_field = BooleanField()

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition, with the parameters of a value repeated for each mention."""
        values = [compiler.compile(expression) for expression in self.source_expressions]
        sql, parameters = "", list[str | int]()
        for place, text in enumerate(re.split(r"\{value (\d+)\}", self.extra["template"])):
            if place % 2 == 0:
                sql += text
            else:
                sql += values[int(text)][0]
                parameters += values[int(text)][1]
        return f"({sql})", tuple(parameters)


def checks_on(
    table: str,
    *,
    times: Sequence[str] = (),
    lines: Sequence[str] = (),
    prose: Sequence[str] = (),
    lists: Sequence[str] = (),
) -> Iterator[ColumnCheck]:
    """Yield the checks on a table's columns of the most common types, each named after the table."""
    if times:
        yield TimeRange(name=f"{table}_times_range", fields=times)
    if lines:
        yield TextLength(name=f"{table}_lines_length", fields=lines, most=LINE)
    if prose:
        yield TextLength(name=f"{table}_prose_length", fields=prose, most=PROSE)
    if lists:
        yield PlainList(name=f"{table}_lists_plain", fields=lists)
