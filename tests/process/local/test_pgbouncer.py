"""Where there is no pgbouncer. With one: `tests/pooled`."""

import pytest

from config.local.ports import HOST, temporary_port
from tests.local import pgbouncer
from tests.local.pgbouncer import NoPgbouncerError, find_pgbouncer, temporary_pgbouncer


@pytest.fixture(autouse=True)
def without_pgbouncer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(pgbouncer, "SEARCHED", ())


def test_no_pgbouncer_says_what_to_do() -> None:
    with pytest.raises(NoPgbouncerError, match="apt-get install pgbouncer"):
        find_pgbouncer()


def test_no_pgbouncer_starts_nothing() -> None:
    url = f"postgres://leads:made-up@{HOST}:{temporary_port()}/leads"

    with pytest.raises(NoPgbouncerError), temporary_pgbouncer(server_url=url, port=temporary_port()):
        pass
