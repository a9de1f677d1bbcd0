import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.models import Lead, Partner
from leads.services.capacity import verify_open_leads
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import bind_again, execute, exempt
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def tamper(partner: Partner, **values: object) -> None:
    """Set the counter wrong, past its guard."""
    with transaction.atomic():
        exempt("counters")
        Partner.objects.filter(id=partner.id).update(**values)
        bind_again("counters")


def counters(partner: Partner) -> tuple[int, datetime | None]:
    partner.refresh_from_db()
    return partner.open_leads, partner.last_assigned_at


@pytest.fixture
def partner() -> Partner:
    """A partner with two open leads and a closed one, the last from Monday."""
    partner = make_partner(company_name="Dakdekker De Vries")
    for status in ("new", "accepted", "won"):
        make_lead(partner=partner, status=status, created_at=MONDAY, assigned_at=MONDAY)
    return partner


def test_what_the_triggers_kept_is_right(partner: Partner) -> None:
    make_partner()

    assert verify_open_leads(fix=False) == []
    assert verify_open_leads(fix=True) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"open_leads": 9},
        {"open_leads": 0},
        {"last_assigned_at": None},
        {"last_assigned_at": MONDAY - timedelta(days=1)},
        {"open_leads": 9, "last_assigned_at": None},
    ],
)
def test_a_wrong_counter_is_found_and_set_right(partner: Partner, wrong: dict[str, object]) -> None:
    tamper(partner, **wrong)

    (found,) = verify_open_leads(fix=False)
    after_looking = counters(partner)
    (fixed,) = verify_open_leads(fix=True)

    assert found == fixed
    assert (found.partner_id, found.company_name) == (partner.id, "Dakdekker De Vries")
    assert (found.counted_open_leads, found.counted_last_assigned_at) == (2, MONDAY)
    assert after_looking == (found.open_leads, found.last_assigned_at) != (2, MONDAY)
    assert counters(partner) == (2, MONDAY)
    assert verify_open_leads(fix=False) == []


def test_a_partner_without_leads_is_counted_down_to_nothing() -> None:
    partner = make_partner()
    tamper(partner, open_leads=3)

    (found,) = verify_open_leads(fix=True)

    assert (found.counted_open_leads, found.counted_last_assigned_at) == (0, None)
    assert counters(partner) == (0, None)


def test_a_later_last_assignment_is_no_mistake_and_stays(partner: Partner) -> None:
    later = MONDAY + timedelta(days=3)
    tamper(partner, last_assigned_at=later)
    assert verify_open_leads(fix=False) == []
    tamper(partner, open_leads=9)

    verify_open_leads(fix=True)

    assert counters(partner) == (2, later)


def test_a_last_assignment_in_the_future_is_set_right(partner: Partner) -> None:
    future = datetime(2150, 1, 1, tzinfo=UTC)
    tamper(partner, last_assigned_at=future, returned_at=future)

    (found,) = verify_open_leads(fix=True)

    assert found.last_assigned_at == future
    assert counters(partner) == (2, MONDAY)
    assert partner.returned_at is None
    assert verify_open_leads(fix=False) == []


def test_a_lead_in_the_future_leaves_the_counter_right(partner: Partner) -> None:
    future = datetime(2150, 1, 1, tzinfo=UTC)
    execute("INSERT INTO leads (user_id, status, assigned_at) VALUES (%s, 'lost', %s)", [partner.id, future])

    open_leads, last_assigned_at = counters(partner)
    assert open_leads == 2
    assert last_assigned_at is not None
    assert MONDAY < last_assigned_at <= timezone.now()
    assert verify_open_leads(fix=False) == []


def test_a_partner_that_was_taken_for_full_is_tried_at_once(partner: Partner) -> None:
    tamper(partner, open_leads=9)
    before = Partner.objects.get(id=partner.id).routing_changed_at

    verify_open_leads(fix=True)

    after = Partner.objects.get(id=partner.id).routing_changed_at
    assert before is not None
    assert after is not None
    assert after > before


def test_the_guard_is_up_again_afterwards(partner: Partner) -> None:
    tamper(partner, open_leads=9)
    verify_open_leads(fix=True)

    execute("UPDATE profiles SET open_leads = 50")

    assert counters(partner) == (2, MONDAY)


def test_the_number_of_statements_does_not_grow_with_the_partners() -> None:
    def statements(count: int) -> int:
        for partner in [make_partner() for _ in range(count)]:
            tamper(partner, open_leads=4)
        with CaptureQueriesContext(connection) as queries:
            verify_open_leads(fix=True)
        return len(queries)

    assert statements(2) == statements(20)


@pytest.mark.django_db(transaction=True)
def test_a_lead_that_is_just_being_assigned_is_waited_for() -> None:
    partner = make_partner()
    tamper(partner, open_leads=100)

    def work(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                Lead.objects.create(partner=partner)
                counted.set()
                for _ in range(1000):
                    if somebody_waits_for_a_lock():
                        break
                    time.sleep(0.01)
        else:
            counted.wait(timeout=30)
            verify_open_leads(fix=True)

    counted = Event()
    at_once(2, work)

    assert counters(partner)[0] == 1


def somebody_waits_for_a_lock() -> bool:
    return bool(execute("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))


@pytest.mark.django_db(transaction=True)
def test_it_is_exact_while_others_go_on_writing() -> None:
    partners = [make_partner() for _ in range(3)]
    for partner in partners:
        tamper(partner, open_leads=100)

    def work(number: int) -> None:
        for step in range(25):
            if number < 2:
                tamper(partners[step % 3], last_assigned_at=None)
                verify_open_leads(fix=True)
            elif step % 3:
                Lead.objects.create(partner=partners[step % 3])
            else:
                execute(
                    "UPDATE leads SET status = 'won' WHERE id = (SELECT id FROM leads WHERE status = 'new' LIMIT 1)"
                )

    at_once(6, work)

    open_leads = {partner.id: Lead.objects.open().of_partner(partner.id).count() for partner in partners}
    assert dict(Partner.objects.values_list("id", "open_leads")) == open_leads


# -- The command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_open_leads", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_that_all_is_right(partner: Partner) -> None:
    assert run() == "Every counter is right.\n"


def test_the_command_shows_differences_and_ends_with_status_one(partner: Partner) -> None:
    tamper(partner, open_leads=9, last_assigned_at=None)
    out = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("verify_open_leads", stdout=out)

    assert error.value.returncode == 1
    head, row = out.getvalue().splitlines()
    assert head.split("  ")[0] == "partner"
    assert row.split() == [str(partner.id), "Dakdekker", "De", "Vries", "9", "2", "never", "2026-11-02T09:00:00+00:00"]
    assert counters(partner) == (9, None)


def test_the_command_sets_them_right(partner: Partner) -> None:
    tamper(partner, open_leads=9)

    shown = run("--fix")

    assert shown.splitlines()[-1] == "1 partners set right."
    assert counters(partner) == (2, MONDAY)
