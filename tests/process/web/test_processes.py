"""Web processes that end, or are ended."""

import os
import signal
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config.local.ports import HOST, temporary_port
from tests.process.servers import lines, running, wait_for
from tests.process.web.raw import answer_on, saying

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_url")]


def pids(log: Path) -> list[int]:
    return [line["pid"] for line in lines(log) if line["event"] == "web_process_started"]


def test_one_that_is_killed_is_replaced_and_none_outlives_the_parent(tmp_path: Path) -> None:
    log, port = tmp_path / "web", temporary_port()
    with running(["config.web", "--bind", f"{HOST}:{port}", "--workers", "1"], log=log) as parent:
        wait_for(lambda: log.exists() and len(pids(log)) == 1, log=log)
        os.kill(pids(log)[0], signal.SIGKILL)
        wait_for(lambda: len(pids(log)) == 2, log=log)
        with urlopen(f"http://{HOST}:{port}/healthz", timeout=20) as answer:
            assert answer.status == 200

        parent.kill()
        wait_for(lambda: not psutil.pid_exists(pids(log)[1]), log=log)

    assert [line["exit_code"] for line in lines(log) if line["event"] == "web_process_failed"] == [-9]


def test_what_was_begun_is_finished(tmp_path: Path) -> None:
    log, port = tmp_path / "web", temporary_port()
    body = b'{"province": "Utrecht"}'
    head = f"POST /api/leads/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with running(["config.web", "--bind", f"{HOST}:{port}", "--workers", "2"], log=log) as parent:
        wait_for(lambda: log.exists() and len(pids(log)) == 2, log=log)
        with saying(f"http://{HOST}:{port}", head + body[:5]) as (connection,):
            time.sleep(0.5)
            parent.terminate()
            time.sleep(1.5)
            connection.sendall(body[5:])
            answer = answer_on(connection)
        assert parent.wait(timeout=30) == 0

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"Connection: close" in answer
