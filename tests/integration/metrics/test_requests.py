"""Requests at `/metrics`, added up over the processes."""

from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.test import Client

from tests.integration.metrics.reading import TOKEN, read, samples, value
from tests.process.servers import web_server

pytestmark = pytest.mark.django_db


def test_requests_are_counted_by_view_and_not_by_address(token: str) -> None:
    before = read()
    for _ in range(3):
        Client().get(f"/api/leads/{uuid4()}/")
    Client().get(f"/nowhere/{uuid4()}/")
    Client().generic("BREW", "/healthz")

    found = read()

    def more(name: str, **labels: str) -> float:
        key = "marketplace_" + name, frozenset(labels.items())
        return found[key] - before.get(key, 0.0)

    assert more("http_requests_total", method="GET", view="api-lead", status="401") == 3
    assert more("http_request_seconds_count", method="GET", view="api-lead") == 3
    assert more("http_request_seconds_bucket", method="GET", view="api-lead", le="+Inf") == 3
    assert more("http_requests_total", method="GET", view="none", status="404") == 1
    assert more("http_requests_total", method="other", view="healthz", status="405") == 1


@pytest.mark.django_db(transaction=True)
def test_processes_are_added_up_also_those_that_were_replaced(tmp_path: Path) -> None:
    log, folder = tmp_path / "web", tmp_path / "counts"
    folder.mkdir()
    environment = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    # Each of the two processes ends after six requests.
    with web_server("--workers", "2", "--max-requests", "6", log=log, **environment) as address:
        for _ in range(24):
            urlopen(f"{address}healthz", timeout=60).close()
        request = Request(f"{address}metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(request, timeout=60) as response:
            found = samples(response.read().decode())
        files = {file.name for file in folder.iterdir()}

    assert log.read_text().count("web_process_started") >= 4
    assert value(found, "http_requests_total", method="GET", view="healthz", status="200") == 24
    assert value(found, "database_up") == 1
    places = {name.partition("_")[2] for name in files}
    assert places <= {"0.db", "1.db"}
    assert not folder.exists()
