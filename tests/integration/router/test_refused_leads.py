"""A lead that the database refuses for a reason of its own holds up no other."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection

from leads.models import Lead
from router.assignment import LeadAssignmentService
from router.models import LeadAssignmentLog
from router.tasks import sweep_unassigned_leads
from tests.integration.router.worlds import ids, make_leads, make_partners

pytestmark = pytest.mark.django_db


@pytest.fixture
def their_trigger() -> Iterator[None]:
    """A trigger of the marketplace's own application that lets no lead of Zeeland get a partner."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'not in Zeeland';
                END;
            $$;
            CREATE TRIGGER theirs BEFORE UPDATE OF user_id ON leads FOR EACH ROW
                WHEN (NEW.province = 'Zeeland' AND NEW.user_id IS NOT NULL) EXECUTE FUNCTION theirs();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER theirs ON leads; DROP FUNCTION theirs()")


@pytest.mark.usefixtures("their_trigger")
@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_all_others_are_assigned_before_the_error_is_raised(batch_size: int) -> None:
    make_partners(3)
    refused = [make_leads(1, province="Zeeland")[0] for _ in range(2)]
    leads = make_leads(20)
    lead_ids = [refused[0].id, *ids(leads), refused[1].id]

    with pytest.raises(DatabaseError, match="not in Zeeland"):
        LeadAssignmentService(batch_size=batch_size).assign(lead_ids)

    assert Lead.objects.filter(partner__isnull=False).count() == 20
    assert LeadAssignmentLog.objects.count() == 20


@pytest.mark.usefixtures("their_trigger")
def test_a_sweep_goes_past_such_a_lead_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    make_partners(3)
    refused = make_leads(1, province="Zeeland")[0]
    leads = make_leads(9)

    with pytest.raises(DatabaseError, match="not in Zeeland"):
        sweep_unassigned_leads()

    assert set(Lead.objects.filter(partner__isnull=False).values_list("id", flat=True)) == set(ids(leads))
    assert LeadAssignmentLog.objects.filter(outcome="assigned").count() == 9
    assert not LeadAssignmentLog.objects.filter(lead=refused).exists()
    assert str(refused.id) in caplog.text


@pytest.mark.parametrize("leads", [1, 3])
def test_without_its_record_no_lead_is_handed_over(leads: int) -> None:
    make_partners(3)
    lead_ids = ids(make_leads(leads))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lead_assignment_logs ADD CONSTRAINT theirs CHECK (actor <> 'nobody')")

    with pytest.raises(DatabaseError, match="theirs"):
        LeadAssignmentService().assign(lead_ids, actor="nobody")

    assert not Lead.objects.filter(partner__isnull=False).exists()
    assert not LeadAssignmentLog.objects.exists()
