"""Posting to a webhook: to a checked address, within a deadline, following nothing and reading no body."""

import asyncio
import functools
import ssl
from collections.abc import Sequence

import httpcore
from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError

from leads.services.notifications.addresses import IpAddress, Target, allowed_addresses, target_of
from leads.services.notifications.errors import Error, NotDelivered

CONNECT_SECONDS = 5.0
DEADLINE_SECONDS = 15.0
"""From the first connection to the answer's status, whatever comes in between."""

Headers = Sequence[tuple[str, str]]


def post(url: str, *, headers: Headers, body: bytes) -> int:
    """Post, and return the status of the answer, which is one of success.

    The body of the answer is not read. No proxy is taken from the environment. Raises `NotDelivered`.
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
    """Post to the first address that can be connected to; the status."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        for address in addresses[:-1]:
            try:
                return await _post_to(address, target, headers=headers, body=body)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await _post_to(addresses[-1], target, headers=headers, body=body)


async def _post_to(address: IpAddress, target: Target, *, headers: Headers, body: bytes) -> int:
    url = httpcore.URL(scheme=target.scheme, host=str(address), port=target.port, target=target.path)
    # The certificate is that of the name, whatever address it leads to.
    extensions = {"timeout": {"connect": CONNECT_SECONDS}, "sni_hostname": target.host}
    all_headers = [("Host", target.host_header), ("Content-Length", str(len(body))), *headers]
    request = httpcore.Request("POST", url, headers=all_headers, content=body, extensions=extensions)
    async with httpcore.AsyncConnectionPool(ssl_context=_trust()) as pool:
        answer = await pool.handle_async_request(request)
        await answer.aclose()
        return answer.status


@functools.cache
def _trust() -> ssl.SSLContext:
    """The authorities that the machine trusts."""
    return ssl.create_default_context()


def _is_tls(error: BaseException) -> bool:
    """Whether it was about certificates or encryption."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    return any(isinstance(cause, ssl.SSLError) for cause in causes)
