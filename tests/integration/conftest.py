"""What every test on the database can rely on."""

import pytest
from django.utils import timezone

from router.models import RoutingPolicy


@pytest.fixture(autouse=True)
def first_policy(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """Version 1 of the policy, as migrations leave it; tests with real transactions empty the tables after them."""
    if request.node.get_closest_marker("django_db") and not RoutingPolicy.objects.exists():
        RoutingPolicy.objects.create(version=1, is_active=True, reason="defaults", activated_at=timezone.now())
