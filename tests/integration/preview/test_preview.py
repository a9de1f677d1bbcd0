"""What a preview reads, says and refuses."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Lead, Partner
from router.models import LeadAssignmentLog, RoutingPolicy
from router.policies.queries import PolicyError
from router.policies.services import save_version
from router.preview import PolicyComparison, compare, lack_of_evidence, preview_policy
from router.snapshot import partner_reader
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute
from tests.integration.preview.worlds import make_world, refresh

pytestmark = pytest.mark.django_db

OUTCOMES = ["id", "user_id", "status", "created_at", "assigned_at", "decided_at"]


@pytest.fixture
def now() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    compare._kept.clear()


def decided(partner: Partner, *, won: int, lost: int, now: datetime) -> None:
    """Leads that the partner won and lost before yesterday."""
    at = now - timedelta(days=2)
    Lead.objects.bulk_create(
        Lead(partner=partner, status=status, created_at=at, assigned_at=at, decided_at=at)
        for status, count in (("won", won), ("lost", lost))
        for _ in range(count)
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"performance_weight": 101}, "performance_weight"),
        ({"performance_weight": "much"}, "performance_weight"),
        ({"prior": "nan"}, "prior"),
        ({"priority_points": 1001}, "priority_points"),
        ({"colour": 1}, "colour"),
        ({"version": 1}, "version"),
        ({"region_weight": 0, "performance_weight": 0, "fairness_weight": 0}, "__all__"),
    ],
)
def test_values_that_could_not_be_saved_are_refused_by_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(PolicyError) as refused:
        preview_policy(values=values)

    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_days_out_of_range_are_refused(days: int) -> None:
    with pytest.raises(PolicyError) as refused:
        preview_policy(values={}, days=days)

    assert list(refused.value.errors) == ["days"]


def test_an_empty_marketplace_has_an_answer(now: datetime) -> None:
    comparison = preview_policy(values={"performance_weight": 1}, now=now)

    assert (comparison.leads, comparison.changed, comparison.changed_share) == (0, 0, 0.0)
    assert comparison.active.mean_performance is None
    assert "no lead was assigned" in comparison.verdict
    assert PolicyComparison.from_record(json.loads(json.dumps(comparison.as_record()))) == comparison


def test_leads_go_to_the_one_who_wins_more_when_performance_weighs_more(now: datetime) -> None:
    winner, loser = make_partner(max_open_leads=None), make_partner(max_open_leads=None, routing_priority=8)
    decided(winner, won=45, lost=5, now=now)
    decided(loser, won=5, lost=45, now=now)
    for minutes in range(1, 21):
        make_lead(created_at=now - timedelta(minutes=minutes))
    refresh()
    save_version(values={"priority_points": 10.0, "fairness_weight": 0.0}, reason="A favourite.", user=None)

    comparison = preview_policy(values={"priority_points": 0}, days=1, now=now)

    assert comparison.leads == 20
    assert comparison.active.shares == {str(loser.id): 1.0}
    assert comparison.draft.shares == {str(winner.id): 1.0}
    assert comparison.changed == 20
    assert [(row.id, row.difference) for row in comparison.partners] == [(str(loser.id), -20), (str(winner.id), 20)]
    assert comparison.draft.expected_deal_rate.value == pytest.approx(0.88, abs=0.04)
    assert comparison.difference.is_clear
    assert "more leads" in comparison.verdict
    assert comparison.draft.mean_performance is not None
    assert comparison.active.mean_performance is not None
    assert comparison.draft.mean_performance > comparison.active.mean_performance
    assert (comparison.active.without_leads, comparison.active.gini) == (1, 0.5)
    assert comparison.active.longest_wait_hours == 24.0


def test_the_other_way_round_it_says_fewer(now: datetime) -> None:
    winner, loser = make_partner(max_open_leads=None), make_partner(max_open_leads=None, routing_priority=8)
    decided(winner, won=45, lost=5, now=now)
    decided(loser, won=5, lost=45, now=now)
    make_lead(created_at=now - timedelta(minutes=5))
    refresh()
    save_version(values={"priority_points": 0.0}, reason="No favourites.", user=None)

    comparison = preview_policy(values={"priority_points": 20.0}, days=1, now=now)

    assert (comparison.policy_version, comparison.changed) == (2, 1)
    assert "fewer leads" in comparison.verdict


def test_where_little_was_decided_nothing_is_said_of_the_deal_rate(now: datetime) -> None:
    decided(make_partner(max_open_leads=None), won=9, lost=9, now=now)
    make_lead(created_at=now - timedelta(minutes=5))
    refresh()

    comparison = preview_policy(values={"performance_weight": 1}, days=1, now=now)

    assert not comparison.draft.expected_deal_rate.enough
    assert lack_of_evidence(comparison.draft.expected_deal_rate) == comparison.verdict
    assert "fewer than 30 leads" in comparison.verdict


def test_with_more_leads_than_the_limit_the_newest_are_taken_and_it_says_so(now: datetime) -> None:
    make_partner(max_open_leads=None)
    leads = [make_lead(created_at=now - timedelta(minutes=minutes)) for minutes in range(1, 11)]

    comparison = preview_policy(values={}, now=now, limit=4)

    assert (comparison.is_sample, comparison.leads, comparison.leads_in_window) == (True, 4, 10)
    assert comparison.since == leads[3].created_at.isoformat()
    assert not preview_policy(values={}, now=now, limit=10).is_sample


def test_leads_at_one_moment_do_not_make_more_than_the_limit(now: datetime) -> None:
    make_partner(max_open_leads=None)
    for _ in range(6):
        make_lead(created_at=now - timedelta(minutes=5))

    assert preview_policy(values={}, now=now, limit=4).leads == 4


def test_leads_outside_of_the_days_are_left_out(now: datetime) -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=now - timedelta(days=2, minutes=1))
    make_lead(created_at=now)
    make_lead(created_at=now - timedelta(days=2))

    assert preview_policy(values={}, days=2, now=now).leads == 1


def test_places_are_counted_from_before_the_window_and_freed_in_time(now: datetime) -> None:
    partner = make_partner(max_open_leads=1)
    start = now - timedelta(days=1)
    # Open when the day began, and lost nine hours later: until then, the partner is full.
    copy_rows(
        "leads",
        OUTCOMES,
        [
            [
                "00000000-0000-4000-8000-000000000001",
                partner.id,
                "lost",
                start - timedelta(days=3),
                None,
                start + timedelta(hours=9),
            ]
        ],
    )
    for hours in (1, 11, 13):
        make_lead(created_at=start + timedelta(hours=hours))

    comparison = preview_policy(values={}, days=1, now=now)

    # The lead at hour 11 came in the step from 8 to 12; the place is free at 12.
    assert (comparison.active.assigned, comparison.active.nobody) == (1, 2)
    assert comparison.active.cap_hits == 1


def test_inactive_full_and_broken_partners_get_nothing(now: datetime) -> None:
    make_partner(is_active_for_routing=False)
    make_partner(max_open_leads=0)
    make_partner(company_name="Nobody Ltd")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE profiles ADD CONSTRAINT not_ours CHECK (company_name <> 'Nobody Ltd') NOT VALID")
    make_lead(created_at=now - timedelta(hours=1))

    comparison = preview_policy(values={}, days=1, now=now)

    assert (comparison.leads, comparison.active.nobody) == (1, 1)


def test_it_writes_nothing(now: datetime) -> None:
    make_world(seed=3, now=now, days=5, leads=200, partners=10)
    tables = ("leads", "profiles", "lead_assignment_logs", "routing_policies")

    def contents() -> list[Any]:
        with connection.cursor() as cursor:
            found = []
            for table in tables:
                cursor.execute(f"SELECT md5(string_agg({table}::text, ' ' ORDER BY id)) FROM {table}")
                found.append(cursor.fetchone())
        return found

    before = contents()
    preview_policy(values={"performance_weight": 3}, days=5, now=now)
    preview_policy(values={"performance_weight": 3}, days=5, now=now, limit=None)

    assert contents() == before
    assert not LeadAssignmentLog.objects.exists()
    assert RoutingPolicy.objects.count() == 1


def statements(values: dict[str, Any], now: datetime, **options: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        preview_policy(values=values, days=5, now=now, **options)
    return [query["sql"] for query in queries]


def reads_leads(now: datetime) -> bool:
    """Whether a preview reads the leads, and not only what shows that nothing has changed."""
    return any("leads" in statement.split() for statement in statements({}, now))


def test_the_number_of_statements_does_not_grow_with_leads_or_partners(now: datetime) -> None:
    make_world(seed=3, now=now, days=5, leads=20, partners=5)
    first, next_one = len(statements({"prior": 1}, now)), len(statements({"prior": 2}, now))
    make_world(seed=4, now=now, days=5, leads=400, partners=40)
    partner_reader.forget()

    assert (len(statements({"prior": 1}, now)), len(statements({"prior": 2}, now))) == (first, next_one)


@pytest.mark.django_db(transaction=True)
def test_the_next_position_of_a_slider_reads_the_policy_and_what_changed_of_the_partners(now: datetime) -> None:
    make_partner(max_open_leads=None)
    preview_policy(values={"prior": 1}, days=5, now=now)

    policy, partners = statements({"prior": 2}, now)

    assert 'FROM "routing_policies"' in policy
    assert "FROM partner_paces_since" in partners


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE profiles SET is_active_for_routing = false",
        "UPDATE profiles SET routing_priority = 3",
        "UPDATE profiles SET lead_industries = '{roofs}'",
        "INSERT INTO profiles (company_name) VALUES ('One more')",
    ],
)
def test_what_is_kept_is_read_anew_when_a_partner_changes(change: str, now: datetime) -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=now - timedelta(hours=1))
    assert reads_leads(now)
    assert not reads_leads(now)

    execute(change)

    assert reads_leads(now)


def test_what_is_kept_is_read_anew_for_another_policy_and_fresh_statistics(now: datetime) -> None:
    make_partner(max_open_leads=None)
    make_lead(created_at=now - timedelta(hours=1))
    assert reads_leads(now)

    save_version(values={"prior": 60.0}, reason="Milder", user=None)
    assert reads_leads(now)
    assert not reads_leads(now)
    refresh()
    assert reads_leads(now)


def test_only_so_many_answers_are_kept(now: datetime) -> None:
    for days in range(1, 10):
        preview_policy(values={}, days=days, now=now)

    assert len(compare._kept) == compare._KEPT


def test_a_record_reads_back_as_it_was(now: datetime) -> None:
    make_world(seed=5, now=now, days=5, leads=300, partners=12)
    comparison = preview_policy(values={"fairness_weight": 90}, days=5, now=now)

    record = json.loads(json.dumps(comparison.as_record()))

    assert PolicyComparison.from_record(record) == comparison
    assert record["difference"]["enough"] is comparison.difference.enough
    assert len(comparison.changes) == min(comparison.changed, 100)


def test_every_read_of_leads_is_by_an_index(now: datetime) -> None:
    make_world(seed=6, now=now, days=5, leads=50, partners=5)
    execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        preview_policy(values={}, days=5, now=now)
    reads = [
        query["sql"] for query in queries if "leads" in query["sql"] and query["sql"].lstrip().startswith("SELECT")
    ]
    assert len(reads) >= 4

    for read in reads:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {read.replace('%', '%%')}", [])
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on leads" not in plan
        assert "Seq Scan on lead_activities" not in plan
