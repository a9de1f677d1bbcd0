"""Nobody chooses the address that they are known by."""

from typing import Any

import pytest
from django.test import RequestFactory

from core.api.addresses import client_address

PEER = "198.51.100.7"


def seen(forwarded: str | None = None, *, peer: str = PEER) -> str | None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers))


@pytest.mark.parametrize(
    ("count", "forwarded", "expected"),
    [
        (0, None, PEER),
        (0, "192.0.2.1", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9,unknown", PEER),
        (2, "203.0.113.9, 192.0.2.1, 10.0.0.1", "192.0.2.1"),
        # Some proxies write the port, too.
        (1, "192.0.2.1:51234", "192.0.2.1"),
        (1, "[2001:db8:1:2::3]:51234", "2001:db8:1:2::"),
        # It did not come through both.
        (2, "192.0.2.1", PEER),
    ],
)
def test_what_the_outermost_of_our_proxies_wrote_counts(
    settings: Any, count: int, forwarded: str | None, expected: str
) -> None:
    settings.PROXY_COUNT = count

    assert seen(forwarded) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
    ],
)
def test_an_address_has_one_spelling_and_a_household_one_address(peer: str, expected: str | None) -> None:
    assert seen(peer=peer) == expected
