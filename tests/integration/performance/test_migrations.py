"""Every migration of the app goes back, and forward to the same schema."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from performance.models import PartnerPerformanceStats
from performance.services.refresh import refresh_statistics
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

_BACKWARDS = ("0001", "zero")

_SCHEMA = """
    SELECT 'function', proc.oid::regprocedure::text, pg_get_functiondef(proc.oid)
    FROM pg_proc AS proc
    WHERE proc.pronamespace = 'public'::regnamespace AND proc.prokind = 'f'
    UNION ALL
    SELECT 'index', index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid)
    FROM pg_index AS index
    JOIN pg_class AS relation ON relation.oid = index.indexrelid
    WHERE relation.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT
        'relation',
        relation.relname,
        concat_ws(' ', relation.relkind, obj_description(relation.oid), pg_get_viewdef(relation.oid), (
            SELECT
                string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull), ', ' ORDER BY attnum)
            FROM pg_attribute
            WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        ))
    FROM pg_class AS relation
    WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('r', 'm', 'v', 'S')
"""
"""(kind, name, definition) of all that the migrations of this app may make."""

Schema = dict[tuple[str, str], str]


def schema() -> Schema:
    """Definitions by kind and name."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        return {(kind, name): definition for kind, name, definition in cursor.fetchall()}


@pytest.fixture
def migrate() -> Callable[[str], Schema]:
    """Go to a migration of the app within the transaction of the test; returns the schema there."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def to(target: str) -> Schema:
        # What stands on the newest goes back along with it, and comes again.
        call_command("migrate", *(() if target == "newest" else ("performance", target)), verbosity=0)
        return schema()

    return to


def test_each_step_back_and_forth_leaves_the_same_schema(migrate: Callable[[str], Schema]) -> None:
    newest = schema()

    back = {target: migrate(target) for target in _BACKWARDS}
    forth = {target: migrate(target) for target in reversed(_BACKWARDS[:-1])}

    assert forth == {target: back[target] for target in forth}
    assert migrate("newest") == newest
    names = {name for _, name in back["zero"]}
    assert not {name for name in names if "partner_performance" in name}
    assert ("relation", "leads") in back["zero"]


def test_the_statistics_can_be_refreshed_before_and_after(migrate: Callable[[str], Schema]) -> None:
    make_lead(partner=make_partner(), created_at=timezone.now() - timedelta(days=1))

    migrate("0001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_partner_performance_stats()")
        cursor.execute("SELECT leads_assigned_30d FROM partner_performance_stats")
        legacy = cursor.fetchall()
    migrate("newest")
    modes = [refresh_statistics(triggered_by="test").mode for _ in range(2)]

    assert legacy == [(1,)]
    assert modes == ["plain", "concurrent"]
    assert PartnerPerformanceStats.objects.get().leads_assigned_30d == 1
