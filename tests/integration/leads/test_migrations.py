"""The first migrations on tables that hold rows already, and the way back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.shared import undone

pytestmark = pytest.mark.django_db

LEAD, ACTIVITY = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def run(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def migrate(target: str) -> None:
    call_command("migrate", "leads", target, verbosity=0)


@pytest.fixture(scope="module")
def legacy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The legacy tables, with rows of their own."""
    with undone(django_db_blocker):
        _make_legacy_rows()
        yield


@pytest.fixture(scope="module")
def migrated(legacy: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The same after all migrations."""
    with undone(django_db_blocker):
        call_command("migrate", verbosity=0)
        yield


def _make_legacy_rows() -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    migrate("0001")
    run("INSERT INTO profiles (id, max_open_leads) VALUES ('33333333-3333-4333-8333-333333333333', -1)")
    run(
        "INSERT INTO leads (id, user_id, status, created_at) VALUES"
        f" ('{LEAD}', '33333333-3333-4333-8333-333333333333', 'accepted', '2026-01-01 12:00+01')"
    )
    run(
        "INSERT INTO lead_activities (id, lead_id, type, created_at) VALUES"
        f" ('{ACTIVITY}', '{LEAD}', 'phone_call', '2026-01-01 12:30+01'),"
        f" (gen_random_uuid(), '{LEAD}', 'email_sent', '2026-01-02 12:30+01'),"
        f" (gen_random_uuid(), '{LEAD}', 'carrier_pigeon', '2026-01-01 12:10+01')"
    )
    run("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.usefixtures("legacy")
def test_the_baseline_is_the_legacy_schema_and_nothing_more() -> None:
    columns = run(
        "SELECT table_name, string_agg(column_name, ' ' ORDER BY column_name) FROM information_schema.columns"
        " WHERE table_name IN ('profiles', 'industries', 'leads', 'lead_activities') GROUP BY 1 ORDER BY 1"
    )

    assert columns == [
        ("industries", "id name"),
        ("lead_activities", "created_at created_by description id lead_id type"),
        (
            "leads",
            "accepted_at created_at id industry_id postcode price_at_purchase province status user_id",
        ),
        (
            "profiles",
            (
                "ai_risk_assessed_at ai_risk_level ai_risk_score id is_active_for_routing lead_industries"
                " lead_locations max_open_leads primary_branch regions routing_priority"
            ),
        ),
    ]
    with pytest.raises(IntegrityError, match="leads_status_check"), transaction.atomic():
        run("UPDATE leads SET status = 'won'")


@pytest.mark.usefixtures("migrated")
def test_first_contact_open_leads_and_last_assignment_come_from_the_rows_that_are_there() -> None:
    assert run("SELECT first_contact_at = '2026-01-01 12:30+01' FROM leads") == [(True,)]
    assert run("SELECT open_leads, last_assigned_at = '2026-01-01 12:00+01' FROM profiles") == [(1, True)]


@pytest.mark.usefixtures("migrated")
def test_types_that_the_data_holds_stay_allowed_and_others_are_refused() -> None:
    run(f"INSERT INTO lead_activities (lead_id, type) VALUES ('{LEAD}', 'carrier_pigeon')")
    with pytest.raises(IntegrityError, match="lead_activities_type_known"), transaction.atomic():
        run(f"INSERT INTO lead_activities (lead_id, type) VALUES ('{LEAD}', 'smoke_signal')")


@pytest.mark.usefixtures("migrated")
def test_rows_that_break_a_new_constraint_stay_and_new_ones_are_refused() -> None:
    assert run("SELECT max_open_leads FROM profiles") == [(-1,)]
    validated = dict(run("SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'profiles'::regclass"))
    assert validated["profiles_max_open_leads_not_negative"] is False
    assert validated["profiles_ai_risk_score_range"] is True
    with pytest.raises(IntegrityError, match="max_open_leads"), transaction.atomic():
        run("INSERT INTO profiles (max_open_leads) VALUES (-2)")
