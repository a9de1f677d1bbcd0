"""`import_history` on files that are right."""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from leads.imports.services.history.load import import_history
from leads.imports.services.history.results import ImportResult, Progress
from leads.models import Industry, Lead, LeadActivity, Partner
from tests.integration.leads.history_files import (
    activity,
    activity_id,
    first_contacts_that_differ,
    lead_id,
    partner_id,
    random_history,
    small_history,
)

pytestmark = pytest.mark.django_db


def added(result: ImportResult) -> dict[str, int]:
    return {table.table: table.added for table in result.tables}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("packed", [False, True])
def test_loads_plain_and_packed_files(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001  # pytest passes by name
    result = import_history(folder=small_history().write(tmp_path, packed=packed))

    assert added(result) == {"profiles": 2, "industries": 2, "leads": 4, "lead_activities": 5}
    assert {table.table: table.read for table in result.tables} == added(result)
    assert result.shift is None
    partner = Partner.objects.get(id=partner_id(1))
    assert (partner.company_name, partner.is_active_for_routing, partner.max_open_leads) == ("Dakwerk Één", True, None)
    assert Partner.objects.get(id=partner_id(2)).is_active_for_routing is False
    note = LeadActivity.objects.get(id=activity_id(5))
    assert note.description == 'met "aanhaling", komma\nen regel'
    assert str(note.created_by_id) == partner_id(2)
    assert note.metadata == {}


def test_keeps_the_columns_of_a_lead(tmp_path: Path) -> None:
    import_history(folder=small_history().write(tmp_path))

    lead = Lead.objects.select_related("industry").get(id=lead_id(1))
    assert str(lead.partner_id) == partner_id(1)
    assert (lead.status, lead.province, lead.postcode) == ("won", "Utrecht", "3511 AB")
    assert lead.industry is not None
    assert lead.industry.name == "Zonnepanelen"
    assert lead.created_at == moment("2026-03-28T09:00:00+01:00")
    assert lead.accepted_at == moment("2026-03-28T09:20:00+01:00")
    assert lead.decided_at == moment("2026-04-02T09:00:00+02:00")
    assert lead.deal_value == Decimal("20000.00")
    assert (lead.assigned_at, lead.price_at_purchase, lead.source) == (None, None, "")


def test_only_a_won_or_lost_lead_is_decided(tmp_path: Path) -> None:
    import_history(folder=small_history().write(tmp_path))

    decided = Lead.objects.filter(decided_at__isnull=False).values_list("status", flat=True)
    assert sorted(decided) == ["lost", "won"]


def test_first_contact_is_the_earliest_contact_activity(tmp_path: Path) -> None:
    import_history(folder=small_history().write(tmp_path))

    first = {str(lead.id): lead.first_contact_at for lead in Lead.objects.all()}
    assert first[lead_id(1)] == moment("2026-03-28T11:00:00+01:00")
    assert first[lead_id(2)] is None  # a note is no contact
    assert first[lead_id(4)] is None


def test_first_contact_of_the_file_is_kept(tmp_path: Path) -> None:
    import_history(folder=small_history().write(tmp_path))

    assert Lead.objects.get(id=lead_id(3)).first_contact_at == moment("2026-03-30T11:00:00+02:00")


def test_contact_before_the_lead_counts_at_its_creation_and_is_reported(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities.append(activity(6, lead=2, type="whatsapp", at="2026-03-28T09:59:00+01:00"))

    result = import_history(folder=files.write(tmp_path))

    assert result.clamped_first_contacts == 1
    lead = Lead.objects.get(id=lead_id(2))
    assert lead.first_contact_at == lead.created_at


def test_triggers_count_the_open_leads(tmp_path: Path) -> None:
    import_history(folder=small_history().write(tmp_path))

    assert Partner.objects.get(id=partner_id(1)).open_leads == 1
    assert Partner.objects.get(id=partner_id(2)).open_leads == 0
    assert Partner.objects.get(id=partner_id(1)).last_assigned_at == moment("2026-03-30T09:00:00+02:00")


def test_industries_that_are_there_are_used_whatever_their_case(tmp_path: Path) -> None:
    known = Industry.objects.create(name="ZONNEPANELEN")

    result = import_history(folder=small_history().write(tmp_path))

    assert added(result)["industries"] == 1
    assert Lead.objects.filter(industry=known).count() == 2


@pytest.mark.parametrize("shift_to_now", [False, True])
def test_the_same_files_again_add_nothing(tmp_path: Path, shift_to_now: bool) -> None:  # noqa: FBT001  # by name
    small_history().write(tmp_path)
    import_history(folder=tmp_path, shift_to_now=shift_to_now)
    before = _content()

    again = import_history(folder=tmp_path, shift_to_now=shift_to_now)

    assert again.added == 0
    assert {table.table: table.read for table in again.tables} == {
        "profiles": 2,
        "industries": 2,
        "leads": 4,
        "lead_activities": 5,
    }
    assert _content() == before


def test_what_is_there_is_left_alone_and_what_is_new_is_added(tmp_path: Path) -> None:
    files = small_history()
    import_history(folder=files.write(tmp_path))
    Partner.objects.filter(id=partner_id(1)).update(company_name="Anders")
    files.lead_activities.append(activity(6, lead=2, type="whatsapp", at="2026-03-28T10:40:00+01:00"))

    result = import_history(folder=files.write(tmp_path))

    assert added(result) == {"profiles": 0, "industries": 0, "leads": 0, "lead_activities": 1}
    assert Partner.objects.get(id=partner_id(1)).company_name == "Anders"
    assert Lead.objects.get(id=lead_id(2)).first_contact_at == moment("2026-03-28T10:40:00+01:00")


def test_partners_and_leads_of_the_database_can_be_referred_to(tmp_path: Path) -> None:
    files = small_history()
    import_history(folder=files.write(tmp_path))
    files.profiles, files.leads, files.outcomes = [], [], []

    result = import_history(folder=files.write(tmp_path))

    assert result.added == 0


def test_shift_moves_every_time_by_the_same_amount(tmp_path: Path) -> None:
    small_history().write(tmp_path)

    before = timezone.now()
    result = import_history(folder=tmp_path, shift_to_now=True)
    after = timezone.now()

    assert result.shift is not None
    newest = moment("2026-04-03T09:00:00+02:00")  # a decision
    assert before <= newest + result.shift <= after
    lead = Lead.objects.get(id=lead_id(1))
    # Exactly, although summer time begins between them.
    assert lead.created_at == moment("2026-03-28T09:00:00+01:00") + result.shift
    assert lead.accepted_at == moment("2026-03-28T09:20:00+01:00") + result.shift
    assert lead.first_contact_at == moment("2026-03-28T11:00:00+01:00") + result.shift
    assert lead.decided_at == moment("2026-04-02T09:00:00+02:00") + result.shift
    assert Lead.objects.get(id=lead_id(2)).decided_at == newest + result.shift


def test_shift_is_the_same_amount_in_a_session_with_summer_time(tmp_path: Path) -> None:
    small_history().write(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/Amsterdam'")

        result = import_history(folder=tmp_path, shift_to_now=True)

        # Not read through Django, which takes every session to be in UTC.
        cursor.execute("SELECT extract(EPOCH FROM created_at) FROM leads WHERE id = %s", [lead_id(1)])
        (seconds,) = cursor.fetchone()
    assert result.shift is not None
    shifted = moment("2026-03-28T09:00:00+01:00") + result.shift
    assert datetime.fromtimestamp(float(seconds), UTC) == shifted


def test_shift_brings_times_of_the_future_to_now(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities[0]["created_at"] = "2060-01-01T00:00:00+00:00"

    result = import_history(folder=files.write(tmp_path), shift_to_now=True)

    assert result.shift is not None
    assert result.shift < timedelta()
    assert LeadActivity.objects.filter(created_at__gt=timezone.now()).count() == 0


def test_files_without_rows_are_fine(tmp_path: Path) -> None:
    files = small_history()
    files.profiles, files.leads, files.lead_activities, files.outcomes = [], [], [], []

    result = import_history(folder=files.write(tmp_path), shift_to_now=True)

    assert (result.added, result.shift) == (0, None)


def test_columns_in_another_order_byte_order_mark_and_empty_lines_are_fine(tmp_path: Path) -> None:
    small_history().write(tmp_path)
    text = (
        f"\ufeffname,is_active_for_routing,id\r\n\r\nAls eerste,t,{partner_id(1)}\r\n\r\nTweede,0,{partner_id(2)}\r\n"
    )
    (tmp_path / "profiles.csv").write_bytes(text.encode())

    import_history(folder=tmp_path)

    assert Partner.objects.get(id=partner_id(1)).company_name == "Als eerste"
    assert Partner.objects.get(id=partner_id(2)).is_active_for_routing is False


def test_progress_ends_at_the_total_of_every_file(tmp_path: Path) -> None:
    seen: dict[str, Progress] = {}

    def note(progress: Progress) -> None:
        seen[progress.step] = progress

    files = random_history(leads=600, seed=1)
    import_history(folder=files.write(tmp_path), on_progress=note)

    assert list(seen) == [
        "waiting for other imports",
        *("profiles.csv", "leads.csv", "lead_activities.csv", "outcomes.csv"),
        *("checking", "leaving out what is there"),
        *("adding profiles", "adding industries", "adding leads", "adding lead_activities"),
        "checking references",
    ]
    assert all(progress.done == progress.total for progress in seen.values())


def test_whole_log_agrees_with_its_files(tmp_path: Path) -> None:
    """On a log of your own (the folder in HISTORY_DIR), or else on a made-up one of the same shape."""
    named = os.environ.get("HISTORY_DIR")
    folder = Path(named) if named else random_history(leads=1_000, seed=20).write(tmp_path, packed=True)

    result = import_history(folder=folder, shift_to_now=True)

    read = {table.table: table.read for table in result.tables}
    assert added(result) == read
    assert Lead.objects.count() == read["leads"]
    assert LeadActivity.objects.count() == read["lead_activities"]
    assert first_contacts_that_differ() == 0
    open_leads = Counter(Lead.objects.open().values_list("partner_id", flat=True))
    assert {partner.id: partner.open_leads for partner in Partner.objects.filter(open_leads__gt=0)} == open_leads
    assert import_history(folder=folder, shift_to_now=True).added == 0


def test_command_tells_what_was_read_and_added(tmp_path: Path) -> None:
    files = small_history()
    files.lead_activities.append(activity(6, lead=2, type="whatsapp", at="2026-03-28T09:59:00+01:00"))
    files.write(tmp_path)

    first, second = _output(tmp_path), _output(tmp_path)

    assert [" ".join(line.split()) for line in first.splitlines()[:4]] == [
        "profiles 2 read 2 added 0 there already",
        "industries 2 read 2 added 0 there already",
        "leads 4 read 4 added 0 there already",
        "lead_activities 6 read 6 added 0 there already",
    ]
    assert "All times were moved by" in first
    assert "1 leads had a contact before their creation" in first
    assert second.splitlines()[-1] == "Nothing was added: all of it is there already."
    assert " ".join(second.splitlines()[2].split()) == "leads 4 read 0 added 4 there already"
    assert "moved" not in second


def _output(folder: Path) -> str:
    out = StringIO()
    call_command("import_history", str(folder), shift_to_now=True, stdout=out)
    return out.getvalue()


def _content() -> list[tuple[Any, ...]]:
    """Every row of the tables that an import writes."""
    rows: list[tuple[Any, ...]] = []
    for model in (Partner, Industry, Lead, LeadActivity):
        rows.extend(model.objects.order_by("pk").values_list())
    return rows
