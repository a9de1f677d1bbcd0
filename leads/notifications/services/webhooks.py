"""Webhook requests: to a checked address, within a deadline, without redirects or response bodies.

Allowed are public addresses on the internet, and no network that this machine can reach. The host is resolved once, and
the checked address is the one that is connected to, so changing the DNS record between the two has no effect.
"""

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore
from asgiref.sync import async_to_sync
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


CONNECT_SECONDS = 5.0
DEADLINE_SECONDS = 15.0
"""Time from the first connection to the status of the response."""

Headers = Sequence[tuple[str, str]]


def post(url: str, *, headers: Headers, body: bytes) -> int:
    """Post the request and return the status of the response, if it is one of success.

    The body of the response is not read. Proxies in the environment are ignored. Raises `NotDelivered`.
    """
    try:
        target = target_of(url)
    except ValidationError as error:
        raise NotDelivered(Error.ADDRESS) from error
    addresses = allowed_addresses(target)
    try:
        status = async_to_sync(_within_deadline)(target, addresses, headers=headers, body=body)
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise NotDelivered(Error.TIMEOUT) from error
    except httpcore.NetworkError as error:
        raise NotDelivered(Error.TLS if _is_tls(error) else Error.CONNECTION) from error
    except httpcore.ProtocolError as error:
        raise NotDelivered(Error.ANSWER) from error
    if 300 <= status < 400:
        raise NotDelivered(Error.REDIRECT, status_code=status)
    if not 200 <= status < 300:
        raise NotDelivered(Error.STATUS, status_code=status)
    return status


async def _within_deadline(target: Target, addresses: Sequence[IpAddress], *, headers: Headers, body: bytes) -> int:
    """Post to the first address that accepts a connection; return the status."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        for address in addresses[:-1]:
            try:
                return await _post_to(address, target, headers=headers, body=body)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await _post_to(addresses[-1], target, headers=headers, body=body)


async def _post_to(address: IpAddress, target: Target, *, headers: Headers, body: bytes) -> int:
    url = httpcore.URL(scheme=target.scheme, host=str(address), port=target.port, target=target.path)
    # The certificate is verified for the host name, whatever the address.
    extensions = {"timeout": {"connect": CONNECT_SECONDS}, "sni_hostname": target.host}
    all_headers = [("Host", target.host_header), ("Content-Length", str(len(body))), *headers]
    request = httpcore.Request("POST", url, headers=all_headers, content=body, extensions=extensions)
    async with httpcore.AsyncConnectionPool(ssl_context=_trust()) as pool:
        answer = await pool.handle_async_request(request)
        await answer.aclose()
        return answer.status


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return the certificate authorities that the machine trusts."""
    return ssl.create_default_context()


def _is_tls(error: BaseException) -> bool:
    """Return whether the error was about certificates or encryption."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    return any(isinstance(cause, ssl.SSLError) for cause in causes)
