"""The rules `status_times_on_insert` and `write_once`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from leads.models import Lead
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute, exempt

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def read(lead: Lead) -> Lead:
    return Lead.objects.get(id=lead.id)


def set_status(lead: Lead, status: str) -> None:
    execute("UPDATE leads SET status = %s WHERE id = %s", [status, lead.id])


def is_now(time: datetime | None) -> bool:
    return time is not None and timezone.now() - timedelta(minutes=1) < time <= timezone.now()


def test_accepting_sets_the_time_of_acceptance() -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner())

    set_status(lead, "accepted")

    assert is_now(read(lead).accepted_at)
    assert read(lead).decided_at is None


@pytest.mark.parametrize("status", ["won", "lost"])
def test_winning_and_losing_set_the_time_of_the_decision(status: str) -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner())

    set_status(lead, status)

    assert is_now(read(lead).decided_at)
    assert read(lead).accepted_at is None


@pytest.mark.parametrize("status", ["new", "rejected", "in_progress", "completed"])
def test_other_statuses_set_no_time(status: str) -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner())

    set_status(lead, status)

    assert (read(lead).accepted_at, read(lead).decided_at) == (None, None)


def test_a_time_that_comes_with_the_status_is_kept() -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner())

    execute("UPDATE leads SET status = 'won', decided_at = %s WHERE id = %s", [TUESDAY, lead.id])

    assert read(lead).decided_at == TUESDAY


def test_a_second_acceptance_or_decision_keeps_the_first_time() -> None:
    lead = make_lead(created_at=MONDAY, status="accepted", accepted_at=MONDAY)
    exempt("status")
    for status in ("in_progress", "accepted", "won"):
        set_status(lead, status)
    first_decision = read(lead).decided_at

    for status in ("accepted", "lost"):
        set_status(lead, status)

    assert read(lead).accepted_at == MONDAY
    assert read(lead).decided_at == first_decision


@pytest.mark.parametrize("column", ["first_contact_at", "accepted_at", "decided_at"])
@pytest.mark.parametrize("value", [None, TUESDAY])
def test_a_time_that_is_set_is_not_changed(column: str, value: datetime | None) -> None:
    lead = make_lead(created_at=MONDAY, **{column: MONDAY})

    execute(f"UPDATE leads SET {column} = %s WHERE id = %s", [value, lead.id])

    assert getattr(read(lead), column) == MONDAY


@pytest.mark.parametrize("column", ["first_contact_at", "accepted_at", "decided_at"])
def test_a_time_that_is_not_set_can_be_filled_in(column: str) -> None:
    lead = make_lead(created_at=MONDAY)

    execute(f"UPDATE leads SET {column} = %s WHERE id = %s", [TUESDAY, lead.id])

    assert getattr(read(lead), column) == TUESDAY


@pytest.mark.parametrize(
    ("status", "column"), [("accepted", "accepted_at"), ("won", "decided_at"), ("lost", "decided_at")]
)
def test_a_lead_that_is_born_with_a_status_has_its_time(status: str, column: str) -> None:
    lead_id = make_lead().id

    execute("INSERT INTO leads (status) VALUES (%s)", [status])

    assert is_now(getattr(Lead.objects.exclude(id=lead_id).get(), column))


def test_history_is_loaded_without_inventing_times() -> None:
    copy_rows("leads", ("status", "created_at"), [("accepted", MONDAY), ("won", MONDAY), ("lost", MONDAY)])

    assert set(Lead.objects.values_list("accepted_at", "decided_at")) == {(None, None)}


def test_only_a_correction_takes_times_back() -> None:
    lead = make_lead(created_at=MONDAY, status="won", accepted_at=MONDAY, decided_at=TUESDAY, partner=make_partner())
    take_back = "UPDATE leads SET status = %s, accepted_at = NULL, decided_at = NULL WHERE id = %s"

    execute("UPDATE leads SET accepted_at = NULL, decided_at = NULL WHERE id = %s", [lead.id])
    kept = (read(lead).accepted_at, read(lead).decided_at)
    exempt("status")
    execute(take_back, ["new", lead.id])

    assert kept == (MONDAY, TUESDAY)
    assert (read(lead).status, read(lead).accepted_at, read(lead).decided_at) == ("new", None, None)


# -- A row that was read before, and is written back whole


def test_a_stale_save_erases_no_time() -> None:
    lead = make_lead(created_at=MONDAY)
    stale = read(lead)
    execute(
        "UPDATE leads SET first_contact_at = %s, accepted_at = %s, decided_at = %s WHERE id = %s",
        [MONDAY, MONDAY, MONDAY, lead.id],
    )

    stale.province = "Drenthe"
    stale.save()

    now = read(lead)
    assert (now.first_contact_at, now.accepted_at, now.decided_at) == (MONDAY, MONDAY, MONDAY)
    assert now.province == "Drenthe"


def test_a_stale_save_does_not_undo_an_assignment() -> None:
    lead = make_lead(created_at=MONDAY)
    stale = read(lead)
    partner = make_partner()
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])
    set_status(lead, "accepted")
    assigned_at = read(lead).assigned_at

    stale.message = "Call after six."
    stale.save()

    now = read(lead)
    assert (now.partner_id, now.assigned_at, now.status) == (partner.id, assigned_at, "accepted")
    assert now.tried_partner_ids is None
    assert now.message == "Call after six."


def test_a_stale_save_does_not_give_a_lead_back_to_the_partner_it_left() -> None:
    first, second = make_partner(), make_partner()
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY)
    stale = read(lead)
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [second.id, lead.id])
    handed_over_at = read(lead).assigned_at

    stale.message = "Call after six."
    stale.save()

    now = read(lead)
    assert (now.partner_id, now.assigned_at) == (second.id, handed_over_at)
    assert now.tried_partner_ids == [first.id]
    assert now.message == "Call after six."


def test_a_stale_save_does_not_give_a_lead_back_that_waits_again() -> None:
    first = make_partner()
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY)
    stale = read(lead)
    execute("UPDATE leads SET user_id = NULL WHERE id = %s", [lead.id])

    stale.save()

    now = read(lead)
    assert (now.partner_id, now.assigned_at) == (None, None)
    assert now.tried_partner_ids == [first.id]


# -- Handing over


def test_an_assignment_has_its_time_from_the_database() -> None:
    lead = make_lead(created_at=MONDAY)

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [make_partner().id, lead.id])

    assert is_now(read(lead).assigned_at)
    assert read(lead).tried_partner_ids is None


@pytest.mark.parametrize("status", ["accepted", "won"])
def test_an_unknown_time_of_assignment_is_not_invented_by_a_later_step(status: str) -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner())

    set_status(lead, status)

    assert read(lead).assigned_at is None


def test_a_lead_that_leaves_its_partner_starts_again() -> None:
    first, second = make_partner(), make_partner()
    times = {"first_contact_at": MONDAY, "accepted_at": MONDAY, "decided_at": MONDAY}
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY, status="new", **times)

    execute("UPDATE leads SET user_id = %s WHERE id = %s", [second.id, lead.id])

    now = read(lead)
    assert now.tried_partner_ids == [first.id]
    assert (now.first_contact_at, now.accepted_at, now.decided_at) == (None, None, None)
    assert is_now(now.assigned_at)


def test_a_lead_can_be_taken_away_and_given_to_another() -> None:
    first, second = make_partner(), make_partner()
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY)

    execute("UPDATE leads SET user_id = NULL WHERE id = %s", [lead.id])
    waiting = read(lead)
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [second.id, lead.id])

    assert (waiting.partner_id, waiting.assigned_at, waiting.tried_partner_ids) == (None, None, [first.id])
    assert (read(lead).partner_id, read(lead).tried_partner_ids) == (second.id, [first.id])


def test_a_partner_is_remembered_once_and_in_order() -> None:
    first, second = make_partner(), make_partner()
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY)

    for partner in (second, first, second):
        execute("UPDATE leads SET user_id = %s WHERE id = %s", [partner.id, lead.id])

    assert read(lead).tried_partner_ids == [second.id, first.id]


@pytest.mark.parametrize("with_partner", [True, False])
def test_nobody_but_the_database_says_who_had_a_lead(with_partner: bool) -> None:  # noqa: FBT001 - a parameter of the test
    first, second = make_partner(), make_partner()
    lead = make_lead(created_at=MONDAY, partner=first, assigned_at=MONDAY)
    execute("UPDATE leads SET user_id = %s WHERE id = %s", [second.id if with_partner else None, lead.id])

    execute("UPDATE leads SET tried_partner_ids = NULL WHERE id = %s", [lead.id])

    assert read(lead).tried_partner_ids == [first.id]
