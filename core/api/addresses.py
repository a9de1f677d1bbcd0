"""The client address of a request, as far as it can be trusted."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

_HOUSEHOLD_BITS = 64


def client_address(request: HttpRequest | Request) -> str | None:
    """Return the client's address; None if there is none (a Unix socket without a proxy).

    `X-Forwarded-For` is read only behind `PROXY_COUNT` trusted proxies, each of which appends the address of its
    client: entries further left are supplied by the client. IPv6 addresses are cut to their first 64 bits, because one
    household has all of the rest.
    """
    written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.PROXY_COUNT
    forwarded = _known(written[-count]) if 0 < count <= len(written) else None
    return forwarded or _known(request.META.get("REMOTE_ADDR", ""))


def _known(text: str) -> str | None:
    """Return the address in canonical form without a port; None if it is invalid."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        bits = 128 - _HOUSEHOLD_BITS
        return str(IPv6Address(int(address) >> bits << bits))
    return str(address)
