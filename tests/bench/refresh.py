"""The refresh: beside a bare scan of the rows of its 30 days, with ten times the history, and its memory."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import connection

from performance.services.refresh import refresh_statistics
from tests.bench.databases import BenchDatabaseError, Connection, Databases, connect, use
from tests.bench.sizes import Sizes
from tests.bench.timing import Figure, medians, seconds
from tests.bench.world import fill

GOAL = "4"
GOAL_OF_HISTORY = "1.2"
GOAL_OF_MEMORY = "500 MB"

# The columns that the metrics are made of.
_SCAN_LEADS = """
SELECT count(*), count(user_id), min(created_at), max(created_at), count(tried_partner_ids), max(assigned_at),
    max(first_contact_at), max(accepted_at), max(decided_at), min(status), max(deal_value), max(price_at_purchase)
FROM leads WHERE created_at BETWEEN now() - interval '30 days' AND now()
"""
_SCAN_ACTIVITIES = """
SELECT count(*), count(lead_id), min(created_at), max(created_at), min(type)
FROM lead_activities WHERE created_at BETWEEN now() - interval '30 days' AND now()
"""

# Something has changed since the last refresh: one partner in a hundred has another row.
_CHANGE = """
UPDATE profiles SET ai_risk_score = (ai_risk_score + 1) % 100
WHERE id IN (SELECT id FROM profiles ORDER BY id LIMIT (SELECT greatest(1, count(*) / 100) FROM profiles))
"""


def measure(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """Two figures against the scan, one for each history, and one that compares the two refreshes."""
    short, long = (
        databases.template(
            f"history {history}",
            partial(fill, partners=sizes.refresh_partners, window=sizes.refresh_window_leads, history=history),
        )
        for history in sizes.histories
    )
    pairs: dict[str, list[tuple[float, float]]] = {short: [], long: []}
    with connect(short) as short_session, connect(long) as long_session:
        sessions = {short: short_session, long: long_session}
        for name, session in sessions.items():
            _refresh_and_scan(name, session)
        for turn in range(sizes.pairs):
            for name in (short, long) if turn % 2 else (long, short):
                pairs[name].append(_refresh_and_scan(name, sessions[name]))
    for name, history in zip((short, long), sizes.histories, strict=True):
        ours, bare, ratio = medians(pairs[name])
        yield Figure(
            name=f"refresh_{history}_history",
            title=(
                f"refresh: {sizes.refresh_window_leads:,} leads in 30 days, {history:,} before,"
                f" {sizes.refresh_partners:,} partners"
            ),
            unit="s",
            ours=ours,
            bare=bare,
            ratio=ratio,
            goal=GOAL,
            note="beside a bare scan of the leads and activities of the 30 days",
        )
    ours, bare, ratio = medians([(ours, bare) for (ours, _), (bare, _) in zip(pairs[long], pairs[short], strict=True)])
    yield Figure(
        name="refresh_ten_times_history",
        title="refresh with ten times the history",
        unit="s",
        ours=ours,
        bare=bare,
        ratio=ratio,
        goal=GOAL_OF_HISTORY,
        note="beside the refresh with the shorter history",
    )


def measure_memory(databases: Databases, sizes: Sizes) -> Iterator[Figure]:
    """One figure: the most memory that the server's process had for a refresh of many leads, beside before it.

    What it shares with other processes is counted too: the server's buffers. Raises BenchDatabaseError where the server
    is on another machine.
    """
    template = databases.template(
        "refresh memory", partial(fill, partners=sizes.refresh_partners, window=sizes.refresh_memory_leads)
    )
    with databases.copy(template) as name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_size_bytes(current_setting('shared_buffers')) / 1048576.0")
            process, shared_mb = cursor.fetchone()
        before = _peak_mb(process)
        duration = seconds(lambda: refresh_statistics(triggered_by="bench"))
        peak = _peak_mb(process)
        # The server counts temporary files when the session ends.
        connection.close()
        with connect(name) as session:
            row = session.execute(
                "SELECT temp_bytes / 1048576.0 FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
    temporary_mb = 0.0 if row is None else float(row[0])
    yield Figure(
        name="refresh_memory",
        title=(
            "peak memory of the server's process that refreshes:"
            f" {sizes.refresh_memory_leads:,} leads in 30 days, {sizes.refresh_partners:,} partners"
        ),
        unit="MB",
        ours=peak,
        bare=before,
        ratio=peak / before,
        goal=GOAL_OF_MEMORY,
        note=(
            f"up to {shared_mb:,.0f} MB of it are the server's shared buffers; temporary files:"
            f" {temporary_mb:,.0f} MB; {duration:,.1f} s"
        ),
    )


def _peak_mb(process: int) -> float:
    """The most memory that a process of this machine had so far."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if found is None:
        raise BenchDatabaseError("The memory of the server can only be measured on the machine where it runs (Linux).")
    return int(found[1]) / 1024


def _refresh_and_scan(name: str, session: Connection) -> tuple[float, float]:
    use(name)
    # The session of the other side, too, has done the same before.
    refresh_statistics(triggered_by="bench")
    session.execute(_CHANGE)
    # As in the refresh.
    session.execute("SET jit = off")
    scan = seconds(lambda: _scan(session))
    refresh = seconds(lambda: refresh_statistics(triggered_by="bench"))
    # Nobody may be connected to a template when it is dropped or copied.
    use(name)
    return refresh, scan


def _scan(session: Connection) -> None:
    session.execute(_SCAN_LEADS).fetchone()
    session.execute(_SCAN_ACTIVITIES).fetchone()
