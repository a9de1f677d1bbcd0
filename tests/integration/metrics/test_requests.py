"""Requests at `/metrics`, added up over the processes."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.integration.metrics.reading import read

pytestmark = pytest.mark.django_db


def test_requests_are_counted_by_view_and_not_by_address(token: str) -> None:
    before = read()
    for _ in range(3):
        Client().get(f"/api/leads/{uuid4()}/")
    Client().get(f"/nowhere/{uuid4()}/")
    Client().generic("BREW", "/healthz")

    found = read()

    def more(name: str, **labels: str) -> float:
        key = "marketplace_" + name, frozenset(labels.items())
        return found[key] - before.get(key, 0.0)

    assert more("http_requests_total", method="GET", view="api-lead", status="401") == 3
    assert more("http_request_seconds_count", method="GET", view="api-lead") == 3
    assert more("http_request_seconds_bucket", method="GET", view="api-lead", le="+Inf") == 3
    assert more("http_requests_total", method="GET", view="none", status="404") == 1
    assert more("http_requests_total", method="other", view="healthz", status="405") == 1
