"""`make run` as a person has it: real processes, in a copy of the checkout; only the installation is left out."""

import contextlib
import http.cookiejar
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from config.local.accounts import server_account
from config.local.processes import MARK
from tests.local.temporary import keep_logs, temporary_folder

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "core", "leads", "feedback", "support", "performance", "router", "migrations_sql")
READY_SECONDS = 120
END_SECONDS = 30


# Of the role of `.local/env`: whether it is a superuser, or has the owner's rights; what it owns. And whether the owner
# is a superuser.
RIGHTS = """
SELECT rolsuper, pg_has_role(current_user, owner.oid, 'MEMBER'),
    (SELECT count(*) FROM pg_class WHERE relowner = me.oid), owner_is_superuser
FROM pg_roles AS me, (
    SELECT oid, rolsuper AS owner_is_superuser FROM pg_roles
    WHERE oid = (SELECT relowner FROM pg_class WHERE oid = 'leads'::regclass)
) AS owner
WHERE rolname = current_user
"""


class Stack:
    """A stack that was started in the folder, and what it has said so far."""

    def __init__(self, checkout: Path) -> None:
        self.output = checkout / f"output-{time.monotonic_ns()}"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.local", "run"],
                cwd=checkout,
                env=environment(checkout),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> tuple[str, str]:
        """The address of the pages and the password of the staff login."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"Ready after .*: (http\S+)\nStaff login: staff +password: (\S+)", self.said())
            if found is not None:
                return found[1], found[2]
            time.sleep(0.05)
        pytest.fail(f"The stack did not get ready:\n{self.said()}")


Start = Callable[[], Stack]


def environment(checkout: Path) -> dict[str, str]:
    """The environment without what the test session has put there for itself."""
    ours = {
        *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "SECURE", "ALLOWED_HOSTS", "STATIC_ROOT"),
        *("STATICFILES_BACKEND", "METRICS_TOKEN", "METRICS_NETWORKS", "LOG_FORMAT"),
    }
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    if kept.pop("COVERAGE_PROCESS_CONFIG", None) is not None:
        # It names the folders of this checkout; in the copy, those of the copy are to be measured.
        kept["COVERAGE_PROCESS_START"] = str(checkout / "pyproject.toml")
    return {**kept, "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def start(checkout: Path) -> Iterator[Start]:
    """Start the stack, as often as the test likes."""
    stacks: list[Stack] = []

    def start() -> Stack:
        stacks.append(Stack(checkout))
        return stacks[-1]

    yield start
    kill(processes_of(checkout))
    for stack in stacks:
        # Shown if the test fails.
        print(f"-- what a stack said:\n{stack.said()}")
        stack.process.kill()
        stack.process.wait()
    keep_logs(checkout / ".local", *(stack.output for stack in stacks))


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the code in a folder of its own, which is ended and removed afterwards."""
    folder = temporary_folder(server_account())
    folder.chmod(0o711)
    os.chown(folder, os.getuid(), os.getgid())
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("manage.py", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    yield folder
    shutil.rmtree(folder)


def processes_of(checkout: Path) -> list[psutil.Process]:
    """Everything that belongs to the stack: the manager, what it started, and the database server."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(checkout) or process.environ().get(MARK) == str(checkout / ".local"):
                found.append(process)
    return found


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=END_SECONDS)


def own_database_url(checkout: Path) -> str:
    lines = (checkout / ".local" / "env").read_text().splitlines()
    return next(line.removeprefix("DATABASE_URL=") for line in lines if line.startswith("DATABASE_URL="))


def sign_in(address: str, *, password: str) -> str:
    """Sign in to the admin as a browser does, and give its first page."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    url = f"{address}admin/login/?next=/admin/"
    with opener.open(url, timeout=20) as response:
        page = response.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    style = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert token is not None
    assert style is not None
    with opener.open(urllib.parse.urljoin(address, style[1]), timeout=20) as response:
        assert response.headers["Content-Type"].startswith("text/css")
    form = {"csrfmiddlewaretoken": token[1], "username": "staff", "password": password, "next": "/admin/"}
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode(), headers={"Referer": url})
    with opener.open(request, timeout=20) as response:
        return str(response.read().decode())


def test_the_stack_survives_being_killed_and_ends_as_a_whole(checkout: Path, start: Start) -> None:
    # The first start makes everything.
    first = start()
    address, password = first.wait_until_ready()
    assert "Log out" in sign_in(address, password=password)
    with urllib.request.urlopen(f"{address}metrics", timeout=20) as response:
        assert "marketplace_database_up 1.0" in response.read().decode()
    with psycopg.connect(own_database_url(checkout)) as connection:
        connection.execute("INSERT INTO industries (name) VALUES ('kept over a kill -9')")
        assert connection.execute(RIGHTS).fetchone() == (False, False, 0, False)
    assert {"config.web", "worker", "beat", "demo_trickle"} <= {
        word for process in processes_of(checkout) for word in process.cmdline()
    }

    # A second one beside it does nothing.
    beside = start()
    assert beside.process.wait(timeout=END_SECONDS) == 1
    assert f"Already running at {address}" in beside.said()

    # Killed, without a chance to clean up: first the manager alone, then everything.
    first.process.kill()
    first.process.wait()
    second = start()
    second.wait_until_ready()
    assert re.search(r"Ended \d+ processes of a stack that was killed", second.said())
    kill(processes_of(checkout))
    second.process.wait()
    third = start()
    began = time.monotonic()
    address, same_password = third.wait_until_ready()
    assert same_password == password
    assert "Log out" in sign_in(address, password=password)
    with psycopg.connect(own_database_url(checkout)) as connection:
        assert connection.execute("SELECT 1 FROM industries WHERE name = 'kept over a kill -9'").fetchone() == (1,)
    assert time.monotonic() - began < READY_SECONDS / 2

    # Ctrl-C ends all of it, the database too.
    third.process.send_signal(signal.SIGINT)
    third.process.wait(timeout=END_SECONDS)
    assert "Everything has ended" in third.said()
    assert processes_of(checkout) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_database_url(checkout))


def test_a_command_has_the_database_for_as_long_as_it_runs(checkout: Path) -> None:
    code = "import sys, config.settings as s; print(s.DATABASES['default']['USER']); sys.exit(7)"

    done = subprocess.run(
        [sys.executable, "-m", "config.local", "exec", "--", sys.executable, "-c", code],
        cwd=checkout,
        env=environment(checkout),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (7, "leads_owner\n"), done.stderr
    assert processes_of(checkout) == []


def test_a_database_that_the_environment_names_is_used_and_left_running(checkout: Path, database_url: str) -> None:
    code = "import config.settings as s; print(s.DATABASES['default']['PORT'])"

    done = subprocess.run(
        [sys.executable, "-m", "config.local", "exec", "--", sys.executable, "-c", code],
        cwd=checkout,
        env={**environment(checkout), "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert f":{done.stdout.strip()}/" in database_url
    assert not (checkout / ".local" / "postgres").exists()
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_it_says_which_postgresql_it_would_run(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.local", "postgres"],
        cwd=checkout,
        env={**environment(checkout), "LOCAL_POSTGRES": "wheel"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"PostgreSQL 18\.\d+, wheel\n", done.stdout)


def test_what_cannot_be_done_is_said_in_a_sentence(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.local", "run"],
        cwd=checkout,
        env={**environment(checkout), "LOCAL_POSTGRES": "cloud"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "LOCAL_POSTGRES is 'cloud'" in done.stderr
    assert "Traceback" not in done.stderr
