"""Who is back after a break, and what it got before and since: kept by the counting rules on `leads`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from leads.models import Lead, Partner
from migrations_sql import read_sql
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import bind_again, copy_rows, execute, exempt

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

Kept = tuple[datetime | None, int, float | None]


def kept(partner: Partner) -> Kept:
    now = Partner.objects.get(id=partner.id)
    return now.returned_at, now.leads_since_return, now.usual_daily_leads


def hand_over(partner: Partner, *instants: datetime) -> None:
    """Each in a statement of its own, as the router does it."""
    for instant in instants:
        lead = make_lead(created_at=instant)
        execute("UPDATE leads SET user_id = %s, assigned_at = %s WHERE id = %s", [partner.id, instant, lead.id])


def arrive(partner: Partner, *instants: datetime) -> None:
    """Leads that come in with their partner, one by one."""
    for instant in instants:
        copy_rows("leads", ("user_id", "created_at", "assigned_at"), [(partner.id, instant, instant)])


def test_the_first_lead_of_all_begins_the_count_and_there_is_no_usual_pace_yet() -> None:
    partner = make_partner()
    before = kept(partner)

    hand_over(partner, MONDAY, MONDAY + DAY)

    assert before == (None, 0, None)
    assert kept(partner) == (MONDAY, 2, None)


@pytest.mark.parametrize("write", [hand_over, arrive])
def test_a_lead_after_two_weeks_without_any_ends_a_break(write: Callable[..., None]) -> None:
    partner = make_partner()
    stay = [MONDAY + number * DAY for number in range(21)]
    back = stay[-1] + 14 * DAY

    write(partner, *stay, back, back + DAY)

    # 21 leads in 20 days.
    assert kept(partner) == (back, 2, 21 / 20)


def test_less_than_two_weeks_are_no_break() -> None:
    partner = make_partner()

    hand_over(partner, MONDAY, MONDAY + 14 * DAY - timedelta(seconds=1))

    assert kept(partner) == (MONDAY, 2, None)


def test_what_came_within_a_short_time_once_is_spread_over_two_weeks() -> None:
    partner = make_partner()

    hand_over(partner, *(MONDAY + timedelta(minutes=number) for number in range(12)), MONDAY + 30 * DAY)

    assert kept(partner) == (MONDAY + 30 * DAY, 1, 12 / 14)


def test_nine_leads_before_a_break_make_no_usual_pace_and_an_older_one_does_not_stay() -> None:
    partner = make_partner()
    busy = [MONDAY + number * DAY for number in range(10)]
    quiet = [busy[-1] + 30 * DAY + number * DAY for number in range(9)]

    hand_over(partner, *busy, *quiet)
    after_ten = kept(partner)
    hand_over(partner, quiet[-1] + 14 * DAY)

    assert after_ten == (quiet[0], 9, 10 / 14)
    assert kept(partner) == (quiet[-1] + 14 * DAY, 1, None)


def test_several_leads_of_one_statement_count_each() -> None:
    partner = make_partner()
    copy_rows("leads", ("user_id", "created_at"), [(partner.id, MONDAY)] * 28)
    back = MONDAY + 20 * DAY

    copy_rows("leads", ("user_id", "created_at"), [(partner.id, back + DAY), (partner.id, back)])

    assert kept(partner) == (back, 2, 2.0)


def test_other_changes_and_leads_that_go_leave_it_alone() -> None:
    partner, next_partner = make_partner(), make_partner()
    arrive(partner, *[MONDAY - DAY] * 13)
    hand_over(partner, MONDAY, MONDAY + 20 * DAY)
    before = kept(partner)

    execute("UPDATE leads SET status = 'rejected' WHERE assigned_at = %s", [MONDAY])
    execute(
        "UPDATE leads SET user_id = %s, assigned_at = %s WHERE status = 'rejected'",
        [next_partner.id, MONDAY + 21 * DAY],
    )
    execute("DELETE FROM leads WHERE user_id = %s", [partner.id])

    assert before == kept(partner) == (MONDAY + 20 * DAY, 1, 1.0)
    assert kept(next_partner) == (MONDAY + 21 * DAY, 1, None)


def test_nobody_writes_it_by_hand() -> None:
    partner = make_partner()
    hand_over(partner, MONDAY, MONDAY + 20 * DAY)
    before = kept(partner)

    execute("UPDATE profiles SET returned_at = now(), leads_since_return = 99, usual_daily_leads = 1000")

    assert kept(partner) == before


def backfill() -> None:
    with connection.cursor() as cursor:
        exempt("counters")
        cursor.execute(
            "UPDATE profiles SET returned_at = NULL, leads_since_return = 0, usual_daily_leads = NULL"
            " WHERE max_open_leads IS NULL"
        )
        cursor.execute(read_sql("returns_backfill.sql"))
        bind_again("counters")


@pytest.mark.parametrize(
    "days",
    [
        (),
        (0,),
        (0, 1, 2),
        (0, 13, 26),
        (0, 14),
        (*range(9), 40, 41, 42),
        (*range(10), 40, 41, 42),
        (0, 5, *range(30, 50), 90, 91, 91, 92),
        (*range(0, 200, 5), 300, 301),
    ],
    ids=str,
)
def test_the_rows_of_before_are_read_as_the_triggers_would_have_kept_them(days: Sequence[int]) -> None:
    partner = make_partner()
    hand_over(partner, *(MONDAY + number * DAY for number in days))
    as_kept = kept(partner)

    backfill()

    assert kept(partner) == as_kept


def test_a_partner_that_breaks_an_older_rule_does_not_hold_up_the_others() -> None:
    # Only a database that was taken over holds such a row.
    execute("ALTER TABLE profiles DROP CONSTRAINT profiles_max_open_leads_not_negative")
    odd, other = make_partner(max_open_leads=-1), make_partner()
    execute(
        "ALTER TABLE profiles ADD CONSTRAINT profiles_max_open_leads_not_negative CHECK (max_open_leads >= 0) NOT VALID"
    )
    Lead.objects.create(partner=odd, created_at=MONDAY)
    hand_over(other, MONDAY)

    backfill()

    assert kept(odd) == (None, 0, None)
    assert kept(other) == (MONDAY, 1, None)
