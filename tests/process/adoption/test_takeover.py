"""Each old database is inspected and taken over: nothing is lost, everything works, twice is once."""

import pytest

from tests.process.adoption.cases import CASES, REPLACED_EVERYWHERE, Case
from tests.process.adoption.checksums import differences, take_snapshot
from tests.process.adoption.commands import adopt, inspect, plan
from tests.process.adoption.databases import Databases
from tests.process.adoption.objects import objects
from tests.process.adoption.smoke import assert_works

pytestmark = [
    pytest.mark.usefixtures("unblocked"),
    # All tests of a case in a row: each is taken over once, in one of the processes.
    pytest.mark.parametrize("case", CASES, ids=lambda case: case.variant, scope="module"),
]


def test_looking_changes_nothing(case: Case, databases: Databases) -> None:
    with case.look_at(databases, case.ready(databases)) as database:
        before = take_snapshot(database)

        report, status = inspect(zone=case.zone)

        assert (report["state"], report["schema"], report["can_adopt"]) == ("legacy", case.schema, True), report
        assert (status, report["blockers"]) == (0, [])
        assert take_snapshot(database) == before


def test_every_old_value_is_kept(case: Case, databases: Databases) -> None:
    before, after = case.contents(case.ready(databases)), case.contents(case.adopted(databases))

    assert differences(before, after, allowed=case.allowed) == []


def test_nothing_that_others_made_goes_without_need(case: Case, databases: Databases) -> None:
    gone = objects(case.ready(databases), schema=case.schema) - objects(case.adopted(databases), schema=case.schema)

    expected = (*REPLACED_EVERYWHERE, *case.replaced)
    assert [sentence for sentence in sorted(gone) if not sentence.startswith(expected)] == []
    assert [start for start in case.replaced if not any(sentence.startswith(start) for sentence in gone)] == []


def test_a_second_time_changes_nothing(case: Case, databases: Databases) -> None:
    with case.look_at(databases, case.adopted(databases)) as database:
        before = take_snapshot(database)

        report, status = inspect(zone=case.zone)
        assert (report["state"], report["blockers"], status) == ("adopted", [], 0)
        assert "Nothing is left to do" in adopt(zone=case.zone)
        assert "Nothing is left to do" in plan(zone=case.zone)

        assert take_snapshot(database) == before


def test_everything_works(case: Case, databases: Databases) -> None:
    with case.use(databases, case.adopted(databases)):
        assert_works()
