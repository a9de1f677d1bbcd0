"""What `/metrics` says of several processes, and of one that is killed."""

from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest
from django.db import connection, transaction

from leads.models import Lead
from router.models import BackgroundTask
from router.tasks import assign_lead
from tests.factories.marketplace import make_lead, make_partner
from tests.integration.metrics.reading import TOKEN, samples, value
from tests.process.servers import wait_for, web_server, worker


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


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_killed_at_its_time_limit_is_counted(redis_url: str, tmp_path: Path) -> None:
    """Its process cannot say so; the worker's main process does, and the next process has a connection of its own."""
    make_partner(max_open_leads=None)
    held, free = make_lead(), make_lead()
    log = tmp_path / "worker"
    with worker(log=log) as process:
        (child,) = psutil.Process(process.pid).children()
        with transaction.atomic():
            Lead.objects.select_for_update().get(pk=held.pk)
            assign_lead.apply_async((str(held.pk),), soft_time_limit=5, time_limit=6)
            wait_for(somebody_waits_for_a_row, log=log)
            # It hangs, and hears no signal but the last.
            child.suspend()
            wait_for(lambda: BackgroundTask.objects.filter(failures=1).exists(), log=log)
        assign_lead.delay(str(free.pk))
        wait_for(lambda: Lead.objects.get(pk=free.pk).partner_id is not None, log=log)

    trace = BackgroundTask.objects.get()
    assert (trace.name, trace.failures, trace.error) == ("router.tasks.assign_lead", 1, "TimeLimitExceeded")


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        row: tuple[bool] = cursor.fetchone()
    return row[0]
