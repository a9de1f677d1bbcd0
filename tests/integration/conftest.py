"""What every test on the database can rely on."""

import pytest

from router.snapshot import partner_reader


@pytest.fixture(autouse=True)
def nothing_read_before() -> None:
    """Each test is like a process that has just started: it knows nothing of the partners of the test before."""
    partner_reader.forget()
