from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from leads.models import Lead, LeadActivity
from leads.vocabulary import CONTACT_TYPES, ActivityType
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import copy_rows, execute

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

Activity = tuple[Lead, ActivityType, datetime]
Writer = Callable[[list[Activity]], None]


def by_orm(activities: list[Activity]) -> None:
    for lead, kind, at in activities:
        LeadActivity.objects.create(lead=lead, type=kind, created_at=at)


def by_bulk_create(activities: list[Activity]) -> None:
    LeadActivity.objects.bulk_create(LeadActivity(lead=lead, type=kind, created_at=at) for lead, kind, at in activities)


def by_copy(activities: list[Activity]) -> None:
    rows = [(lead.id, kind.value, at) for lead, kind, at in activities]
    copy_rows("lead_activities", ("lead_id", "type", "created_at"), rows)


def by_sql(activities: list[Activity]) -> None:
    values = ", ".join("(%s, %s, %s)" for _ in activities)
    parameters = [value for lead, kind, at in activities for value in (lead.id, kind.value, at)]
    execute(f"INSERT INTO lead_activities (lead_id, type, created_at) VALUES {values}", parameters)


@pytest.fixture(params=[by_orm, by_bulk_create, by_copy, by_sql])
def write(request: pytest.FixtureRequest) -> Writer:
    writer: Writer = request.param
    return writer


def first_contact_of(lead: Lead) -> datetime | None:
    return Lead.objects.get(id=lead.id).first_contact_at


def test_every_writer_sets_the_first_contact(write: Writer) -> None:
    lead = make_lead(created_at=MONDAY)

    write([(lead, ActivityType.PHONE_CALL, MONDAY + timedelta(hours=2))])

    assert first_contact_of(lead) == MONDAY + timedelta(hours=2)


def test_each_lead_gets_its_own_first_contact(write: Writer) -> None:
    called, mailed, left_alone = (make_lead(created_at=MONDAY) for _ in range(3))

    write(
        [
            (called, ActivityType.PHONE_CALL, MONDAY + timedelta(hours=1)),
            (mailed, ActivityType.EMAIL_SENT, MONDAY + timedelta(hours=2)),
            (left_alone, ActivityType.NOTE, MONDAY + timedelta(hours=3)),
        ]
    )

    contacts = [first_contact_of(lead) for lead in (called, mailed, left_alone)]
    assert contacts == [MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2), None]


@pytest.mark.parametrize("write", [by_bulk_create, by_copy, by_sql])
def test_the_earliest_of_one_statement_counts(write: Writer) -> None:
    lead = make_lead(created_at=MONDAY)

    write([(lead, ActivityType.MEETING, MONDAY + timedelta(hours=hour)) for hour in (5, 3, 4)])

    assert first_contact_of(lead) == MONDAY + timedelta(hours=3)


@pytest.mark.parametrize("kind", CONTACT_TYPES)
def test_each_kind_of_contact_counts(kind: ActivityType) -> None:
    lead = make_lead(created_at=MONDAY)

    by_sql([(lead, kind, MONDAY + timedelta(minutes=1))])

    assert first_contact_of(lead) == MONDAY + timedelta(minutes=1)


@pytest.mark.parametrize("kind", sorted(set(ActivityType) - set(CONTACT_TYPES)))
def test_other_activities_are_no_contact(kind: ActivityType) -> None:
    lead = make_lead(created_at=MONDAY)

    by_sql([(lead, kind, MONDAY + timedelta(minutes=1))])

    assert first_contact_of(lead) is None


def test_a_first_contact_stays_also_when_an_earlier_one_is_added(write: Writer) -> None:
    lead = make_lead(created_at=MONDAY)
    by_sql([(lead, ActivityType.PHONE_CALL, MONDAY + timedelta(hours=2))])

    write([(lead, ActivityType.EMAIL_SENT, MONDAY + timedelta(hours=at)) for at in (1, 3)])

    assert first_contact_of(lead) == MONDAY + timedelta(hours=2)


def test_it_is_not_before_the_lead() -> None:
    lead = make_lead(created_at=MONDAY)

    by_sql([(lead, ActivityType.PHONE_CALL, MONDAY - timedelta(days=1))])

    assert first_contact_of(lead) == MONDAY


def test_it_is_not_after_now() -> None:
    lead = make_lead(created_at=MONDAY)
    before = timezone.now()

    by_sql([(lead, ActivityType.PHONE_CALL, before + timedelta(days=1))])

    contact = first_contact_of(lead)
    assert contact is not None
    assert before <= contact <= timezone.now()


def test_a_lead_from_the_future_keeps_its_constraint() -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    lead = make_lead(created_at=tomorrow)

    by_sql([(lead, ActivityType.PHONE_CALL, timezone.now())])

    assert first_contact_of(lead) == tomorrow


def test_a_rerouted_lead_starts_again_and_counts_only_its_new_partner() -> None:
    lead = make_lead(created_at=MONDAY, partner=make_partner(), assigned_at=MONDAY)
    by_sql([(lead, ActivityType.PHONE_CALL, MONDAY + timedelta(hours=1))])
    handed_over = MONDAY + timedelta(days=2)

    execute("UPDATE leads SET user_id = %s, assigned_at = %s WHERE id = %s", [make_partner().id, handed_over, lead.id])
    restarted = first_contact_of(lead)
    by_sql([(lead, ActivityType.EMAIL_SENT, MONDAY + timedelta(hours=3))])
    after_an_old_activity = first_contact_of(lead)
    by_sql([(lead, ActivityType.EMAIL_SENT, handed_over + timedelta(hours=4))])

    assert (restarted, after_an_old_activity) == (None, None)
    assert first_contact_of(lead) == handed_over + timedelta(hours=4)
