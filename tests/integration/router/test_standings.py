"""What was read of the partners before, brought up to date by what changed since, equals a reading of all of them."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, Partner, PartnerChange
from leads.services.partner_changes import KEPT_MINUTES, forget_old_changes
from router.assignment import LeadAssignmentService
from router.snapshot import partner_reader
from router.snapshot import standings as module
from router.snapshot.standings import Column, Standings
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db(transaction=True)

Session = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def session() -> Iterator[Session]:
    """Another program's connection."""
    settings = connection.settings_dict
    named = {key.lower(): settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD") if settings[key]}
    with psycopg.connect(dbname=settings["NAME"], **named) as other:
        yield other


def is_current(standings: Standings) -> bool:
    """Whether these standings are those of the table now."""
    whole = Standings.read(lock=False)
    return standings.ids == whole.ids and standings.table.tobytes() == whole.table.tobytes()


def statements(work: Callable[[], object]) -> int:
    """How many statements the work takes."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def test_only_what_changed_is_read_again() -> None:
    partners = make_partners(50)
    partner_reader.standings()
    make_leads(2, partner=partners[7])
    Partner.objects.filter(pk=partners[9].pk).update(is_active_for_routing=False)

    with CaptureQueriesContext(connection) as queries:
        standings = partner_reader.standings()

    assert len(queries) == 1
    assert "partner_paces_since" in queries[0]["sql"]
    assert standings.reading.count == 2
    assert standings.table[Column.OPEN_LEADS, standings.places[partners[7].id.bytes]] == 2
    assert standings.table[Column.IS_ACTIVE, standings.places[partners[9].id.bytes]] == 0
    assert is_current(standings)


def test_transactions_that_commit_in_another_order_than_they_began() -> None:
    partners = make_partners(3)
    with session() as early, session() as late:
        change = "UPDATE profiles SET routing_priority = 9 WHERE id = %s"
        early.execute(change, [partners[0].pk])
        late.execute(change, [partners[1].pk])
        late.commit()
        # This reading has seen the later change, and not the earlier one.
        assert is_current(partner_reader.standings())
        early.commit()

    after = partner_reader.standings()
    assert after.reading.count == 1
    assert is_current(after)


def test_what_a_transaction_takes_back_is_not_kept() -> None:
    partner = make_partners(2)[0]
    partner_reader.standings()

    with transaction.atomic():
        make_leads(3, partner=partner)
        within = partner_reader.standings()
        transaction.set_rollback(True)

    after = partner_reader.standings()
    place = after.places[partner.id.bytes]
    assert (within.table[Column.OPEN_LEADS, place], after.table[Column.OPEN_LEADS, place]) == (3, 0)
    assert is_current(after)


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("INSERT INTO profiles (company_name) VALUES ('New')", 4),
        ("DELETE FROM profiles WHERE id = %(id)s", 2),
        ("DELETE FROM profiles", 0),
    ],
)
def test_partners_that_come_and_go_are_seen_at_once(statement: LiteralString, left: int) -> None:
    partners = make_partners(3)
    partner_reader.standings()

    with session() as other:
        other.execute(statement, {"id": partners[1].pk})

    assert len(partner_reader.standings().ids) // 16 == left
    assert is_current(partner_reader.standings())


def test_all_are_read_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    partner = make_partners(2)[0]
    first = partner_reader.standings()
    with session() as owner:
        owner.execute("ALTER TABLE profiles DISABLE TRIGGER USER")
        owner.execute("UPDATE profiles SET routing_priority = 7 WHERE id = %s", [partner.pk])
        owner.execute("ALTER TABLE profiles ENABLE TRIGGER USER")
    assert not is_current(partner_reader.standings()), "nobody told of this change"

    a_minute_ago = first.read_in_full_at - module.LONGEST_SECONDS - 1
    monkeypatch.setattr(partner_reader, "_standings", replace(first, read_in_full_at=a_minute_ago))

    assert is_current(partner_reader.standings())


def test_another_counting_of_transactions_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_partners(2)
    first = partner_reader.standings()
    elsewhere = replace(first, reading=replace(first.reading, origin="another server"), table=first.table + 1)
    monkeypatch.setattr(partner_reader, "_standings", elsewhere)

    assert is_current(partner_reader.standings())


def test_reading_under_lock_takes_all_and_keeps_nothing() -> None:
    make_partners(2)
    with transaction.atomic():
        assert is_current(partner_reader.standings(lock=True))
    assert partner_reader._standings is None


def test_assigning_leads_the_next_reading_few_rows() -> None:
    make_partners(40)
    lead_ids = ids(make_leads(6))
    service = LeadAssignmentService()
    service.assign(lead_ids[:1])

    for lead_id in lead_ids[1:]:
        service.assign([lead_id])
        assert partner_reader._standings is not None
        assert partner_reader._standings.reading.count <= 1, "the partner of the lead before, and no other"

    assert statements(lambda: service.assign(lead_ids)) > 0
    assert is_current(partner_reader.standings())


def test_any_sequence_of_changes() -> None:
    """Random writers, some of which roll back; after each step the kept standings are those of the table."""
    draws = random.Random(7)
    make_partners(12, max_open_leads=3)
    make_leads(30)
    for _ in range(60):
        partner_id = draws.choice(list(Partner.objects.values_list("id", flat=True)))
        step = draws.randrange(6)
        with session() as other:
            if step == 0:
                other.execute("UPDATE profiles SET max_open_leads = %s WHERE id = %s", [draws.randrange(4), partner_id])
            elif step == 1:
                other.execute("UPDATE leads SET status = 'completed' WHERE user_id = %s", [partner_id])
            elif step == 2:
                other.execute("INSERT INTO profiles (company_name) VALUES ('Another')")
            elif step == 3:
                other.execute("UPDATE profiles SET routing_priority = %s", [draws.randrange(9)])
                other.rollback()
            elif step == 4:
                other.execute("UPDATE profiles SET regions = ARRAY['Utrecht'] WHERE id = %s", [partner_id])
        if step == 5:
            waiting = Lead.objects.unassigned().values_list("id", flat=True).order_by("id")[:2]
            LeadAssignmentService().assign(list(waiting))
        assert is_current(partner_reader.standings())


def test_notes_of_changes_are_dropped_when_nobody_can_need_them() -> None:
    make_partners(1)
    with session() as other:
        other.execute("UPDATE partner_changes SET changed_at = now() - make_interval(mins => %s)", [KEPT_MINUTES + 1])
    make_partners(1)

    assert forget_old_changes() == 1
    assert PartnerChange.objects.count() == 1
