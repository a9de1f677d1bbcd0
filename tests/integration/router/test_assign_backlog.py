"""The command that hands out a backlog: progress, an end at any point, and going on from there."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leads.models import Lead
from router.models import LeadAssignmentLog
from tests.integration.router.worlds import make_leads, make_partners

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> str:
    """Run the command here; return what it says."""
    output = StringIO()
    call_command("assign_backlog", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_all_waiting_leads_are_handed_out_oldest_first_and_progress_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_partners(1, max_open_leads=5)
    leads = make_leads(7)

    said = run("--batch-size", "3")

    assert "7 of 7 leads" in said
    assert "5 assigned, 2 no_candidate" in said
    assert set(Lead.objects.unassigned().values_list("id", flat=True)) == {leads[5].id, leads[6].id}
    assert capsys.readouterr().err.split("\n")[:3] == ["3 of 7", "6 of 7", "7 of 7"]
    assert set(LeadAssignmentLog.objects.values_list("trigger", "actor")) == {("admin", "command:assign_backlog")}


@pytest.mark.django_db
def test_with_a_limit_the_rest_waits_for_the_next_call() -> None:
    make_partners(2)
    make_leads(5)

    assert "2 of 2 leads" in run("--limit", "2")
    assert Lead.objects.unassigned().count() == 3
    assert "3 of 3 leads" in run()
    assert "none waits" in run()


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "-1"), ("--batch-size", "many")])
def test_a_number_that_is_none_is_refused_by_name(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=f"{arguments[0]}.*is not a number of leads"):
        run(*arguments)
