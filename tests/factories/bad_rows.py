"""Rows with values that no rule foresaw, as another application could write them before there was one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import DataError, connection, models, transaction
from psycopg import sql

from migrations_sql.checks import ColumnCheck, JsonKind, JsonObject, NumberRange, PlainList, TextLength, TimeRange
from tests.factories.old_rows import add_rule, alter_table
from tests.factories.raw import execute

FAR_TIMES = ("infinity", "-infinity", "20000-01-01", "9999-12-31 23:59:59.999+00")

OLDER_RULES = {"leads": ("leads_first_contact_after_creation",)}
"""What some of these values break besides."""


class BadValue(NamedTuple):
    """What a column may not hold, and the rule that says so."""

    column: str
    rule: str
    value: str


def bad_values(model: type[models.Model]) -> Iterator[BadValue]:
    """A value of each kind that breaks each rule on what a column of the model may hold."""
    for rule in column_checks(model):
        for name in rule.fields:
            field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # a column
            for value in _values_against(rule, field):
                yield BadValue(str(field.column), rule.name, value)


def column_checks(model: type[models.Model]) -> list[ColumnCheck]:
    return [rule for rule in model._meta.constraints if isinstance(rule, ColumnCheck)]


def _values_against(rule: ColumnCheck, field: "models.Field[Any, Any]") -> Sequence[str]:
    match rule:
        case TimeRange():
            return FAR_TIMES
        case NumberRange():
            if isinstance(field, models.IntegerField):
                return ("-2147483648",)
            return ("NaN", "Infinity", "-Infinity") if isinstance(field, models.FloatField) else ("NaN",)
        case TextLength():
            return ("x" * (rule.limits["most"] + 1),)
        case PlainList():
            is_text = isinstance(field.base_field, models.TextField)  # type: ignore[attr-defined]  # an array's
            return ("{{Utrecht,Drenthe},{Zeeland,Drenthe}}", "{NULL,Utrecht}") if is_text else ("{NULL}",)
        case JsonObject():
            return ("[1]", '"text"', "null", '{"a": ' + "[" * 30 + "]" * 30 + "}", '{"a": 1e400}')
        case _:
            assert isinstance(rule, JsonKind)
            return ('"text"', "null", "[1]" if rule.limits["kind"] == "object" else '{"a": 1}')


def write_bad_rows(base: models.Model) -> dict[BadValue, Any]:
    """Copy a row once for each bad value; returns the keys. What PostgreSQL itself refuses is left out."""
    model = type(base)
    keys = {}
    with _before_the_rules(model):
        for bad in bad_values(model):
            try:
                with transaction.atomic():
                    keys[bad] = _copy_with(bad, base)
            except DataError:
                # An index computes with the column.
                continue
    return keys


@contextmanager
def _before_the_rules(model: type[models.Model]) -> Iterator[None]:
    """What is written inside is older than the rules, which are `NOT VALID` afterwards, and than our triggers."""
    table = model._meta.db_table
    names = [*(rule.name for rule in column_checks(model)), *OLDER_RULES.get(table, ())]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND conname = ANY(%s)",
            [table, names],
        )
        rules = cursor.fetchall()
    for name, _ in rules:
        alter_table(table, sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(name)))
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = origin")
    for name, definition in rules:
        add_rule(table, name, definition.removesuffix(" NOT VALID"))


def _copy_with(bad: BadValue, base: models.Model) -> Any:
    """Copy a row, but for its key and the value."""
    assert base._meta.pk is not None
    assert base._meta.pk.column is not None
    table, key = sql.Identifier(base._meta.db_table), sql.Identifier(base._meta.pk.column)
    new = "(SELECT nextval(pg_get_serial_sequence(%s, 'id')))" if isinstance(base.pk, int) else "gen_random_uuid()"
    copy = sql.SQL(
        "INSERT INTO {table} SELECT (jsonb_populate_record(base, jsonb_build_object('id', {new}))).*"
        " FROM {table} AS base WHERE base.{key} = %s RETURNING {key}"
    ).format(table=table, key=key, new=sql.SQL(new))
    change = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(table, sql.Identifier(bad.column), key)
    with connection.cursor() as cursor:
        cursor.execute(copy, [base._meta.db_table, base.pk] if isinstance(base.pk, int) else [base.pk])
        (row_id,) = cursor.fetchone()
        cursor.execute(change, [bad.value, row_id])
    return row_id
