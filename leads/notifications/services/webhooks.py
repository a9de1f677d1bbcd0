"""Webhook requests: to a checked address, within a deadline, without redirects or response bodies."""

import asyncio
import functools
import ssl
from collections.abc import Sequence

import httpcore
from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError

from leads.notifications.services.addresses import IpAddress, Target, allowed_addresses, target_of
from leads.notifications.services.errors import Error, NotDelivered

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
