"""Servers that the tests in this folder may kill, apart from those of the other tests."""

from collections.abc import Iterator

import pytest

from tests.chaos.stack import Stack, temporary_stack


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    with temporary_stack() as stack:
        yield stack
