"""What every test on the database can rely on."""

import pytest

from router.snapshot import candidates, standings


@pytest.fixture(autouse=True)
def nothing_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is like a process that has just started: it knows nothing of the partners of the test before."""
    monkeypatch.setattr(standings, "_last", None)
    monkeypatch.setattr(candidates, "_known", None)
