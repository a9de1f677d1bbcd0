"""A lead and a partner keep their ids, whoever writes."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from leads.models import Lead, Partner
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute

pytestmark = pytest.mark.django_db


def test_a_cap_is_not_dodged_by_leads_with_other_ids() -> None:
    partner = make_partner(max_open_leads=1)
    leads = [make_lead() for _ in range(5)]

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        execute("UPDATE leads SET id = gen_random_uuid(), user_id = %s", [partner.id])

    assert set(Lead.objects.filter(partner=None)) == set(leads)


def test_a_partner_keeps_its_id() -> None:
    partner = make_partner()

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        execute("UPDATE profiles SET id = %s", [uuid.uuid4()])

    assert Partner.objects.get() == partner


def test_other_changes_and_the_same_id_pass() -> None:
    lead = make_lead(partner=make_partner())

    assert execute("UPDATE leads SET id = id, postcode = '3511AB'") == 1
    assert execute("UPDATE profiles SET id = id, routing_priority = 3") == 1

    assert Lead.objects.get().id == lead.id


def test_a_counter_is_not_written_from_a_trigger_on_a_table_of_ones_own() -> None:
    partner = make_partner()
    make_lead(partner=partner)
    execute("CREATE ROLE writer_of_profiles")
    execute("GRANT USAGE ON SCHEMA public TO writer_of_profiles")
    execute("GRANT SELECT, UPDATE ON profiles TO writer_of_profiles")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET LOCAL ROLE writer_of_profiles")
    execute("CREATE TEMPORARY TABLE mine (id int)")
    execute(
        "CREATE FUNCTION pg_temp.reset() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN UPDATE public.profiles SET open_leads = 0; RETURN NEW; END'"
    )
    execute("CREATE TRIGGER reset BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION pg_temp.reset()")

    execute("INSERT INTO mine VALUES (1)")

    execute("RESET ROLE")
    partner.refresh_from_db()
    assert partner.open_leads == 1
