"""Rows that break a rule are put right while others move the leads: real threads, real transactions."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from leads.models import Lead, Partner
from leads.queries import counter_differences
from leads.services.capacity import verify_open_leads
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.old_rows import before_the_rule
from tests.factories.raw import copy_rows, execute
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RULES = (("profiles", "profiles_ai_risk_level_known"), ("leads", "leads_deal_value_not_negative"))


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


def make_old_partners(count: int, **fields: object) -> list[Partner]:
    with before_the_rule(*RULES[0]):
        return [make_partner(ai_risk_level="HIGH", **fields) for _ in range(count)]


def put_right(partner: Partner) -> None:
    execute("UPDATE profiles SET ai_risk_level = 'high' WHERE id = %s", [partner.id])


def one_waits_for_the_other(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do the first in a transaction that commits when the second, in a thread of its own, waits for a lock."""
    done = Event()

    def work(number: int) -> None:
        if number == 1:
            assert done.wait(timeout=30)
            second()
            return
        with transaction.atomic():
            first()
            done.set()
            assert somebody_waits_for_a_lock()

    at_once(2, work)


def somebody_waits_for_a_lock() -> bool:
    for _ in range(1000):
        if execute("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"):
            return True
        time.sleep(0.01)
    return False


def close(partner: Partner) -> None:
    execute(
        "UPDATE leads SET status = 'won' WHERE id = (SELECT id FROM leads WHERE user_id = %s LIMIT 1)", [partner.id]
    )


def delete(partner: Partner) -> None:
    execute("DELETE FROM leads WHERE id = (SELECT id FROM leads WHERE user_id = %s LIMIT 1)", [partner.id])


def insert(partner: Partner) -> None:
    execute("INSERT INTO leads (user_id) VALUES (%s)", [partner.id])


def hand_over(partner: Partner) -> None:
    execute("UPDATE leads SET user_id = %s WHERE user_id IS NULL", [partner.id])


def close_everywhere(partner: Partner) -> None:
    execute("UPDATE leads SET status = 'lost'")


@pytest.mark.parametrize("move", [close, delete, insert, hand_over, close_everywhere])
@pytest.mark.parametrize("order", ["the move first", "the repair first"])
def test_a_partner_that_is_put_right_meanwhile_is_counted_exactly(move: Callable[[Partner], None], order: str) -> None:
    (partner,) = make_old_partners(1)
    copy_rows("leads", ("user_id",), [(partner.id,), (partner.id,), (make_partner().id,), (None,)])
    steps = (lambda: move(partner), lambda: put_right(partner))

    one_waits_for_the_other(*(steps if order == "the move first" else reversed(steps)))

    assert counter_differences() == []
    assert Partner.objects.get(id=partner.id).open_leads == Lead.objects.open().of_partner(partner.id).count()


def test_a_repair_that_is_taken_back_leaves_nothing_counted() -> None:
    (partner,) = make_old_partners(1)

    def repair() -> None:
        with transaction.atomic():
            put_right(partner)
            done.set()
            assert somebody_waits_for_a_lock()
            transaction.set_rollback(True)

    def work(number: int) -> None:
        if number == 0:
            repair()
        else:
            assert done.wait(timeout=30)
            insert(partner)

    done = Event()
    at_once(2, work)

    assert Partner.objects.get().open_leads == 0
    assert Lead.objects.count() == 1


def test_the_cap_of_such_a_partner_holds_when_eight_threads_hand_over_at_once() -> None:
    (partner,) = make_old_partners(1, max_open_leads=3)
    leads = [make_lead() for _ in range(8)]

    def give(number: int) -> bool:
        try:
            execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[number].id])
        except IntegrityError:
            return False
        return True

    assert sum(at_once(8, give)) == 3


def test_the_cap_holds_while_the_partner_is_put_right() -> None:
    (partner,) = make_old_partners(1, max_open_leads=3)
    leads = [make_lead() for _ in range(12)]

    def work(number: int) -> int:
        if number == 0:
            put_right(partner)
            return 0
        given = 0
        for lead in leads[number - 1 :: 6]:
            try:
                execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])
            except IntegrityError:
                continue
            given += 1
        return given

    assert sum(at_once(7, work)) == 3
    assert counter_differences() == []


@pytest.mark.parametrize("seed", range(3))
def test_counters_are_exact_after_a_repair_among_many_writers(seed: int) -> None:
    partners = [*make_old_partners(4), make_partner(), make_partner()]
    copy_rows("leads", ("user_id",), [(partner.id,) for partner in partners for _ in range(20)])
    lead_ids = list(Lead.objects.order_by("id").values_list("id", flat=True))

    def work(number: int) -> None:
        random = Random(f"{seed} {number}")
        if number == 0:
            for partner in partners[:4]:
                time.sleep(random.random() / 20)
                put_right(partner)
                verify_open_leads(fix=True)
            return
        for lead_id in lead_ids[number::6]:
            what = random.randrange(4)
            partner = random.choice(partners)
            if what == 0:
                copy_rows("leads", ("user_id", "status"), [(random.choice(partners).id, "new"), (partner.id, "lost")])
            elif what == 1:
                execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead_id])
            elif what == 2:
                execute("UPDATE leads SET status = 'won' WHERE id = %s", [lead_id])
            else:
                execute("DELETE FROM leads WHERE id = %s", [lead_id])

    at_once(6, work)

    assert not Partner.objects.filter(ai_risk_level="HIGH").exists()
    assert counter_differences() == []


@pytest.mark.parametrize("order", ["the contact first", "the repair first"])
def test_a_lead_that_is_put_right_meanwhile_has_its_first_contact(order: str) -> None:
    with before_the_rule(*RULES[1]):
        lead = make_lead(deal_value=-1, created_at=MONDAY)
    contact = MONDAY + timedelta(hours=1)
    steps = (
        lambda: copy_rows("lead_activities", ("lead_id", "type", "created_at"), [(lead.id, "phone_call", contact)]),
        lambda: execute("UPDATE leads SET deal_value = 1 WHERE id = %s", [lead.id]),
    )

    one_waits_for_the_other(*(steps if order == "the contact first" else reversed(steps)))

    assert Lead.objects.get().first_contact_at == contact
