"""What the scenarios ask of the database: each thing that must not be is found when it is there."""

import uuid
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from tests.chaos.invariants import Found
from tests.chaos.stack import Stack
from tests.chaos.world import PROVINCES, World

HOME = PROVINCES[:1]

RECORD = """
INSERT INTO lead_assignment_logs (
    lead_id, partner_id, outcome, trigger, policy_version, considered_count, candidate_count, algorithm, duration_ms,
    exclusions
)
SELECT %(lead)s, %(partner)s::uuid, %(outcome)s, 'task', 1, 1, 1, '1', 1, %(exclusions)s::jsonb
"""


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """A partner who has one lead, as it should be, and could take one more."""
    with stack.world("invariants") as world:
        world.add_partners(1, cap=2)
        assign(world, world.add_leads(1, provinces=HOME)[0])
        yield world


def run(world: World, statement: str, **values: object) -> None:
    with world.session() as session:
        session.execute(statement.encode(), values)


def one(world: World, query: str) -> uuid.UUID:
    with world.session() as session:
        row = session.execute(query.encode()).fetchone()
    assert row is not None
    return uuid.UUID(str(row[0]))


def partner_of(world: World) -> uuid.UUID:
    return one(world, "SELECT id FROM profiles ORDER BY company_name LIMIT 1")


def lead_of(world: World) -> uuid.UUID:
    return one(world, "SELECT id FROM leads WHERE user_id IS NOT NULL")


def assign(world: World, lead_id: uuid.UUID) -> None:
    partner_id = partner_of(world)
    run(world, "UPDATE leads SET user_id = %(partner)s WHERE id = %(lead)s", lead=lead_id, partner=partner_id)
    record(world, lead_id, partner_id)


def record(world: World, lead_id: uuid.UUID, partner_id: uuid.UUID | None, exclusions: str = "{}") -> None:
    outcome = "no_candidate" if partner_id is None else "assigned"
    run(world, RECORD, lead=lead_id, partner=partner_id, outcome=outcome, exclusions=exclusions)


def without_triggers(world: World, table: str, statement: str) -> None:
    run(world, f"ALTER TABLE {table} DISABLE TRIGGER USER; {statement}; ALTER TABLE {table} ENABLE TRIGGER USER")


def broken(world: World) -> dict[str, int]:
    """What does not hold, and how often."""
    return {name: number for name, number in asdict(world.check()).items() if number and name != "leads"}


def test_what_is_as_it_should_be_holds(world: World) -> None:
    assert world.check() == Found(leads=1)
    assert world.check().holds


def test_a_lead_that_waits_although_a_partner_has_room_is_lost(world: World) -> None:
    world.add_leads(1, provinces=HOME)

    assert broken(world) == {"lost": 1}


def test_a_lead_that_nobody_can_take_waits_rightly(world: World) -> None:
    world.add_leads(1, provinces=["Atlantis"])

    assert broken(world) == {}
    assert world.undecided() == 1


def test_a_lead_that_finds_every_partner_full_waits_rightly(world: World) -> None:
    assign(world, world.add_leads(1, provinces=HOME)[0])
    world.add_leads(1, provinces=HOME)

    assert broken(world) == {}


def test_a_lead_that_was_accepted_and_is_gone_is_lost(world: World) -> None:
    world.accepted.add(uuid.uuid4())

    assert broken(world) == {"lost": 1}


def test_a_record_of_another_partner_is_a_lead_with_two(world: World) -> None:
    world.add_partners(1, cap=2)
    other = one(world, f"SELECT id FROM profiles WHERE id <> '{partner_of(world)}' LIMIT 1")
    record(world, lead_of(world), other)

    assert broken(world) == {"doubled": 1}


def test_two_records_of_one_decision_are_found(world: World) -> None:
    record(world, lead_of(world), partner_of(world))

    assert broken(world) == {"recorded_twice": 1}


def test_a_decision_without_a_record_is_found(world: World) -> None:
    lead_id = world.add_leads(1, provinces=HOME)[0]
    run(world, "UPDATE leads SET user_id = %(partner)s WHERE id = %(lead)s", lead=lead_id, partner=partner_of(world))

    assert broken(world) == {"unrecorded": 1}


def test_the_same_reasons_twice_in_a_row_are_two_records(world: World) -> None:
    lead_id = world.add_leads(1, provinces=["Atlantis"])[0]
    for exclusions in ('{"outside_region": 1}', '{"inactive": 1}', '{"inactive": 2}'):
        record(world, lead_id, None, exclusions)

    assert broken(world) == {"recorded_twice": 1}


def test_an_attempt_without_a_record_is_found(world: World) -> None:
    lead_id = world.add_leads(1, provinces=["Atlantis"])[0]
    run(world, "UPDATE leads SET routing_attempts = 1 WHERE id = %(lead)s", lead=lead_id)

    assert broken(world) == {"unrecorded": 1}


def test_a_cap_that_is_exceeded_is_found(world: World) -> None:
    without_triggers(world, "profiles", "UPDATE profiles SET max_open_leads = 0")

    assert broken(world) == {"caps_exceeded": 1}


def test_a_cap_that_was_exceeded_for_a_moment_is_found(world: World) -> None:
    # A lead that arrives with its partner is counted and not refused: here it stands for what must not be.
    run(world, "UPDATE profiles SET max_open_leads = 1")
    lead_id = uuid.uuid4()
    partner_id = partner_of(world)
    run(world, "INSERT INTO leads (id, user_id) VALUES (%(lead)s, %(partner)s)", lead=lead_id, partner=partner_id)
    record(world, lead_id, partner_id)
    run(world, "UPDATE leads SET status = 'lost' WHERE id = %(lead)s", lead=lead_id)

    assert broken(world) == {"caps_exceeded": 1}


def test_a_wrong_counter_is_found(world: World) -> None:
    without_triggers(world, "profiles", "UPDATE profiles SET open_leads = 2")

    assert broken(world) == {"miscounted": 1}


def test_one_broken_invariant_is_enough() -> None:
    assert Found(leads=5).holds
    for name in asdict(Found()):
        if name != "leads":
            assert not replace(Found(), **{name: 1}).holds
