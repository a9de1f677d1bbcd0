"""Webhooks are plain HTTP on the loopback address, here as in `tests/integration/notifications`."""

from tests.integration.notifications.conftest import local_webhooks

__all__ = ["local_webhooks"]
