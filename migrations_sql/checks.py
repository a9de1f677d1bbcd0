"""Check constraints on one column: values that Python, JSON, a spreadsheet and a page can hold too.

Each kind names the field that it is about, so that a form shows the message beside it. Models list them with
`checks_on`; migrations add them with `AddConstraintToLiveTable`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CheckConstraint, F, Func, Model, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
END_OF_TIME = datetime(2200, 1, 1, tzinfo=UTC)

MOST_MONEY = Decimal("999999999999.99")
"""Maximum of `numeric(14, 2)`. PostgreSQL sorts NaN above it, so NaN is refused too."""

LINE = 1_000
PROSE = 100_000
"""Maximum characters of a text in one line, and of a message or a note."""


class ColumnCheck(CheckConstraint):
    """A check on one column; NULL satisfies it. Its subclasses are the kinds."""

    message: ClassVar["StrOrPromise"]

    def __init__(self, *, name: str, field: str, condition: Q | Combinable, **limits: Any) -> None:
        self.field = field
        self.limits = limits
        message = format_lazy(self.message, field=field, **limits)
        super().__init__(name=name, condition=condition, violation_error_message=message)  # type: ignore[arg-type]  # any condition will do; the stubs know Q alone

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Raise `ValidationError` beside the field."""
        if (exclude and self.field in exclude) or getattr(instance, self.field) is None:
            return
        try:
            super().validate(model, instance, exclude=exclude, using=using)
        except ValidationError as error:
            raise ValidationError({self.field: error}) from error

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return the kind and its limits for a migration, not the condition built from them."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, (), {"name": self.name, "field": self.field, **self.limits}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnCheck) and self.deconstruct() == other.deconstruct()

    __hash__ = CheckConstraint.__hash__


class TimeRange(ColumnCheck):
    """A time that Python can hold and that is plausible: finite, and from 1970 up to 2200."""

    message = _("{field}: the time has to lie between the years 1970 and 2200.")

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(
            name=name, field=field, condition=Q(**{f"{field}__gte": FIRST_MOMENT, f"{field}__lt": END_OF_TIME})
        )


class NumberRange(ColumnCheck):
    """A number within inclusive limits: finite, and not NaN."""

    message = _("{field}: the number has to lie between {least} and {most}.")

    def __init__(self, *, name: str, field: str, least: Decimal | int, most: Decimal | int) -> None:
        super().__init__(
            name=name, field=field, condition=Q(**{f"{field}__range": (least, most)}), least=least, most=most
        )


class TextLength(ColumnCheck):
    """A text of limited length in characters."""

    message = _("{field}: the text can have {most} characters at the most.")

    def __init__(self, *, name: str, field: str, most: int) -> None:
        super().__init__(name=name, field=field, condition=LessThanOrEqual(Length(F(field)), most), most=most)


class PlainList(ColumnCheck):
    """An array with one dimension, without nulls, of limited entries and characters."""

    message = _(
        "{field}: a list of at most {entries} entries and {characters} characters, without lists or nothing in it."
    )

    def __init__(self, *, name: str, field: str, entries: int = 10_000, characters: int = PROSE) -> None:
        # CASE, because `array_position` fails on an array with more than one dimension.
        template = (
            "CASE WHEN array_ndims({value}) > 1 THEN false ELSE array_position({value}, NULL) IS NULL"
            f" AND cardinality({{value}}) <= {entries:d}"
            f" AND length(array_to_string({{value}}, '')) <= {characters:d} END"
        )
        super().__init__(
            name=name,
            field=field,
            condition=_Condition(F(field), template=template),
            entries=entries,
            characters=characters,
        )


class JsonObject(ColumnCheck):
    """A JSON object of limited bytes and levels, with no number larger than a bigint."""

    message = _(
        "{field}: a JSON object of at most {size} bytes and {levels} levels, with numbers of at most 19 digits."
    )

    def __init__(self, *, name: str, field: str, size: int = 65_536, levels: int = 20) -> None:
        # Most values are tiny: only one that can be deep, or have a number of 19 digits, is parsed.
        template = (
            "CASE WHEN jsonb_typeof({value}) <> 'object' THEN false"
            " WHEN octet_length({value}::text) < 20 THEN true"
            f" WHEN octet_length({{value}}::text) > {size:d} THEN false"
            f" ELSE NOT jsonb_path_exists({{value}}, 'strict $.**{{{levels + 1:d}}}')"
            ' AND NOT jsonb_path_exists({value}, \'strict $.** ? (@.type() == "number"'
            " && (@ > 9223372036854775807 || @ < -9223372036854775808))') END"
        )
        super().__init__(
            name=name,
            field=field,
            condition=_Condition(F(field), template=template),
            size=size,
            levels=levels,
        )


class JsonKind(ColumnCheck):
    """JSON that is stored as written: an object or an array, of limited bytes."""

    message = _("{field}: JSON of the kind {kind}, of at most {size} bytes.")

    def __init__(self, *, name: str, field: str, kind: str, size: int = 1_000_000) -> None:
        template = f"json_typeof({{value}}) = '{kind}' AND octet_length({{value}}::text) <= {size:d}"
        super().__init__(
            name=name,
            field=field,
            condition=_Condition(F(field), template=template),
            kind=kind,
            size=size,
        )


class _Condition(Func):
    """An SQL condition on one value, which it may name more than once."""

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
        """Return the condition, with the value's parameters repeated for each mention."""
        condition: str = self.extra["template"]
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({condition.replace('{value}', sql)})", tuple(params) * condition.count("{value}")


def checks_on(
    table: str,
    *,
    times: Sequence[str] = (),
    lines: Sequence[str] = (),
    prose: Sequence[str] = (),
    lists: Sequence[str] = (),
) -> Iterator[ColumnCheck]:
    """Yield the checks on a table's columns of the most common types, each named after table and column."""
    for field in times:
        yield TimeRange(name=f"{table}_{field}_range", field=field)
    for field in lines:
        yield TextLength(name=f"{table}_{field}_length", field=field, most=LINE)
    for field in prose:
        yield TextLength(name=f"{table}_{field}_length", field=field, most=PROSE)
    for field in lists:
        yield PlainList(name=f"{table}_{field}_plain", field=field)
