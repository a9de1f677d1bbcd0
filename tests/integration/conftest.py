"""What every test on the database can rely on."""

import pytest
from django.utils import timezone

from router.models import RoutingPolicy
from router.queries import candidates, standings


@pytest.fixture(autouse=True)
def first_policy(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """Version 1 of the policy, as migrations leave it; tests with real transactions empty the tables after them."""
    if request.node.get_closest_marker("django_db") and not RoutingPolicy.objects.exists():
        RoutingPolicy.objects.create(version=1, is_active=True, reason="defaults", activated_at=timezone.now())


@pytest.fixture(autouse=True)
def nothing_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is like a process that has just started: it knows nothing of the partners of the test before."""
    monkeypatch.setattr(standings, "_last", None)
    monkeypatch.setattr(candidates, "_known", None)
