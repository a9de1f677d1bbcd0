"""Leads whose rows break a rule: their activities are logged, and the first contact is made up for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg import sql
from psycopg.errors import CheckViolation

from leads.models import Lead, LeadActivity
from leads.triggers.sql import lead_is_valid
from leads.vocabulary import LeadStatus
from migrations_sql.checks import ColumnCheck
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import add_rule, alter_table, before_the_rule
from tests.factories.raw import copy_rows, execute

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

BROKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("leads_status_known", {"status": "contacted"}, {"status": "new"}),
    ("leads_deal_value_not_negative", {"deal_value": -1}, {"deal_value": None}),
]
"""A rule, what breaks it, and what puts it right."""


def make_old_lead(rule: str = "leads_deal_value_not_negative", **fields: Any) -> Lead:
    """A lead that breaks the rule."""
    with before_the_rule("leads", rule):
        return make_lead(created_at=MONDAY, **fields)


def first_contact_of(lead: Lead) -> datetime | None:
    return Lead.objects.get(id=lead.id).first_contact_at


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, CheckViolation)
    assert caught.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(("rule", "wrong", "right"), BROKEN)
def test_activities_are_logged_and_the_first_contact_is_made_up_for(
    rule: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    old, other = make_old_lead(rule, **wrong), make_lead(created_at=MONDAY)
    contact = MONDAY + timedelta(hours=2)
    rows = [(lead.id, "phone_call", contact + timedelta(hours=at)) for lead in (old, other) for at in (1, 0)]

    copy_rows("lead_activities", ("lead_id", "type", "created_at"), [*rows, (old.id, "note", MONDAY)])
    while_broken = first_contact_of(old)
    Lead.objects.filter(id=old.id).update(**right)

    assert LeadActivity.objects.filter(lead=old).count() == 3
    assert first_contact_of(other) == contact
    assert (while_broken, first_contact_of(old)) == (None, contact)


def test_a_lead_without_contact_that_is_put_right_has_none() -> None:
    lead = make_old_lead(deal_value=-1)
    execute("INSERT INTO lead_activities (lead_id, type) VALUES (%s, 'note')", [lead.id])

    execute("UPDATE leads SET deal_value = 0")

    assert first_contact_of(lead) is None


def test_of_a_rerouted_lead_only_the_new_partners_contact_is_made_up_for() -> None:
    handed_over = MONDAY + timedelta(days=2)
    lead = make_old_lead(deal_value=-1, partner=make_partner(), assigned_at=handed_over, tried_partner_ids=[])
    rows = [(lead.id, "phone_call", handed_over + timedelta(hours=at)) for at in (-5, 3, 4)]
    copy_rows("lead_activities", ("lead_id", "type", "created_at"), rows)

    execute("UPDATE leads SET deal_value = NULL")

    assert first_contact_of(lead) == handed_over + timedelta(hours=3)


def test_a_first_contact_that_is_known_stays() -> None:
    contact = MONDAY + timedelta(hours=5)
    lead = make_old_lead(deal_value=-1, first_contact_at=contact)
    execute(
        "INSERT INTO lead_activities (lead_id, type, created_at) VALUES (%s, 'phone_call', %s)",
        [lead.id, MONDAY + timedelta(hours=1)],
    )

    execute("UPDATE leads SET deal_value = NULL, first_contact_at = NULL")

    assert first_contact_of(lead) == contact


def test_a_first_contact_before_the_lead_can_be_put_right() -> None:
    contact = MONDAY + timedelta(hours=2)
    lead = make_old_lead("leads_first_contact_after_creation", first_contact_at=MONDAY - timedelta(days=1))
    execute("INSERT INTO lead_activities (lead_id, type, created_at) VALUES (%s, 'meeting', %s)", [lead.id, contact])

    with refused("leads_first_contact_after_creation"):
        execute("UPDATE leads SET province = 'Drenthe'")
    execute("UPDATE leads SET first_contact_at = NULL")
    derived = first_contact_of(lead)
    execute("UPDATE leads SET first_contact_at = %s", [MONDAY])

    assert derived == contact
    assert first_contact_of(lead) == contact


def test_of_a_first_contact_before_the_lead_the_lead_can_be_put_right() -> None:
    contact = MONDAY - timedelta(days=1)
    lead = make_old_lead("leads_first_contact_after_creation", first_contact_at=contact)

    execute("UPDATE leads SET created_at = %s", [contact])

    assert first_contact_of(lead) == contact


def test_a_lead_that_does_not_say_when_it_came_gets_no_first_contact_until_it_does() -> None:
    alter_table("leads", sql.SQL("ALTER created_at DROP NOT NULL").format())
    execute("INSERT INTO leads (created_at) VALUES (NULL)")
    add_rule("leads", "leads_created_at_not_null", "CHECK (created_at IS NOT NULL)")
    lead, other = Lead.objects.get(), make_lead(created_at=MONDAY)

    copy_rows("lead_activities", ("lead_id", "type"), [(lead.id, "phone_call"), (other.id, "phone_call")])
    while_broken = first_contact_of(lead)
    execute("UPDATE leads SET created_at = now() WHERE created_at IS NULL")

    assert while_broken is None
    assert None not in (first_contact_of(lead), first_contact_of(other))


def test_the_rules_that_the_triggers_ask_about_are_those_of_the_leads_table() -> None:
    chance = Random(5)
    times = [None, MONDAY, MONDAY + timedelta(seconds=1)]
    rows = [
        (
            chance.choice([*LeadStatus.values, None, "", "NEW", "contacted"]),
            chance.choice([None, -1, 0, 1]),
            chance.choice(times),
            chance.choice(times),
        )
        for _ in range(2_000)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conrelid = 'leads'::regclass AND contype = 'c' AND conname = ANY(%s)",
            [[rule.name for rule in Lead._meta.constraints if not isinstance(rule, ColumnCheck)]],
        )
        checks = [expression for (expression,) in cursor.fetchall()]
        required = [f"{field.column} IS NOT NULL" for field in Lead._meta.fields if not (field.null or field.blank)]
        known = ("status", "deal_value", "first_contact_at", "created_at")
        kept = " AND ".join(
            f"coalesce({check}, true)" for check in [*checks, *required] if any(word in check for word in known)
        )
        cursor.execute(
            f"SELECT {lead_is_valid('leads')}, {kept}"
            " FROM unnest(%s::text[], %s::numeric[], %s::timestamptz[], %s::timestamptz[])"
            " AS leads (status, deal_value, first_contact_at, created_at)",
            [list(column) for column in zip(*rows, strict=True)],
        )
        found = cursor.fetchall()

    assert len(checks) == 3
    assert set(found) == {(True, True), (False, False)}
