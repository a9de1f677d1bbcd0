"""The counting rules on `leads`, and the guard of the counter on `profiles`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from psycopg.errors import CheckViolation

from leads.models import Lead, Partner
from leads.queries import counter_differences
from leads.vocabulary import OPEN_STATUSES, LeadStatus
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute, exempt, truncate
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

Rows = Sequence[tuple[Partner | None, LeadStatus]]
Writer = Callable[[Rows], None]


def by_orm(rows: Rows) -> None:
    for partner, status in rows:
        Lead.objects.create(partner=partner, status=status)


def by_bulk_create(rows: Rows) -> None:
    Lead.objects.bulk_create(Lead(partner=partner, status=status) for partner, status in rows)


def by_copy(rows: Rows) -> None:
    copy_rows("leads", ("user_id", "status"), [(partner and partner.id, status.value) for partner, status in rows])


def by_sql(rows: Rows) -> None:
    values = ", ".join("(%s, %s)" for _ in rows)
    parameters = [value for partner, status in rows for value in (partner and partner.id, status.value)]
    execute(f"INSERT INTO leads (user_id, status) VALUES {values}", parameters)


def open_leads(partner: Partner) -> int:
    return Partner.objects.get(id=partner.id).open_leads


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert isinstance(caught.value.__cause__, CheckViolation)
    assert caught.value.__cause__.diag.constraint_name == "profiles_open_leads_within_cap"


# -- Counting


@pytest.mark.parametrize("write", [by_orm, by_bulk_create, by_copy, by_sql])
def test_every_writer_counts_what_it_inserts(write: Writer) -> None:
    one, other = make_partner(), make_partner()

    write([(one, status) for status in LeadStatus] + [(other, LeadStatus.NEW), (None, LeadStatus.NEW)])

    assert (open_leads(one), open_leads(other)) == (len(OPEN_STATUSES), 1)


@pytest.mark.parametrize("status", LeadStatus)
def test_a_status_change_counts_when_it_opens_or_closes(status: LeadStatus) -> None:
    partner = make_partner()
    make_lead(partner=partner)
    changed = make_lead(partner=partner)

    exempt("status")
    execute("UPDATE leads SET status = %s WHERE id = %s", [status, changed.id])
    while_so = open_leads(partner)
    execute("UPDATE leads SET status = 'new' WHERE id = %s", [changed.id])

    assert while_so == (2 if status in OPEN_STATUSES else 1)
    assert open_leads(partner) == 2


def test_a_handed_over_lead_counts_for_its_new_partner_alone() -> None:
    one, other = make_partner(), make_partner()
    lead = make_lead(partner=one)

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [other.id, lead.id])
    handed_over = (open_leads(one), open_leads(other))
    execute("UPDATE leads SET user_id = NULL WHERE id = %s", [lead.id])

    assert handed_over == (0, 1)
    assert (open_leads(one), open_leads(other)) == (0, 0)


def test_one_statement_that_moves_many_leads_counts_each() -> None:
    one, other = make_partner(), make_partner()
    by_sql([(one, LeadStatus.NEW)] * 5 + [(other, LeadStatus.NEW)] * 3)

    execute(
        "UPDATE leads SET user_id = CASE WHEN user_id = %(one)s THEN %(other)s::uuid ELSE %(one)s::uuid END",
        {"one": one.id, "other": other.id},  # type: ignore[arg-type]  # a mapping is fine, too
    )

    assert (open_leads(one), open_leads(other)) == (3, 5)


def test_other_columns_leave_the_counter_alone() -> None:
    partner = make_partner()
    make_lead(partner=partner)

    execute("UPDATE leads SET province = 'Drenthe'")

    assert open_leads(partner) == 1


def test_deleted_leads_give_their_places_back() -> None:
    partner = make_partner()
    by_sql([(partner, LeadStatus.NEW), (partner, LeadStatus.ACCEPTED), (partner, LeadStatus.WON)])

    execute("DELETE FROM leads WHERE status IN ('new', 'won')")

    assert open_leads(partner) == 1


def test_an_emptied_table_leaves_nobody_with_open_leads() -> None:
    partner = make_partner()
    make_lead(partner=partner)

    execute("SET CONSTRAINTS ALL IMMEDIATE")
    truncate("leads")

    assert open_leads(partner) == 0


def test_an_assignment_is_remembered_with_its_time_and_an_older_one_does_not_go_back() -> None:
    partner = make_partner()

    copy_rows("leads", ("user_id", "created_at", "assigned_at"), [(partner.id, MONDAY, MONDAY + timedelta(hours=1))])
    after_one = Partner.objects.get().last_assigned_at
    copy_rows("leads", ("user_id", "created_at"), [(partner.id, MONDAY)])
    execute("UPDATE leads SET status = 'won'")

    assert after_one == MONDAY + timedelta(hours=1)
    assert Partner.objects.get().last_assigned_at == after_one


@pytest.mark.django_db(transaction=True)
def test_the_counter_is_exact_when_eight_threads_write_at_once() -> None:
    partners = [make_partner() for _ in range(5)]
    by_sql([(partner, LeadStatus.NEW) for partner in partners for _ in range(20)])
    lead_ids = list(Lead.objects.order_by("id").values_list("id", flat=True))

    def write(number: int) -> None:
        random = Random(number)
        for lead_id in lead_ids[number::8]:
            what = random.randrange(4)
            partner = random.choice(partners)
            if what == 0:
                by_copy([(random.choice(partners), LeadStatus.NEW), (partner, LeadStatus.LOST)])
            elif what == 1:
                execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead_id])
            elif what == 2:
                execute("UPDATE leads SET status = 'won' WHERE id = %s", [lead_id])
            else:
                execute("DELETE FROM leads WHERE id = %s", [lead_id])

    at_once(8, write)

    assert sum(Partner.objects.values_list("open_leads", flat=True)) == Lead.objects.open().count()
    assert counter_differences() == []


# -- The cap


def test_a_lead_is_handed_over_up_to_the_cap_and_not_beyond() -> None:
    partner = make_partner(max_open_leads=2)
    leads = [make_lead() for _ in range(3)]
    for lead in leads[:2]:
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])

    with refused():
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[2].id])

    assert open_leads(partner) == 2
    assert Lead.objects.get(id=leads[2].id).partner_id is None


def test_one_statement_cannot_hand_over_more_than_fit() -> None:
    partner = make_partner(max_open_leads=2)
    by_sql([(None, LeadStatus.NEW)] * 3)

    with refused():
        execute("UPDATE leads SET user_id = %s", [partner.id])

    assert open_leads(partner) == 0


def test_a_cap_of_zero_takes_nothing_and_no_cap_takes_all() -> None:
    nothing, everything = make_partner(max_open_leads=0), make_partner(max_open_leads=None)
    by_sql([(None, LeadStatus.NEW)] * 50)

    with refused():
        execute("UPDATE leads SET user_id = %s", [nothing.id])
    execute("UPDATE leads SET user_id = %s", [everything.id])

    assert open_leads(everything) == 50


def test_a_closed_lead_takes_no_place() -> None:
    partner = make_partner(max_open_leads=0)
    lead = make_lead(status="won")

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])

    assert open_leads(partner) == 0


def test_the_cap_refuses_neither_what_was_sold_elsewhere_nor_what_is_opened_again() -> None:
    partner = make_partner(max_open_leads=1)

    by_sql([(partner, LeadStatus.NEW), (partner, LeadStatus.NEW), (partner, LeadStatus.REJECTED)])
    exempt("status")
    execute("UPDATE leads SET status = 'new' WHERE status = 'rejected'")

    assert open_leads(partner) == 3


def test_a_partner_above_its_cap_can_still_finish_leads() -> None:
    partner = make_partner(max_open_leads=1)
    by_sql([(partner, LeadStatus.NEW)] * 3)

    execute("UPDATE leads SET status = 'won' WHERE id = (SELECT id FROM leads LIMIT 1)")

    assert open_leads(partner) == 2


@pytest.mark.django_db(transaction=True)
def test_the_cap_holds_when_eight_threads_hand_over_at_once() -> None:
    partner = make_partner(max_open_leads=3)
    leads = [make_lead() for _ in range(8)]

    def hand_over(number: int) -> bool:
        try:
            execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, leads[number].id])
        except IntegrityError:
            return False
        return True

    assert sum(at_once(8, hand_over)) == 3
    assert open_leads(partner) == 3


# -- What the counting says about eligibility


def routing_changed_at(partner: Partner) -> datetime | None:
    return Partner.objects.get(id=partner.id).routing_changed_at


def test_a_place_below_the_cap_makes_the_partner_eligible_again() -> None:
    partner = make_partner(max_open_leads=1)
    by_sql([(partner, LeadStatus.NEW)] * 2)
    before = routing_changed_at(partner)

    execute("DELETE FROM leads WHERE id = (SELECT id FROM leads LIMIT 1)")
    still_full = routing_changed_at(partner)
    execute("UPDATE leads SET status = 'lost'")

    assert still_full == before
    assert before is not None
    assert (routing_changed_at(partner) or before) > before


@pytest.mark.parametrize("cap", [None, 5])
def test_a_place_that_was_not_needed_changes_nothing(cap: int | None) -> None:
    partner = make_partner(max_open_leads=cap)
    make_lead(partner=partner)
    before = routing_changed_at(partner)

    execute("UPDATE leads SET status = 'lost'")

    assert routing_changed_at(partner) == before


# -- The guard


def test_a_stale_partner_that_is_saved_leaves_the_counter_alone() -> None:
    partner = make_partner()
    stale = Partner.objects.get(id=partner.id)
    make_lead(partner=partner, created_at=MONDAY, assigned_at=MONDAY)

    stale.company_name = "New name"
    stale.save()

    now = Partner.objects.get(id=partner.id)
    assert (now.open_leads, now.last_assigned_at, now.company_name) == (1, MONDAY, "New name")


def test_nobody_writes_the_counter_by_hand() -> None:
    partner = make_partner()
    make_lead(partner=partner)

    execute("UPDATE profiles SET open_leads = 99, last_assigned_at = NULL")

    now = Partner.objects.get(id=partner.id)
    assert now.open_leads == 1
    assert now.last_assigned_at is not None


def test_the_recount_may_write_it_in_its_own_transaction() -> None:
    partner = make_partner()

    exempt("counters")
    execute("UPDATE profiles SET open_leads = 7")

    assert open_leads(partner) == 7


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("is_active_for_routing", False),
        ("max_open_leads", 5),
        ("regions", ["Utrecht"]),
        ("lead_locations", ["35"]),
        ("lead_industries", ["Roofs"]),
        ("primary_branch", "Roofs"),
    ],
)
def test_what_a_partner_takes_is_noted_when_it_changes(column: str, value: object) -> None:
    partner = make_partner()
    before = timezone.now()

    execute(f"UPDATE profiles SET {column} = %s", [value])

    noted = routing_changed_at(partner)
    assert noted is not None
    assert noted > before


@pytest.mark.parametrize(("column", "value"), [("company_name", "Other"), ("routing_changed_at", MONDAY)])
def test_other_changes_of_a_partner_are_not_noted(column: str, value: object) -> None:
    partner = make_partner()
    before = routing_changed_at(partner)

    execute(f"UPDATE profiles SET {column} = %s", [value])

    assert routing_changed_at(partner) == before


@pytest.mark.parametrize("column", ["assigned_at", "created_at"])
def test_a_time_in_the_future_is_not_taken_over(column: str) -> None:
    partner = make_partner()
    future = datetime(2150, 1, 1, tzinfo=UTC)

    execute(
        f"INSERT INTO leads (user_id, status, {column}) VALUES (%s, 'lost', %s)", [partner.id, future]
    )  # a name of ours
    inserted = Partner.objects.get(id=partner.id)
    lead = make_lead(**{column: future})
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])
    execute("DELETE FROM leads WHERE user_id = %s", [partner.id])

    partner.refresh_from_db()
    assert inserted.last_assigned_at is not None
    assert partner.last_assigned_at is not None
    assert partner.returned_at is not None
    assert partner.returned_at <= inserted.last_assigned_at <= partner.last_assigned_at <= timezone.now()
