"""Every migration of the app goes back, and forward to the same schema."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from performance.models import PartnerPerformanceStats
from performance.queries import stats_as_of
from performance.services.refresh import refresh_statistics
from tests.factories.marketplace import make_lead, make_partner

pytestmark = pytest.mark.django_db

_BACKWARDS = ("0008", "0007", "0006", "0005", "0004", "0003", "0002", "0001", "zero")

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
        call_command("migrate", "performance", target, verbosity=0)
        return schema()

    return to


def test_each_step_back_and_forth_leaves_the_same_schema(migrate: Callable[[str], Schema]) -> None:
    newest = schema()

    back = {target: migrate(target) for target in _BACKWARDS}
    forth = {target: migrate(target) for target in reversed(_BACKWARDS[:-1])}

    assert forth == {target: back[target] for target in forth}
    assert migrate("0009") == newest
    names = {name for _, name in back["zero"]}
    assert not {name for name in names if "partner_performance" in name}
    assert ("relation", "leads") in back["zero"]


def test_the_statistics_can_be_refreshed_before_and_after(migrate: Callable[[str], Schema]) -> None:
    make_lead(partner=make_partner(), created_at=timezone.now() - timedelta(days=1))
    refresh_statistics(triggered_by="test")

    migrate("0003")
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_partner_performance_stats()")
        cursor.execute("SELECT leads_assigned_30d FROM partner_performance_stats")
        legacy = cursor.fetchall()
    migrate("0006")
    plain = refresh_statistics(triggered_by="test").mode
    migrate("0009")
    concurrent = refresh_statistics(triggered_by="test").mode

    assert legacy == [(1,)]
    assert (plain, concurrent) == ("plain", "concurrent")
    assert PartnerPerformanceStats.objects.get().leads_assigned_30d == 1


def test_where_statistics_were_kept_the_new_version_has_them_at_once(migrate: Callable[[str], Schema]) -> None:
    make_lead(partner=make_partner(), created_at=timezone.now() - timedelta(days=1))
    refresh_statistics(triggered_by="test")
    as_of = stats_as_of()

    migrate("0006")
    without = stats_as_of()
    migrate("0009")

    assert without is None
    assert stats_as_of() == as_of is not None
    assert PartnerPerformanceStats.objects.get().leads_assigned_30d == 1


def test_where_they_were_never_refreshed_the_new_version_has_no_rows(migrate: Callable[[str], Schema]) -> None:
    make_partner()

    migrate("0006")
    migrate("0009")

    assert stats_as_of() is None
    assert refresh_statistics(triggered_by="test").mode == "plain"
