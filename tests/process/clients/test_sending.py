"""The programs of `docs/clients` that send leads, as they are, to the real web server."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leads.intake.services.clients import make_token
from leads.models import Lead
from tests.factories.marketplace import make_industry, make_intake_client
from tests.process.clients.lines import be_busy, line_to, lose_the_answer, lose_the_request
from tests.process.servers import ROOT, web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_url")]

CLIENTS = ROOT / "docs" / "clients"
PROGRAMS = {
    "python": [sys.executable, "-W", "error", "-I", str(CLIENTS / "python" / "send_lead.py")],
    "curl": ["bash", str(CLIENTS / "curl" / "send_lead.sh")],
}
LEAD = {
    "industry": "Solar panels",
    "postcode": "3511 AB",
    "contact_name": "Ans de Boer",
    "contact_phone": "06 12345678",
}


class Sender:
    """Runs a program with a token, against an address."""

    def __init__(self, folder: Path, *, address: str) -> None:
        self.address = address
        self.token = make_token(client=make_intake_client(leads_per_minute=1000), days=1).token
        self._folder = folder

    def send(self, program: str, lead: dict[str, Any], *, address: str | None = None, token: str | None = None) -> Any:
        """The finished process."""
        file = self._folder / "lead.json"
        file.write_text(json.dumps(lead))
        return subprocess.run(
            [*PROGRAMS[program], str(file)],
            env={
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "LEADS_URL": address or self.address,
                "LEADS_TOKEN": token or self.token,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    make_industry(name="Solar panels")
    with web_server("--workers", "1", "--threads", "4", log=tmp_path / "web.log") as address:
        yield Sender(tmp_path, address=address)


def test_a_lead_arrives_once_over_a_line_that_breaks_and_mistakes_are_named(sender: Sender) -> None:
    for count, program in enumerate(PROGRAMS, start=1):
        with line_to(sender.address, lose_the_answer, lose_the_request, be_busy) as (broken, line):
            lead = {**LEAD, "contact_email": f"{program}@example.org", "contact_phone": ""}
            sent = sender.send(program, lead, address=broken)

        assert (sent.returncode, sent.stderr.count("Not delivered")) == (0, 0), sent.stderr
        assert Lead.objects.count() == count
        assert Lead.objects.filter(pk=json.loads(sent.stdout)["id"]).exists()
        assert len(line.keys) == 4
        assert len(set(line.keys)) == 1
        assert line.replayed == [None, "true"]

        wrong = sender.send(program, {**LEAD, "postcode": "99", "contact_phone": "12"})
        stranger = sender.send(program, LEAD, token="0" * 64)

        assert (wrong.returncode, stranger.returncode) == (1, 1)
        assert "postcode" in wrong.stderr
        assert "contact_phone" in wrong.stderr
        assert "authentication_failed" in stranger.stderr
        assert Lead.objects.count() == count
        for done in (sent, wrong, stranger):
            assert sender.token not in done.stdout + done.stderr
