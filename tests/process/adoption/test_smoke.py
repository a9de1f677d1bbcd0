"""The check of a working system, on a database that was never anything but ours; and that it can fail."""

import pytest
from django.core.management import call_command

from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.process.adoption.databases import Database, Databases
from tests.process.adoption.smoke import assert_works

pytestmark = pytest.mark.usefixtures("unblocked")


@pytest.fixture
def migrated(databases: Databases) -> Database:
    """A new database with our migrations and a few partners."""

    def fill() -> None:
        call_command("migrate", verbosity=0)
        for number in range(3):
            make_lead(partner=make_partner(regions=["Utrecht"], max_open_leads=10 + number))

    return databases.derived("migrated", databases.empty(), fill)


def test_a_new_database_works(migrated: Database, databases: Databases) -> None:
    with databases.copy(migrated):
        assert_works()


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE leads ALTER COLUMN status DROP DEFAULT",
        "ALTER TABLE leads DISABLE TRIGGER pgtrigger_count_open_leads_upd_95ac9",
        "ALTER TABLE lead_activities DISABLE TRIGGER USER",
        "ALTER TABLE lead_feedback DROP CONSTRAINT lead_feedback_rating_range",
        "ALTER TABLE lead_feedback DROP CONSTRAINT lead_feedback_lead_id_key",
        "DROP FUNCTION refresh_partner_performance_stats(text)",
        "UPDATE profiles SET ai_risk_score = NULL; ALTER TABLE profiles DROP COLUMN company_name CASCADE",
    ],
)
def test_a_database_that_lacks_something_does_not(damage: str, migrated: Database, databases: Databases) -> None:
    with databases.copy(migrated):
        execute(damage)
        # An assertion, a refusal or an error: anything but silence.
        with pytest.raises((Exception, pytest.fail.Exception)):
            assert_works()
