from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError

from core.auth.actors import Actor
from feedback.models import LeadFeedback
from feedback.services.ratings import AlreadyRated, LeadWithoutPartner, rate_lead
from leads.services.locks import LeadNotFound
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STAFF = Actor(name="user:1")


def test_a_rating_is_for_the_partner_who_has_the_lead() -> None:
    first, second = make_partner(), make_partner()
    lead = make_lead(partner=first)
    execute("UPDATE leads SET user_id = %s", [second.id])

    rate_lead(lead_id=lead.id, rating=4, comment="Neat work.", actor=STAFF, now=NOW)

    feedback = LeadFeedback.objects.get()
    assert (feedback.lead, feedback.partner, feedback.rating) == (lead, second, 4)
    assert (feedback.comment, feedback.created_at) == ("Neat work.", NOW)


def test_a_lead_is_rated_once() -> None:
    lead = make_lead(partner=make_partner())
    rate_lead(lead_id=lead.id, rating=4, comment="", actor=STAFF, now=NOW)

    with pytest.raises(AlreadyRated):
        rate_lead(lead_id=lead.id, rating=1, comment="", actor=STAFF, now=NOW)

    assert LeadFeedback.objects.get().rating == 4


@pytest.mark.django_db(transaction=True)
def test_of_many_ratings_at_once_one_stays() -> None:
    lead = make_lead(partner=make_partner())

    def rate(number: int) -> bool:
        try:
            rate_lead(lead_id=lead.id, rating=1 + number % 5, comment="", actor=STAFF, now=NOW)
        except AlreadyRated:
            return False
        return True

    assert at_once(8, rate).count(True) == 1
    assert LeadFeedback.objects.count() == 1


def test_a_lead_that_nobody_has_is_not_rated() -> None:
    with pytest.raises(LeadWithoutPartner):
        rate_lead(lead_id=make_lead().id, rating=4, comment="", actor=STAFF, now=NOW)


def test_a_lead_that_is_not_there() -> None:
    with pytest.raises(LeadNotFound):
        rate_lead(lead_id=uuid4(), rating=4, comment="", actor=STAFF, now=NOW)


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_another_number_is_refused_here_and_by_the_database(rating: int) -> None:
    lead = make_lead(partner=make_partner())

    with pytest.raises(ValueError, match="1 to 5"):
        rate_lead(lead_id=lead.id, rating=rating, comment="", actor=STAFF, now=NOW)
    with pytest.raises(IntegrityError, match="lead_feedback_rating_range"):
        LeadFeedback.objects.create(lead=lead, partner=make_partner(), rating=rating)


def test_other_refusals_of_the_database_are_not_taken_for_a_second_rating() -> None:
    execute("ALTER TABLE lead_feedback ADD CONSTRAINT only_good_ones CHECK (rating > 3)")

    with pytest.raises(IntegrityError, match="only_good_ones"):
        rate_lead(lead_id=make_lead(partner=make_partner()).id, rating=1, comment="", actor=STAFF, now=NOW)
