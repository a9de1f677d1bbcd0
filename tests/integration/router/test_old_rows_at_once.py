"""Old rows that break a rule, and many threads in real transactions."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection

from leads.models import Lead, Partner
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from router.snapshot.routable import due_lead_ids
from router.tasks import sweep_unassigned_leads
from tests.factories.old_rows import before_the_rule
from tests.factories.threads import at_once
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db(transaction=True)

RULES = (
    ("leads", "leads_deal_value_not_negative"),
    ("leads", "leads_first_contact_after_creation"),
    ("profiles", "profiles_ai_risk_level_known"),
)


@pytest.fixture(autouse=True)
def rules_hold_again() -> Iterator[None]:
    """Old rows and `NOT VALID` outlive a test with real transactions, unless they are taken away."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lead_assignment_logs DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE leads, profiles CASCADE")
        cursor.execute("ALTER TABLE lead_assignment_logs ENABLE TRIGGER USER")
        for table, rule in RULES:
            cursor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {rule}")


def test_threads_that_meet_old_rows_route_all_the_others() -> None:
    with before_the_rule(*RULES[2]):
        make_partners(2, routing_priority=10, ai_risk_level="HIGH")
    make_partners(6, max_open_leads=20)
    with before_the_rule(*RULES[0]):
        old = make_leads(10, deal_value=-1)
    leads = make_leads(100)
    wanted = ids([*old, *leads])

    def work(number: int) -> None:
        mine = random.Random(number).sample(wanted, 60)
        LeadAssignmentService(batch_size=15).assign(mine)

    at_once(8, work)
    LeadAssignmentService(batch_size=25).assign(wanted)

    assert set(Lead.objects.filter(partner__isnull=True).values_list("id", flat=True)) == set(ids(old))
    for partner in Partner.objects.all():
        held = Lead.objects.filter(partner=partner).count()
        assert partner.open_leads == held <= (0 if partner.ai_risk_level == "HIGH" else 20)
    logs = LeadAssignmentLog.objects.all()
    assert logs.filter(outcome="assigned").count() == len(leads)
    assert sorted(logs.filter(outcome="no_candidate").values_list("lead_id", flat=True)) == sorted(ids(old))
    assert all(LeadAssignmentService().replay(log).agrees for log in logs)


def test_a_sweep_beside_deletions_and_old_rows_ends_without_an_error() -> None:
    make_partners(3)
    with before_the_rule(*RULES[0]):
        old = make_leads(5, deal_value=-1)
    doomed = ids(make_leads(40))
    make_leads(40)

    def work(number: int) -> None:
        if number == 0:
            sweep_unassigned_leads()
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM leads WHERE user_id IS NULL AND id IN"
                    " (SELECT id FROM leads WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED)",
                    [doomed],
                )

    at_once(2, work)
    sweep_unassigned_leads()

    assert set(Lead.objects.filter(partner__isnull=True).values_list("id", flat=True)) == set(ids(old))


def test_the_sweep_is_done_after_one_round_in_a_table_full_of_old_leads() -> None:
    make_partners(3)
    with before_the_rule(*RULES[0]), before_the_rule(*RULES[1]):
        old = make_leads(3_000, deal_value=-1)
    leads = make_leads(1_500)

    sweep_unassigned_leads()

    assert Lead.objects.filter(partner__isnull=False).count() == len(leads)
    assert LeadAssignmentLog.objects.filter(outcome="no_candidate").count() == len(old)
    assert due_lead_ids(now=leads[0].created_at, limit=10) == []
