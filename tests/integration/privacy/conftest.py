"""Webhooks of the tests are plain HTTP on the loopback address, which the settings have to allow."""

from ipaddress import ip_network
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def local_webhooks(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = [ip_network("127.0.0.1/32")]
