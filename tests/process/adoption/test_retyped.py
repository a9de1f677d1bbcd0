"""What adoption lets stay beside a column that gets another type does after it what it did before.

The steps before the migrations run on one copy of an old database, in a transaction that is rolled back.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django.plugin import DjangoDbBlocker

from config.adoption.alignment import before_migrations
from config.adoption.inspection import inspect_within, take_stock
from tests.process.adoption.cases import BY_VARIANT
from tests.process.adoption.commands import adopt
from tests.process.adoption.databases import Databases

pytestmark = pytest.mark.usefixtures("unblocked")


@pytest.fixture(scope="module")
def with_enum(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """An old database with the status as an enum, without anything in the way."""
    with django_db_blocker.unblock(), databases.copy(BY_VARIANT["status_enum"].ready(databases)):
        yield


@pytest.fixture
def cursor(with_enum: None) -> Iterator[CursorWrapper]:
    """A cursor in a transaction that is rolled back."""
    with transaction.atomic(), connection.cursor() as made:
        yield made
        transaction.set_rollback(True)


def answer(cursor: CursorWrapper, statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last of the statements, of which nothing stays."""
    with transaction.atomic():
        for statement in statements.split(";"):
            cursor.execute(statement)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        transaction.set_rollback(True)
    return rows


def retype(cursor: CursorWrapper, *, timezone: str = "UTC") -> None:
    """Run the steps that give columns their new types, if inspection has nothing against it."""
    assert [blocker.what for blocker in inspect_within(cursor, timezone=timezone).blockers] == []
    for step in before_migrations(take_stock(cursor), timezone=timezone):
        cursor.execute(step.sql)
    cursor.execute("ALTER TABLE leads ENABLE TRIGGER USER")


SAME = {
    "a trigger that compares for equality and notes": (
        (
            "CREATE TABLE history (was text, is_now text);"
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.status IS DISTINCT FROM OLD.status AND NEW.status IN ('accepted', 'rejected') THEN"
            " INSERT INTO history VALUES (OLD.status, NEW.status); END IF;"
            " NEW.status := coalesce(NEW.status, 'new'); RETURN NEW; END $$;"
            "CREATE TRIGGER note BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION note()"
        ),
        (
            "UPDATE leads SET status = 'accepted' WHERE user_id IS NOT NULL; UPDATE leads SET status = NULL;"
            "SELECT was, is_now, count(*) FROM history GROUP BY 1, 2"
            " UNION ALL SELECT status::text, '', count(*) FROM leads GROUP BY 1 ORDER BY 1, 2"
        ),
    ),
    "a function of equal values": (
        (
            "CREATE FUNCTION waiting() RETURNS bigint LANGUAGE sql AS"
            " 'SELECT count(*) FROM leads WHERE status IN (''new'', ''accepted'') AND status IS NOT NULL'"
        ),
        "SELECT waiting()",
    ),
    "a check, an index and a default": (
        (
            "ALTER TABLE leads ADD CONSTRAINT odd CHECK (status <> 'completed' OR status IS NOT NULL);"
            "CREATE INDEX i ON leads (status, lower(province)) WHERE status IN ('new', 'accepted')"
        ),
        "INSERT INTO leads (province) VALUES ('Utrecht') RETURNING status::text",
    ),
    "statements with values of the enum": (
        "SELECT",
        (
            "SELECT count(*), count(*) FILTER (WHERE status = ANY (ARRAY['accepted'::lead_status]))"
            " FROM leads WHERE status <> 'new'::lead_status"
        ),
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_what_goes_by_equal_values_of_an_enum_does_the_same_with_text(kind: str, cursor: CursorWrapper) -> None:
    made, asked = SAME[kind]
    cursor.execute(made)
    before = answer(cursor, asked)

    retype(cursor)

    assert before
    assert answer(cursor, asked) == before


def test_a_session_that_is_open_all_the_while_goes_on_working(databases: Databases) -> None:
    trigger, _ = SAME["a trigger that compares for equality and notes"]
    update = "UPDATE leads SET status = 'rejected' WHERE id = md5('lead 1')::uuid"
    with databases.copy(BY_VARIANT["status_enum"].ready(databases)) as database, database.session() as session:
        session.execute(trigger.encode())
        session.execute(update.encode())
        adopt()
        session.execute("UPDATE leads SET province = 'Drenthe' WHERE id = md5('lead 2')::uuid")


def test_a_default_in_local_time_stays_the_same_moment(cursor: CursorWrapper) -> None:
    cursor.execute(
        "DROP MATERIALIZED VIEW partner_performance_stats; ALTER TABLE leads ALTER accepted_at TYPE timestamp,"
        " ALTER accepted_at SET DEFAULT (now() AT TIME ZONE 'Europe/Amsterdam')"
    )

    retype(cursor, timezone="Europe/Amsterdam")

    moment = "SET LOCAL timezone = 'Asia/Tokyo'; INSERT INTO leads DEFAULT VALUES RETURNING accepted_at = now()"
    assert answer(cursor, moment) == [(True,)]


def test_a_default_of_money_stays_the_same_amount(cursor: CursorWrapper) -> None:
    cursor.execute("ALTER TABLE leads ADD deal_value money DEFAULT 12.50::numeric::money")

    retype(cursor)

    assert answer(cursor, "INSERT INTO leads DEFAULT VALUES RETURNING deal_value::text") == [("12.50",)]
