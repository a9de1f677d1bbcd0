"""What is refused is named, with a way out, and nothing is touched."""

import pytest
from django.core.management.base import CommandError

from tests.process.adoption.cases import REFUSALS, Refusal
from tests.process.adoption.checksums import take_snapshot
from tests.process.adoption.commands import adopt, inspect, plan
from tests.process.adoption.databases import Databases

pytestmark = pytest.mark.usefixtures("unblocked")


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.variant)
def test_a_refusal_says_why_and_leaves_everything_as_it_was(refusal: Refusal, databases: Databases) -> None:
    with databases.look_at(databases.legacy(refusal.variant)) as database, database.logged_in(refusal.login):
        before = take_snapshot(database)

        report, status = inspect()
        with pytest.raises(CommandError, match="Nothing was changed") as refused:
            adopt()
        with pytest.raises(CommandError, match="Nothing was changed"):
            plan()

        assert take_snapshot(database) == before
    assert (report["can_adopt"], status) == (False, 1)
    for reason in refusal.reasons:
        (blocker,) = [blocker for blocker in report["blockers"] if reason in blocker["what"]]
        assert blocker["way_out"]
        assert blocker["what"] in str(refused.value)
        assert blocker["way_out"] in str(refused.value)


CHANGES = {
    "ALTER TABLE profiles ALTER COLUMN max_open_leads TYPE text": "profiles.max_open_leads is text, not integer",
    "ALTER TABLE profiles ALTER regions TYPE text USING array_to_string(regions, ',');"
    " CREATE INDEX by_region ON profiles (lower(regions))": "the index by_region reads it",
    "ALTER TABLE profiles ALTER regions TYPE text USING array_to_string(regions, ',');"
    " ALTER TABLE profiles ADD CONSTRAINT short CHECK (length(regions) < 99)": "the check short reads it",
    "CREATE TABLE auth_user (id integer)": "there is a auth_user already",
    "CREATE FUNCTION is_contact_activity(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'": (
        "there is a function is_contact_activity(text) already"
    ),
    "ALTER TABLE leads RENAME TO old; CREATE VIEW leads AS SELECT * FROM old": "leads is a view, not a table",
    "UPDATE leads SET created_at = 'infinity' WHERE id = (SELECT min(id::text)::uuid FROM leads)": (
        "leads.created_at: 1 rows hold infinity, or a time that nobody can mean"
    ),
    "UPDATE profiles SET regions = '{{Utrecht,Gelderland}}' WHERE id = (SELECT min(id::text)::uuid FROM profiles)": (
        "profiles.regions: 1 rows hold lists of lists"
    ),
    "ALTER TABLE leads ALTER price_at_purchase TYPE numeric; UPDATE leads SET price_at_purchase = 'NaN'": (
        "rows hold infinity, or what is not a number"
    ),
    "CREATE TABLE routing_policies (id integer)": "there is a routing_policies already",
    "CREATE TABLE lead_assignment_logs (id integer); CREATE TABLE lead_assignment_logs_legacy (id integer)": (
        "there is a lead_assignment_logs_legacy already"
    ),
    "ALTER TABLE leads DROP COLUMN created_at CASCADE": "leads has no column created_at",
    "ALTER TABLE profiles DROP CONSTRAINT profiles_pkey CASCADE": "profiles.id is not unique",
    "CREATE FUNCTION report() RETURNS SETOF partner_performance_stats LANGUAGE sql AS"
    " 'SELECT * FROM partner_performance_stats'": "function report() uses partner_performance_stats",
    "CREATE VIEW warm AS SELECT refresh_partner_performance_stats() IS NULL AS done": (
        "view warm uses refresh_partner_performance_stats"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_adoption_could_only_guess_at_is_refused(change: str, databases: Databases) -> None:
    with databases.copy(databases.legacy("baseline")) as database, database.session() as session:
        session.execute(change.encode())
        before = take_snapshot(database)

        report, status = inspect()
        with pytest.raises(CommandError, match="Nothing was changed"):
            adopt()

        assert take_snapshot(database) == before
    assert (report["can_adopt"], status) == (False, 1)
    assert CHANGES[change] in " / ".join(blocker["what"] for blocker in report["blockers"])
