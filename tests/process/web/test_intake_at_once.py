"""Many requests at the same moment, over HTTP, to the real web server; a real worker assigns what comes of them."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.request import Request, urlopen

import pytest

from leads.intake.models import IntakeKey
from leads.intake.services.clients import make_token
from leads.models import Lead, LeadActivity, LeadRepeat, Partner
from router.models import LeadAssignmentLog
from tests.factories.marketplace import make_industry, make_intake_client, make_partner
from tests.process.servers import wait_for, web_server, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_url")]

BODY = {"industry": "Roofs", "postcode": "3511 AB", "contact_email": "ans@example.org", "contact_phone": "030-1234567"}


class Market:
    """The address of the intake, two partners who would both take a lead, and a client that may send fast."""

    def __init__(self, *, address: str, log: Path) -> None:
        self.url, self.log = f"{address}api/leads/", log
        make_industry(name="Roofs")
        self.partners = [make_partner(max_open_leads=None) for _ in range(2)]
        self.token = make_token(client=make_intake_client(leads_per_minute=1000), days=1).token

    def post_at_once(self, count: int, *, key: str | None = None) -> list[tuple[int, bytes, str | None]]:
        """Status, body and `Idempotency-Replayed` of so many equal requests that start together."""
        start = Barrier(count)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key

        def post(_: int) -> tuple[int, bytes, str | None]:
            request = Request(self.url, data=json.dumps(BODY).encode(), headers=headers)
            start.wait()
            with urlopen(request, timeout=120) as response:
                return response.status, response.read(), response.headers["Idempotency-Replayed"]

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(post, range(count)))

    def wait_until_assigned(self) -> None:
        wait_for(lambda: not Lead.objects.filter(partner__isnull=True).exists(), log=self.log)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    logs = tmp_path / "web.log", tmp_path / "worker.log"
    with (
        web_server("--workers", "2", "--threads", "12", log=logs[0]) as address,
        worker(log=logs[1]),
    ):
        yield Market(address=address, log=logs[1])


def assert_one_sale(market: Market) -> None:
    market.wait_until_assigned()
    lead = Lead.objects.get()
    assert lead.partner in market.partners
    assert LeadAssignmentLog.objects.filter(outcome="assigned").count() == 1
    assert sum(Partner.objects.values_list("open_leads", flat=True)) == 1
    assert LeadActivity.objects.filter(type="created").count() == 1


def test_a_hundred_with_one_key_make_one_lead_one_assignment_and_get_one_answer(market: Market) -> None:
    answers = market.post_at_once(100, key="order-1")

    assert Counter(status for status, _, _ in answers) == {201: 100}
    assert len({body for _, body, _ in answers}) == 1
    assert Counter(replayed for _, _, replayed in answers) == {"true": 99, None: 1}
    assert json.loads(answers[0][1])["id"] == str(Lead.objects.get().id)
    assert (IntakeKey.objects.count(), LeadRepeat.objects.count()) == (1, 0)
    assert_one_sale(market)


def test_fifty_duplicates_make_one_sale(market: Market) -> None:
    answers = [json.loads(body) for status, body, _ in market.post_at_once(50) if status == 201]

    lead = Lead.objects.get()
    assert Counter(answer["status"] for answer in answers) == {"duplicate": 49, "new": 1}
    assert len({answer["id"] for answer in answers}) == 50
    assert {answer["duplicate_of"] for answer in answers} == {None, str(lead.id)}
    assert LeadRepeat.objects.filter(lead=lead).count() == 49
    assert_one_sale(market)
