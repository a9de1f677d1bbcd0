"""A marketplace to do damage in: its database, its processes, its leads."""

import contextlib
import itertools
import json
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from celery import Celery

from config.local.ports import HOST, temporary_port
from tests.chaos import invariants
from tests.chaos.processes import Process, ProcessFailed

if TYPE_CHECKING:
    from tests.chaos.stack import Stack

WAIT_SECONDS = 120.0
PROVINCES = ("Utrecht", "Zeeland", "Limburg", "Drenthe")
INDUSTRY = "Roofs"
"""What posted leads are about; every partner takes it."""

_POLL_SECONDS = 0.05


class TookTooLong(Exception):
    """What a scenario waited for did not come."""


def somebody() -> dict[str, str]:
    """What somebody sends who has sent nothing before."""
    return {"industry": INDUSTRY, "contact_email": f"{uuid.uuid4().hex}@example.org"}


class World:
    """One database and whatever works on it. `accepted`: the leads that somebody was told are taken."""

    def __init__(self, stack: "Stack", *, name: str, database: str) -> None:
        self.stack = stack
        self.name = name
        self.accepted: set[uuid.UUID] = set()
        self.folder = stack.folder / database
        self.folder.mkdir()
        self._database = database
        self._processes: list[Process] = []
        self._numbers = itertools.count(1)

    # -- The database

    @property
    def dsn(self) -> str:
        """The database's address."""
        return self.stack.postgres.address(self._database)

    def session(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """A session with autocommit."""
        return self.stack.session(self._database)

    def add_partners(self, count: int, *, cap: int | None) -> None:
        """Partners of equal cap (None: without one), each at home in one or two provinces, in turn."""
        with self.session() as session, session.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO profiles (company_name, regions, max_open_leads) VALUES (%s, %s, %s)",
                [
                    (f"Partner {number}", [PROVINCES[number % 4], PROVINCES[number // 4 % 4]], cap)
                    for number in range(count)
                ],
            )

    def add_leads(self, count: int, *, provinces: Sequence[str] = PROVINCES) -> list[uuid.UUID]:
        """Leads of these provinces in turn that another application inserts with SQL: no message is sent."""
        with self.session() as session:
            rows = session.execute(
                "INSERT INTO leads (province, postcode, created_at)"
                " SELECT (%s::text[])[1 + number %% %s], NULL, clock_timestamp() FROM generate_series(1, %s) AS number"
                " RETURNING id",
                [list(provinces), len(provinces), count],
            ).fetchall()
        lead_ids = [lead_id for (lead_id,) in rows]
        self.accepted.update(lead_ids)
        return lead_ids

    def undecided(self) -> int:
        """Leads without a partner that a partner could take now, or that nobody has looked at yet."""
        with self.session() as session:
            return invariants.undecided(session)

    def check(self) -> "invariants.Found":
        """What holds, now that all is quiet."""
        return invariants.check(self.dsn, accepted=self.accepted)

    # -- Processes

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process of this world."""
        return self.stack.environment(self._database, **more)

    def start(self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Process:
        """Start a process; its log is `<name>.log`."""
        process = Process(name, command, environment=self.environment(**(environment or {})), log=self._log(name))
        self._processes.append(process)
        return process

    def start_worker(
        self,
        *,
        app: str = "config",
        concurrency: int = 1,
        options: Sequence[str] = (),
        ready: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        """A Celery worker with child processes, as in production; `ready`: wait until it takes messages."""
        name = f"worker-{next(self._numbers)}"
        worker = self.start(
            name,
            [
                *(sys.executable, "-m", "celery", "--app", app, "worker", "--concurrency", str(concurrency)),
                *("--hostname", f"{name}@%h", "--loglevel", "INFO"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat", *options),
            ],
            environment=environment,
        )
        if ready:
            self.wait_until(lambda: " ready." in worker.said(lines=1000), of=worker)
        return worker

    def start_beat(self, *, sweep_seconds: int = 1) -> Process:
        """A beat whose sweep comes often."""
        name = f"beat-{next(self._numbers)}"
        schedule = self.folder / f"{name}-schedule"
        return self.start(
            name,
            [
                *(sys.executable, "-m", "celery", "--app", "config", "beat", "--loglevel", "INFO"),
                *("--schedule", str(schedule), "--pidfile="),
            ],
            environment={"SWEEP_SECONDS": str(sweep_seconds)},
        )

    def start_web(self, *, workers: int = 1, threads: int = 4) -> str:
        """A web server that answers; its address, without a slash at the end."""
        port = temporary_port()
        web = self.start(
            f"web-{next(self._numbers)}",
            [
                *(sys.executable, "-m", "config.web", "--bind", f"{HOST}:{port}"),
                *("--workers", str(workers), "--threads", str(threads)),
            ],
        )
        address = f"http://{HOST}:{port}"

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:
                    return bool(response.status == 200)
            except OSError:
                return False

        self.wait_until(answers, of=web)
        return address

    def end_processes(self) -> None:
        """Kill whatever still runs."""
        for process in self._processes:
            process.kill_all()
        self._processes.clear()

    def show_logs(self) -> None:
        """Print the end of every log."""
        for process in self._processes:
            print(f"-- {self.name}: the end of what {process.name} said\n{process.said()}")

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    # -- Leads on their way

    def post_lead(self, address: str, *, seconds: float = 10.0, **fields: str) -> uuid.UUID:
        """Post a lead to the web server as a client that waits no longer than this. Raises OSError, HTTPError."""
        request = urllib.request.Request(
            f"{address}/api/leads/",
            data=json.dumps(somebody() | {"province": PROVINCES[0], **fields}).encode(),
            headers={"Authorization": f"Token {self.stack.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=seconds) as response:
            lead_id = uuid.UUID(json.load(response)["id"])
        self.accepted.add(lead_id)
        return lead_id

    def send_messages(self, lead_ids: Sequence[uuid.UUID]) -> None:
        """The message that routes a lead, for each, in this order."""
        app = Celery("chaos", broker=self.stack.redis.url, set_as_current=False)
        with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
            for lead_id in lead_ids:
                app.send_task("router.tasks.assign_lead", args=[str(lead_id)], producer=producer, ignore_result=True)

    def send_sweep(self) -> None:
        """The message by which beat asks for a sweep."""
        Celery("chaos", broker=self.stack.redis.url, set_as_current=False).send_task(
            "router.tasks.sweep_unassigned_leads", ignore_result=True
        )

    def messages(self) -> int:
        """Messages at the broker: those that wait, and those that a worker has not acknowledged."""
        with self.stack.redis.client() as client:
            return int(client.llen("celery")) + int(client.hlen("unacked"))

    # -- Waiting

    def wait_until(
        self, condition: Callable[[], bool], *, seconds: float = WAIT_SECONDS, of: Process | None = None
    ) -> None:
        """Wait until it is so. Raises TookTooLong, and ProcessFailed as soon as the process `of` has ended."""
        deadline = time.monotonic() + seconds
        while not condition():
            if of is not None and not of.runs:
                raise ProcessFailed(f"{of.name} ended:\n{of.said()}")
            if time.monotonic() > deadline:
                raise TookTooLong(f"{self.name}: waited {seconds} seconds in vain")
            time.sleep(_POLL_SECONDS)

    def settle(self, *, seconds: float = WAIT_SECONDS) -> bool:
        """Wait until every lead is decided on, and no message is left; whether that came about."""
        try:
            self.wait_until(lambda: self.undecided() == 0 and self.messages() == 0, seconds=seconds)
        except TookTooLong:
            return False
        return True

    def sweep_strays(self, *, seconds: float = WAIT_SECONDS) -> int:
        """Ask for a sweep, as beat does all the time, where a lead waits and no message is left; how many wait so."""
        with contextlib.suppress(TookTooLong):
            self.wait_until(lambda: self.messages() == 0, seconds=seconds)
        strays = self.undecided()
        if strays:
            self.send_sweep()
        return strays
