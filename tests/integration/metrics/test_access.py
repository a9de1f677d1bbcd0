"""Who may read `/metrics`."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from tests.integration.metrics.reading import TOKEN

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}])
def test_without_a_setting_it_is_closed(sent: dict[str, str]) -> None:
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics", headers=sent).status_code == 403


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_a_wrong_token_is_refused(token: str, sent: str) -> None:
    response = Client().get("/metrics", headers={"Authorization": sent})

    assert (response.status_code, response["WWW-Authenticate"], response.content) == (401, "Bearer", b"")


def test_it_is_only_read(token: str) -> None:
    assert Client().post("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 405


@pytest.mark.parametrize(
    ("sender", "status"), [("10.1.2.3", 200), ("10.2.0.1", 403), ("::1", 200), ("fd00::1", 403), ("", 403)]
)
def test_networks_that_are_allowed_need_no_token(settings: Any, sender: str, status: int) -> None:
    settings.METRICS_NETWORKS = [ip_network("10.1.0.0/16"), ip_network("::1/128")]

    assert Client(REMOTE_ADDR=sender).get("/metrics").status_code == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"])
def test_what_came_through_a_proxy_of_the_network_needs_the_token(settings: Any, token: str, header: str) -> None:
    settings.METRICS_NETWORKS = [ip_network("127.0.0.0/8")]
    client = Client(REMOTE_ADDR="127.0.0.1", headers={header: "203.0.113.9"})

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200
