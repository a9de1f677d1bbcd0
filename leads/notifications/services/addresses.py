"""Allowed addresses of a webhook: public ones on the internet, and no network that this machine can reach.

The host is resolved once, and the checked address is the one that is connected to, so changing the DNS record between
the two has no effect.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from leads.notifications.services.errors import Error, NotDelivered

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_ADDRESSES = 3
"""Maximum number of addresses of one host that are tried."""

_PORTS = {"https": 443, "http": 80}

# The range of public IPv6 addresses; all others are for special purposes, or unassigned.
_IPV6_INTERNET = ipaddress.ip_network("2000::/3")
# In addition to what Python counts as not global: special-purpose ranges of IANA's registries that it lacks or counts
# as global, among them IPv6 addresses that embed an IPv4 address and so can lead anywhere; and a metadata address of
# virtual machine hosts that counts as public.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
        "168.63.129.16/32",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parsed URL: `host` in ASCII, `path` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header of a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Parse a URL. Raises `ValidationError`, with a message for people, if it cannot be that of a webhook."""
    if not url.isascii() or any(character <= " " or character == "\x7f" for character in url):
        raise ValidationError(_("A URL has neither blanks nor special characters."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValidationError(_("This is not a URL.")) from error
    if parts.scheme not in (("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)):
        raise ValidationError(_("The URL has to begin with https://."))
    if not parts.hostname:
        raise ValidationError(_("This is not a URL."))
    if "@" in parts.netloc:
        raise ValidationError(_("The URL must not hold a name or a password."))
    # A fully qualified name may end in a dot; certificates and the header `Host` have none.
    host = parts.hostname.removesuffix(".")
    if not host or host.startswith(".") or ".." in host or host.endswith("."):
        raise ValidationError(_("This is not a URL."))
    if port is None:
        port = _PORTS[parts.scheme]
    if port not in settings.WEBHOOK_PORTS and not settings.WEBHOOK_ALLOW_HTTP:
        raise ValidationError(_("Webhooks are not sent to this port."))
    query = f"?{parts.query}" if parts.query else ""
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port,
        path=(parts.path or "/") + query,
    )


def allowed_addresses(target: Target) -> list[IpAddress]:
    """Return the addresses of the host, at most `MOST_ADDRESSES`.

    Raises `NotDelivered` if the host does not exist, or one of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered(Error.NAME) from error
    addresses = [ipaddress.ip_address(place[0]) for *_rest, place in found]
    if not all(map(is_allowed, addresses)):
        raise NotDelivered(Error.ADDRESS)
    return list(dict.fromkeys(addresses))[:MOST_ADDRESSES]


def is_allowed(address: IpAddress) -> bool:
    """Return whether a webhook may use this address: a public one, or one in a network that the settings name."""
    if any(address in network for network in settings.WEBHOOK_PRIVATE_NETWORKS):
        return True
    if address.version == 6 and address not in _IPV6_INTERNET:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _REFUSED)
