"""`assign_backlog` as a process of its own, stopped in the middle."""

import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from leads.models import Lead
from router.models import LeadAssignmentLog
from tests.integration.router.worlds import make_leads, make_partners

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str) -> str:
    """Run the command here; return what it says."""
    output = StringIO()
    call_command("assign_backlog", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_stopped_keeps_whole_batches_and_a_second_one_goes_on(number: signal.Signals) -> None:
    make_partners(20)
    make_leads(400)
    settings = connection.settings_dict
    place = f"{settings['HOST']}:{settings['PORT']}" if settings["HOST"] else ""
    login = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["PASSWORD"] else ""
    environment = os.environ | {"DATABASE_URL": f"postgres://{login}{place}/{settings['NAME']}"}
    command = [sys.executable, "manage.py", "assign_backlog", "--batch-size", "2"]

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith(("20 of", "22 of", "24 of")))
        process.send_signal(number)
        process.communicate(timeout=60)

    assigned = Lead.objects.filter(partner__isnull=False).count()
    assert int(line.split()[0]) <= assigned < 400
    assert assigned % 2 == 0
    assert LeadAssignmentLog.objects.count() == assigned
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 130)

    assert f"{400 - assigned} of {400 - assigned} leads" in run()
    assert LeadAssignmentLog.objects.count() == 400
    assert not Lead.objects.unassigned().exists()
