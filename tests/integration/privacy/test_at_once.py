"""Anonymising beside others, and interrupted: real transactions and connections."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from core.auth.actors import Actor
from leads.intake.services.intake import NewLead, create_lead
from leads.models import Lead, LeadActivity, LeadContactDigest
from leads.privacy.services.erasure import erase_person
from leads.privacy.services.persons import Person
from leads.privacy.services.retention import Anonymised, Deadlines, anonymise_due
from router.assignment import LeadAssignmentService
from tests.factories.marketplace import make_lead, make_partner
from tests.factories.raw import execute
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CONTACT = {"contact_name": "Ans", "contact_email": "ans@example.org", "message": "Please call"}


def retire() -> Anonymised:
    """As if it were years later."""
    now = timezone.now() + timedelta(days=5000)
    deadlines = Deadlines.after(decided_days=180, undecided_days=730, now=now)
    return anonymise_due(deadlines=deadlines, now=now, seconds=60)


def erase() -> None:
    person = Person.make(email=CONTACT["contact_email"])
    erase_person(person, reason="Asked for it.", actor=Actor(name="test"), now=timezone.now())


def pid_of_who_waits() -> int:
    """The session that waits for a lock, as soon as there is one."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            for (pid,) in cursor.fetchall():
                return int(pid)
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


def beside(first: Callable[[], object], second: Callable[[], object]) -> list[Any]:
    """Do the first in a transaction that commits when the second, in a thread of its own, waits for it."""
    done = Event()

    def work(number: int) -> object:
        if number == 1:
            assert done.wait(timeout=30)
            return second()
        with transaction.atomic():
            first()
            done.set()
            return pid_of_who_waits()

    return at_once(2, work)


def say(lead: Lead) -> None:
    """As another application does: no lock but that of the foreign key, which waits for the end."""
    execute("INSERT INTO lead_activities (lead_id, type, description) VALUES (%s, 'note', 'Ans')", [lead.id])


def whole_or_nothing(lead: Lead) -> bool:
    """Whether the lead is anonymised, and then all of it."""
    lead.refresh_from_db()
    activity = LeadActivity.objects.get()
    signs = {
        lead.anonymised_at is not None,
        lead.contact_name == "",
        lead.message == "",
        activity.description is None,
        not LeadContactDigest.objects.exists(),
    }
    assert len(signs) == 1
    return signs.pop()


@pytest.mark.parametrize("how", [erase, lambda: execute("UPDATE leads SET anonymised_at = now()")], ids=["here", "SQL"])
def test_what_somebody_writes_at_the_same_moment_is_blanked_by_who_comes_second(how: Callable[[], object]) -> None:
    lead = make_lead(**CONTACT)

    beside(lambda: say(lead), how)

    assert whole_or_nothing(lead)


def test_who_writes_second_sees_that_the_lead_is_anonymised() -> None:
    lead = make_lead(**CONTACT)

    beside(erase, lambda: say(lead))

    assert whole_or_nothing(lead)


def test_a_text_that_is_just_being_corrected_is_waited_for() -> None:
    lead = make_lead(**CONTACT)
    LeadActivity.objects.create(lead=lead, type="note")

    beside(lambda: execute("UPDATE lead_activities SET description = 'Ans'"), erase)

    assert whole_or_nothing(lead)


def test_retention_passes_over_a_lead_on_which_somebody_works() -> None:
    lead, other = make_lead(**CONTACT), make_lead()
    with transaction.atomic():
        say(lead)
        (result,) = at_once(1, lambda _: retire())

    assert result == Anonymised(leads=1, tickets=0, is_done=False)
    other.refresh_from_db()
    assert other.anonymised_at is not None
    assert not whole_or_nothing(lead)
    assert retire().leads == 1
    assert whole_or_nothing(lead)


def test_a_lead_is_assigned_or_anonymised_and_never_handed_over_without_its_person() -> None:
    make_partner(regions=["Utrecht"])
    leads = [make_lead(contact_email=f"{number}@example.org") for number in range(30)]
    ids = [lead.id for lead in leads]

    def work(number: int) -> object:
        if number == 0:
            return [LeadAssignmentService().assign([lead_id]) for lead_id in ids]
        return [retire() for _ in range(3)]

    at_once(2, work)
    retire()

    for lead in Lead.objects.all():
        assert lead.anonymised_at is not None
        assert lead.contact_email == ""
        assert (lead.partner_id is None) == (lead.status == "lost")


def test_a_request_that_comes_in_during_the_erasure_is_a_new_lead() -> None:
    lead = make_lead(**CONTACT)
    new = NewLead(contact_email="Ans@example.org", contact_name="Ans")

    _, receipt = beside(erase, lambda: create_lead(new=new, actor=Actor(name="form"), now=timezone.now()))

    assert receipt.status == "new"
    assert Lead.objects.exclude(pk=lead.pk).get().contact_name == "Ans"


@pytest.mark.parametrize("how", [erase, retire])
def test_an_interruption_leaves_the_lead_whole_and_the_next_run_makes_up_for_it(how: Callable[[], object]) -> None:
    lead = make_lead(**CONTACT)
    say(lead)
    execute("INSERT INTO support_tickets (lead_id, subject) VALUES (%s, 'Ans')", [lead.id])
    locked, ended = Event(), Event()

    def work(number: int) -> None:
        if number == 0:
            with transaction.atomic():
                # The last table that is written: lead, repeats and activities are blanked by then.
                execute("UPDATE support_tickets SET status = 'resolved'")
                locked.set()
                pid = pid_of_who_waits()
                execute("SELECT pg_terminate_backend(%s)", [pid])
                assert ended.wait(timeout=30)
            return
        assert locked.wait(timeout=30)
        with pytest.raises(OperationalError):
            how()
        ended.set()

    at_once(2, work)
    assert not whole_or_nothing(lead)

    how()
    assert whole_or_nothing(lead)
    how()
    assert whole_or_nothing(lead)
