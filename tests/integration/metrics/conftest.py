"""What every test of the metrics can ask for."""

from typing import Any

import pytest

from tests.integration.metrics.reading import TOKEN


@pytest.fixture
def token(settings: Any) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN
