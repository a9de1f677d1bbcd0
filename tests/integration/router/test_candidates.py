"""What is kept from one reading of the partners to the next never outlives a change."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Partner
from performance.services.refresh import refresh_statistics
from router.policies.services import save_version
from router.scoring import LeadFacts, rank_lead
from router.snapshot import candidates as module
from router.snapshot import load_snapshot
from router.snapshot.candidates import Candidates, SnapshotChanged
from tests.integration.router.worlds import make_leads, make_partners

pytestmark = pytest.mark.django_db

LEAD = LeadFacts(lead_id="00000000-0000-4000-8000-000000000000", province="Utrecht")


def load() -> Candidates:
    return load_snapshot().at(timezone.now())


def eligible() -> int:
    field = load()
    return int(rank_lead(LEAD, field.pool, field.policy.route).order.size)


def test_a_second_reading_takes_one_statement() -> None:
    make_partners(3)
    refresh_statistics(triggered_by="test")
    load()

    with CaptureQueriesContext(connection) as queries:
        load()

    assert len(queries) == 1


def test_changed_declarations_show_at_once() -> None:
    partner = make_partners(2)[0]
    assert eligible() == 2

    Partner.objects.filter(pk=partner.pk).update(regions=["Zeeland"])

    assert eligible() == 1


def test_partners_that_come_and_go_show_at_once() -> None:
    partner = make_partners(2)[0]
    assert load().pool.size == 2

    partner.delete()
    make_partners(2)

    assert load().pool.size == 3


def test_new_statistics_show_at_once() -> None:
    partner = make_partners(1, ai_risk_score=10)[0]
    refresh_statistics(triggered_by="test")
    before = load().pool.performance.item(0)
    Partner.objects.filter(pk=partner.pk).update(ai_risk_score=100)
    assert load().pool.performance.item(0) == before, "the statistics are those of the last refresh"

    with connection.cursor() as cursor:
        cursor.execute("REFRESH MATERIALIZED VIEW partner_performance_stats")
        cursor.execute(
            "INSERT INTO partner_performance_refresh_runs"
            " (as_of, started_at, finished_at, duration_ms, row_count, mode, triggered_by)"
            " VALUES (now() + interval '1 second', now(), now(), 1, 1, 'plain', 'test')"
        )

    assert load().pool.performance.item(0) == pytest.approx(before + 9.0)


def test_a_new_policy_shows_at_once() -> None:
    make_partners(1)
    assert load().policy.version == 1

    save_version(values={"prior": 20.0}, reason="stricter", user=User.objects.create_user("tuner"))

    field = load()
    assert field.policy.version == 2
    assert field.pool.performance.item(0) == pytest.approx(20.0)


def test_before_the_first_refresh_everybody_scores_the_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    make_partners(2, ai_risk_score=100)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partner_performance_refresh_runs")

    field = load()

    assert field.as_of is None
    assert field.pool.performance.tolist() == pytest.approx([50.0, 50.0])


def test_waiting_and_open_leads_are_read_each_time() -> None:
    partner = make_partners(1, max_open_leads=3)[0]
    assert load().pool.open_leads.tolist() == [0]

    make_leads(2, partner=partner)

    pool = load().pool
    assert pool.open_leads.tolist() == [2]
    assert pool.waiting_hours.item(0) == pytest.approx(1 / 60, rel=0.2)


def test_partners_that_change_faster_than_they_can_be_read_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    make_partners(1)
    original = module._read_roster

    def change_meanwhile(**kwargs: Any) -> Any:
        Partner.objects.update(regions=["Utrecht"] * (len(calls) + 1))
        calls.append(1)
        return original(**kwargs)

    calls: list[int] = []
    monkeypatch.setattr(module, "_read_roster", change_meanwhile)

    with pytest.raises(SnapshotChanged):
        load()

    assert len(calls) == 5
