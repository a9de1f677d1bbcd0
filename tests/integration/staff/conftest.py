"""What tests of the staff pages share."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from django.utils import timezone


@pytest.fixture
def noon() -> Iterator[None]:
    """A zone in which it is about noon now, so that an hour ago was today, and so is the next minute."""
    hours = 12 - timezone.now().hour
    with override_settings(TIME_ZONE=f"Etc/GMT{-hours:+d}" if hours else "UTC"):
        yield
