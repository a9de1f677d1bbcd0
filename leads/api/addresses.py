"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

_HOUSEHOLD_BITS = 64


def client_address(request: HttpRequest | Request) -> str | None:
    """The client's address; None where there is none (a socket file without a proxy before it).

    `X-Forwarded-For` is read only behind `PROXY_COUNT` proxies of ours, each of which adds who it was asked by: what
    stands further to the left is the client's own invention. Of IPv6 the first 64 bits: one household has all the rest.
    """
    written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.PROXY_COUNT
    forwarded = _known(written[-count]) if 0 < count <= len(written) else None
    return forwarded or _known(request.META.get("REMOTE_ADDR", ""))


def _known(text: str) -> str | None:
    """The address in its one spelling, without a port; None for what is none."""
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
