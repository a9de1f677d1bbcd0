"""`make bench` with a few rows: shows that it works, and measures nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bench.databases import LOCK, PREFIX

ROOT = Path(__file__).resolve().parent.parent.parent
FIGURES = {
    *("batch_50_partners", "batch_200_partners", "single_50_partners", "single_200_partners", "two_workers", "memory"),
    *("refresh_1000_history", "refresh_10000_history", "refresh_ten_times_history"),
    *("refresh_memory", "copy_activities"),
}
OF_A_KILLED_BENCH = f"{PREFIX}1_0"
OF_A_RUNNING_BENCH = f"{PREFIX}2_0"


@pytest.fixture
def server(database_url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(database_url, autocommit=True) as session:
        yield session
        for name in (OF_A_KILLED_BENCH, OF_A_RUNNING_BENCH):
            session.execute(f"DROP DATABASE IF EXISTS {name}".encode())


def test_every_figure_is_measured_and_no_database_is_left(
    server: psycopg.Connection[tuple[Any, ...]], tmp_path: Path
) -> None:
    server.execute(f"CREATE DATABASE {OF_A_KILLED_BENCH}".encode())
    server.execute(f"CREATE DATABASE {OF_A_RUNNING_BENCH}".encode())
    server.execute("SELECT pg_advisory_lock(%s::integer, 2)", [LOCK])
    before = bench_databases(server)

    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--output", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    (as_json,) = tmp_path.glob("*.json")
    (as_markdown,) = tmp_path.glob("*.md")
    written = json.loads(as_json.read_text())
    assert {*written["figures"]} == FIGURES
    for figure in written["figures"].values():
        assert min(figure["ours"], figure["bare"], figure["ratio"]) > 0
        assert figure["title"] in as_markdown.read_text()
    assert "shared_buffers" in written["machine"]["PostgreSQL"]
    after = bench_databases(server)
    assert after <= before
    assert OF_A_RUNNING_BENCH in after
    assert OF_A_KILLED_BENCH not in after


def bench_databases(server: psycopg.Connection[tuple[Any, ...]]) -> set[str]:
    rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return {name for (name,) in rows}
