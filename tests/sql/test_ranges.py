"""What Python, JSON, a spreadsheet or a page cannot hold is refused where it is written, by whatever writer."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql
from psycopg.errors import CheckViolation

from config.adoption.expected import OUR_APPS
from leads.models import Lead, LeadActivity, Partner
from migrations_sql.checks import ColumnCheck, JsonObject, PlainList, TextLength, TimeRange
from tests.factories.bad_rows import OLDER_RULES, BadValue, bad_values
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db

TABLES: tuple[type[models.Model], ...] = (Lead, Partner, LeadActivity)

OURS = [
    model
    for label in OUR_APPS
    for model in apps.get_app_config(label).get_models()
    if model._meta.managed and not model._meta.proxy
]


def row_of(model: type[models.Model]) -> models.Model:
    if model is Partner:
        return make_partner()
    lead = make_lead()
    return lead if model is Lead else LeadActivity.objects.create(lead=lead, type="note")


@pytest.mark.parametrize(
    ("model", "bad"),
    [(model, bad) for model in TABLES for bad in bad_values(model)],
    ids=lambda value: f"{value.column}={value.value[:20]}" if isinstance(value, BadValue) else "",
)
def test_a_value_out_of_range_is_refused(model: type[models.Model], bad: BadValue) -> None:
    row = row_of(model)
    table = model._meta.db_table
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(sql.Identifier(table), sql.Identifier(bad.column))
    # What triggers do to the row beforehand is not asked here.
    execute("SET LOCAL session_replication_role = replica")

    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [bad.value, row.pk])

    assert isinstance(refused.value.__cause__, CheckViolation)
    assert refused.value.__cause__.diag.constraint_name in {bad.rule, *OLDER_RULES.get(table, ())}


@pytest.mark.parametrize("model", OURS)
def test_every_time_and_every_list_of_texts_has_a_range(model: type[models.Model]) -> None:
    checks = [rule for rule in model._meta.constraints if isinstance(rule, ColumnCheck)]
    kinds = {(type(rule), name) for rule in checks for name in rule.fields}
    names = [field.name for field in model._meta.local_concrete_fields if isinstance(field, models.DateTimeField)]

    assert [name for name in names if (TimeRange, name) not in kinds] == []


ACCEPTED: list[tuple[type[models.Model], str, Any]] = [
    (Lead, "created_at", "1970-01-01 00:00:00+00"),
    (Lead, "assigned_at", "2199-12-31 23:59:59.999999+00"),
    (Lead, "price_at_purchase", "-999999999999.99"),
    (Lead, "message", "x" * 100_000),
    (Partner, "regions", "{}"),
    (Partner, "regions", "{Utrecht,Drenthe}"),
    (Partner, "regions", None),
    (Partner, "routing_priority", -(2**31)),
    (LeadActivity, "metadata", "{}"),
    (LeadActivity, "metadata", '{"a": ' + "[" * 19 + "]" * 19 + "}"),
    (LeadActivity, "metadata", '{"id": 9223372036854775807, "list": [1, null, "text"]}'),
]


@pytest.mark.parametrize(("model", "column", "value"), ACCEPTED)
def test_a_value_within_its_range_is_left_alone(model: type[models.Model], column: str, value: Any) -> None:
    row = row_of(model)
    statement = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(
        sql.Identifier(model._meta.db_table), sql.Identifier(column)
    )

    with connection.cursor() as cursor:
        cursor.execute(statement, [value, row.pk])

        assert cursor.rowcount == 1


def test_a_form_is_told_beside_the_field() -> None:
    lead = make_lead()
    lead.message = "x" * 100_001

    with pytest.raises(ValidationError) as refused:
        lead.full_clean()

    assert refused.value.message_dict == {"message": ["message: the text can have 100000 characters at the most."]}
    lead.full_clean(exclude={"message"})


def test_the_declarations_of_a_migration_are_those_of_the_model() -> None:
    rules = [
        TimeRange(name="a", fields=("b", "c")),
        TextLength(name="a", fields=("b",), most=3),
        PlainList(name="a", fields=("b",), entries=2),
        JsonObject(name="a", fields=("b",), levels=2),
    ]

    assert [rule.clone() for rule in rules] == rules
    assert rules[0] != rules[1]
