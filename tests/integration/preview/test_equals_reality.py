"""A preview says, lead by lead, what activating the draft and living the same days again would have done."""

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from router.models import LeadAssignmentLog
from router.policies.queries import active_policy, proposed_policy
from router.policies.services import save_version
from router.preview import PolicyComparison, compare, preview_policy
from tests.integration.preview.worlds import PastLead, live_again, make_world
from tests.shared import undone

pytestmark = [pytest.mark.django_db, pytest.mark.unmeasured]

DAYS = 10
LEADS = 5_000


@pytest.fixture(scope="module")
def now() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def past(now: datetime, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[PastLead]]:
    """A past that takes long to make; no test changes it for the next one."""
    with undone(django_db_blocker):
        yield make_world(seed=11, now=now, days=DAYS, leads=LEADS)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    compare._kept.clear()


def winners_of(values: dict[str, Any], comparison: PolicyComparison) -> dict[uuid.UUID, uuid.UUID | None]:
    """What the preview's own last run of these values gave each lead."""
    kept = compare._kept[-1]
    places, _ = compare._run(kept.context, compare._Policy.of(proposed_policy(values)), kept.leads)
    ids = kept.context.partners.territories.partner_ids
    assert len(kept.leads) == comparison.leads
    return {
        uuid.UUID(lead.lead_id): None if place < 0 else uuid.UUID(ids[place])
        for lead, place in zip(kept.leads, places.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    "values",
    [
        {"performance_weight": 80.0, "fairness_weight": 5.0, "deal_rate_weight": 60.0, "prior_strength": 1.0},
        {"require_regional_match": False, "region_weight": 70.0, "fairness_weight": 90.0, "priority_points": 4.0},
    ],
)
def test_the_preview_equals_activation_and_replay(values: dict[str, Any], past: list[PastLead], now: datetime) -> None:
    comparison = preview_policy(values=values, days=DAYS, now=now)
    under_active, under_draft = winners_of({}, comparison), winners_of(values, comparison)
    start = now - timedelta(days=DAYS)
    assert comparison.leads == LEADS
    assert comparison.since == start.isoformat()

    lived = {"active": live_again(past, start=start, end=now)}
    save_version(values=values, reason="It did well in the preview.", user=None)
    lived["draft"] = live_again(past, start=start, end=now)

    assert under_active == lived["active"]
    assert under_draft == lived["draft"]
    changed = [lead for lead in under_active if lived["active"][lead] != lived["draft"][lead]]
    assert comparison.changed == len(changed) > 100
    assert {row.lead_id: (row.active_id, row.draft_id) for row in comparison.changes} == {
        str(lead): tuple(who and str(who) for who in (lived["active"][lead], lived["draft"][lead]))
        for lead in changed[: len(comparison.changes)]
    }
    for outcome, name in ((comparison.active, "active"), (comparison.draft, "draft")):
        counts = Counter(who for who in lived[name].values() if who)
        assert outcome.nobody == LEADS - counts.total()
        assert outcome.cap_hits > 10
        assert outcome.shares == {str(who): count / counts.total() for who, count in counts.items()}
    assert comparison.active.nobody > 100
    # Both were lived through the service: it decided on each lead twice.
    assert LeadAssignmentLog.objects.filter(outcome="assigned").count() == (
        comparison.active.assigned + comparison.draft.assigned
    )


@pytest.mark.usefixtures("past")
def test_the_active_policy_against_itself_changes_nothing(now: datetime) -> None:
    active = active_policy()

    comparison = preview_policy(
        values={name: getattr(active, name) for name in ("performance_weight", "prior", "require_regional_match")},
        days=DAYS,
        now=now,
    )

    assert comparison.changed == 0
    assert comparison.changes == ()
    assert comparison.active == comparison.draft
    assert (comparison.difference.value, comparison.difference.low, comparison.difference.high) == (0.0, 0.0, 0.0)
    assert all(row.difference == 0 for row in comparison.partners)


@pytest.mark.usefixtures("past")
def test_all_leads_in_portions_give_the_same_as_at_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_PORTION", 700)
    values = {"fairness_weight": 60.0}
    seen: list[tuple[int, int]] = []

    quick = preview_policy(values=values, days=DAYS, now=now)
    full = preview_policy(values=values, days=DAYS, now=now, limit=None, on_progress=lambda *at: seen.append(at))

    assert full == quick
    assert quick.changed > 0
    assert seen == [(min(700 * n, LEADS), LEADS) for n in range(9)]
