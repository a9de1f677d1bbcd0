"""The demo marketplace in a database: loaded, and alive."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from uuid import UUID

import numpy as np
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.demo.behaviour import is_ignored
from config.demo.calendar import ZONE
from config.demo.generate import SOURCE, WAITING, generate
from config.demo.roster import SEED, make_industries, make_roster
from config.demo.trickle import MOST_ACTIONS, Trickle
from feedback.models import LeadFeedback
from leads.models import Industry, Lead, LeadActivity, Partner
from leads.vocabulary import CONTACT_TYPES, OPEN_STATUSES, LeadStatus
from performance.models import PartnerPerformanceStats, RefreshRun
from router.assignment import LeadAssignmentService
from support.models import SupportTicket
from tests.factories.marketplace import make_lead, make_partner

DEADLINE_SECONDS = 60


def _load(**options: object) -> str:
    out = StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_loads_the_marketplace_of_today_and_refreshes_the_statistics() -> None:
    said = _load()

    expected = generate(seed=SEED, day=timezone.localdate(timezone=ZONE))
    assert said == (
        f"Loaded the demo: 8 industries, 60 profiles, {len(expected.leads):,} leads, "
        f"{len(expected.activities):,} lead_activities, {len(expected.feedback):,} lead_feedback, "
        f"{len(expected.tickets):,} support_tickets.\n"
    )
    rows = {
        lead.id: (lead.user_id, lead.status, lead.created_at, lead.accepted_at, lead.decided_at, lead.deal_value)
        for lead in expected.leads
    }
    columns = ("id", "partner_id", "status", "created_at", "accepted_at", "decided_at", "deal_value")
    assert {row[0]: row[1:] for row in Lead.objects.values_list(*columns)} == rows
    assert set(LeadActivity.objects.values_list("id", flat=True)) == {row.id for row in expected.activities}
    assert RefreshRun.objects.get().triggered_by == "load_demo"
    assert PartnerPerformanceStats.objects.filter(leads_assigned_30d__gt=0).count() > 50
    _assert_triggers_have_worked()
    _assert_waiting_leads_find_a_partner()


def _assert_triggers_have_worked() -> None:
    for partner in Partner.objects.all():
        assert partner.open_leads == partner.leads.filter(status__in=OPEN_STATUSES).count()
        assert partner.max_open_leads is None or partner.open_leads <= partner.max_open_leads
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE lead.first_contact_at IS DISTINCT FROM contact.first_at)
            FROM leads AS lead JOIN (
                SELECT lead_id, min(created_at) AS first_at FROM lead_activities WHERE type = ANY(%s) GROUP BY lead_id
            ) AS contact ON contact.lead_id = lead.id
            """,
            [[str(value) for value in CONTACT_TYPES]],
        )
        contacted, different = cursor.fetchone()
    assert contacted > 5_000
    assert different == 0


def _assert_waiting_leads_find_a_partner() -> None:
    waiting = list(Lead.objects.unassigned().values_list("id", flat=True))
    assert len(waiting) == WAITING
    LeadAssignmentService().assign(waiting, trigger="sweep")
    assert not Lead.objects.unassigned().exists()


@pytest.mark.django_db
def test_is_not_mixed_with_partners_that_are_there() -> None:
    partner = make_partner()

    with pytest.raises(CommandError, match="partners or leads already"):
        _load()

    assert list(Partner.objects.all()) == [partner]
    assert not Lead.objects.exists()
    assert not RefreshRun.objects.exists()


@pytest.mark.django_db
def test_if_empty_leaves_a_marketplace_alone_and_succeeds() -> None:
    make_lead()

    assert _load(if_empty=True) == "There are partners or leads already: nothing was loaded.\n"

    assert Lead.objects.count() == 1
    assert not Partner.objects.exists()


@pytest.mark.django_db
def test_another_seed_and_day_are_taken_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    make_partner()

    call_command("load_demo", "--seed=7", "--day=2026-03-30", "--if-empty")

    assert "nothing was loaded" in capsys.readouterr().out


@pytest.mark.django_db
def test_no_history_of_the_future() -> None:
    tomorrow = timezone.localdate(timezone=ZONE) + timedelta(days=1)

    with pytest.raises(CommandError, match="is in the future"):
        _load(day=tomorrow)


@pytest.mark.parametrize("option", ["--seed=-1", "--seed=x", "--day=yesterday"])
def test_odd_options_are_refused(option: str) -> None:
    with pytest.raises(CommandError):
        call_command("load_demo", option)


# -- trickle -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def roster(db: None) -> dict[str, list[Partner]]:
    """The demo's partners and industries without its history, by kind of partner."""
    until = timezone.now()
    Industry.objects.bulk_create(Industry(id=row.id, name=row.name) for row in make_industries(seed=SEED))
    kinds: dict[str, list[Partner]] = {}
    for partner in make_roster(seed=SEED, until=until):
        row = partner.row
        kinds.setdefault(partner.archetype.name, []).append(
            Partner(
                id=row.id,
                company_name=row.company_name,
                regions=row.regions,
                lead_locations=row.lead_locations,
                lead_industries=row.lead_industries,
                primary_branch=row.primary_branch,
            )
        )
    Partner.objects.bulk_create(partner for partners in kinds.values() for partner in partners)
    return kinds


def _trickle() -> Trickle:
    return Trickle(seed=SEED, rng=np.random.default_rng(3), now=timezone.now(), pace=40.0)


def _give(partner: Partner, *, count: int = 1, status: str = LeadStatus.NEW, source: str = SOURCE) -> list[Lead]:
    industry = make_industries(seed=SEED)[0]
    return [
        make_lead(partner=partner, status=status, source=source, industry_id=industry.id, assigned_at=timezone.now())
        for _ in range(count)
    ]


def _work_until(trickle: Trickle, done: Callable[[], bool], *, most: int = 1_000) -> None:
    for _ in range(most):
        assert trickle.work(now=timezone.now()) <= MOST_ACTIONS
        if done():
            return
    pytest.fail(f"not done after {most} rounds")


@pytest.mark.django_db
def test_stays_out_of_a_marketplace_that_is_not_the_demo() -> None:
    assert not _trickle().is_at_home()
    make_partner()
    assert not _trickle().is_at_home()


def test_is_at_home_in_the_demo_of_its_seed(roster: dict[str, list[Partner]]) -> None:
    assert _trickle().is_at_home()
    assert not Trickle(seed=SEED + 1, rng=np.random.default_rng(3), now=timezone.now()).is_at_home()


def test_brings_leads_that_can_be_routed(roster: dict[str, list[Partner]]) -> None:
    trickle = _trickle()

    ids = [trickle.bring_lead(now=timezone.now()) for _ in range(20)]

    leads = Lead.objects.filter(id__in=ids)
    assert {lead.source for lead in leads} == {SOURCE}
    assert all(lead.contact_email.endswith("@example.com") for lead in leads)
    assert LeadActivity.objects.filter(lead__in=ids, type="created").count() == 20
    LeadAssignmentService().assign(ids, trigger="task")
    assert not leads.filter(partner__isnull=True).exists()


def test_partners_work_their_leads_to_the_end(roster: dict[str, list[Partner]]) -> None:
    leads = [lead for partner in (*roster["fast closer"], *roster["pushy"]) for lead in _give(partner, count=6)]
    trickle = _trickle()

    _work_until(trickle, lambda: not Lead.objects.open().exists())

    for lead in Lead.objects.filter(id__in=[lead.id for lead in leads]):
        contacts = lead.activities.filter(type__in=CONTACT_TYPES)
        assert (lead.status == LeadStatus.REJECTED) == (lead.accepted_at is None)
        # A lead can be lost in silence; what was declined was never called, and what was won was.
        assert contacts.exists() or lead.status != LeadStatus.WON
        assert not contacts.exists() or lead.status != LeadStatus.REJECTED
        assert all(contact.created_by_id == lead.partner_id for contact in contacts)
        assert (lead.deal_value is not None) == (lead.status == LeadStatus.WON)
    assert {"won", "lost"} <= set(Lead.objects.values_list("status", flat=True))
    assert LeadFeedback.objects.exists()
    assert all(rating.partner_id == rating.lead.partner_id for rating in LeadFeedback.objects.select_related("lead"))
    assert SupportTicket.objects.filter(type="complaint").exists()


def test_only_leads_of_the_demo_are_touched(roster: dict[str, list[Partner]]) -> None:
    partner = roster["fast closer"][0]
    _give(partner, count=5, source="website")
    stranger = make_partner()
    _give(stranger, count=5)

    for _ in range(50):
        assert _trickle().work(now=timezone.now()) == 0

    assert set(Lead.objects.values_list("status", flat=True)) == {LeadStatus.NEW}


def test_a_lead_that_is_ignored_lapses_without_a_contact(roster: dict[str, list[Partner]]) -> None:
    ghost = next(partner for partner in make_roster(seed=SEED, until=timezone.now()) if partner.archetype.ignore > 0.5)
    leads = _give(Partner.objects.get(id=ghost.row.id), count=60, status=LeadStatus.ACCEPTED)
    ignored: set[UUID] = {lead.id for lead in leads if is_ignored(lead_id=lead.id, archetype=ghost.archetype)}
    Lead.objects.exclude(id__in=ignored).delete()

    _work_until(_trickle(), lambda: Lead.objects.filter(status=LeadStatus.LOST).exists())

    assert not LeadActivity.objects.filter(type__in=CONTACT_TYPES).exists()


def test_a_lead_that_somebody_else_has_rated_is_no_accident(roster: dict[str, list[Partner]]) -> None:
    leads = [
        lead for partner in roster["fast closer"] for lead in _give(partner, count=3, status=LeadStatus.IN_PROGRESS)
    ]
    for lead in leads:
        assert lead.partner is not None
        LeadFeedback.objects.create(lead=lead, partner=lead.partner, rating=5)

    _work_until(_trickle(), lambda: not Lead.objects.open().exists())

    assert LeadFeedback.objects.count() == len(leads)


# -- the process -------------------------------------------------------------------------------------------------------


@contextmanager
def _meanwhile(what: Callable[[psycopg.Connection], object]) -> Iterator[None]:
    """Do something over a connection of its own while the command runs here, and end the command."""
    settings = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "prepare_threshold")
    connect = {name: settings[name] for name in names if name in settings}
    failed: list[Exception] = []

    def run() -> None:
        try:
            with psycopg.connect(**connect, autocommit=True) as other:
                what(other)
        except (AssertionError, psycopg.Error) as error:
            failed.append(error)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    assert not failed


def _wait_for_leads(other: psycopg.Connection, *, more_than: int) -> int:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        row = other.execute("SELECT count(*) FROM leads WHERE source = 'demo'").fetchone()
        assert row is not None
        if row[0] > more_than:
            return int(row[0])
        time.sleep(0.02)
    raise AssertionError("no lead came in")


@pytest.mark.django_db(transaction=True)
def test_command_brings_leads_until_it_is_ended(roster: dict[str, list[Partner]], redis_url: str) -> None:
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    with _meanwhile(lambda other: _wait_for_leads(other, more_than=2)):
        call_command("demo_trickle", interval=0.01)

    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == handlers
    assert Lead.objects.filter(source=SOURCE).count() > 2


@pytest.mark.django_db(transaction=True)
def test_command_goes_on_after_the_database_was_away(
    roster: dict[str, list[Partner]], redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupt(other: psycopg.Connection) -> None:
        before = _wait_for_leads(other, more_than=0)
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        _wait_for_leads(other, more_than=before + 3)

    with _meanwhile(interrupt):
        call_command("demo_trickle", interval=0.01)

    assert "The demo waits for the database" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_command_waits_where_there_is_no_demo() -> None:
    make_partner()

    with _meanwhile(lambda _: time.sleep(0.3)):
        call_command("demo_trickle", interval=0.01)

    assert not Lead.objects.exists()
