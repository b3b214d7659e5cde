"""The sending of one delivery, in bounded time, to the network address that was looked at and nowhere else.

All that is kept of the answer is its status, and how long to wait.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
from msgspec import Struct

from api.webhooks.webhook_address import AddressRefused, WebhookAddress

ALTOGETHER_S: Final = 15.0
"""How long one try may take, from looking the host up to the status of the answer."""
_CONNECTING_S: Final = 5.0
_LONGEST_WAIT_S: Final = 86_400.0
_AGENT: Final = "Folkmoot-Webhooks/1"
_TAKEN: Final = range(200, 300)
_GONE: Final = 410
_MAY_SAY_WHEN: Final = frozenset({429, 503})

_FAULTS: Final[dict[type[Exception], str]] = {
    TimeoutError: "too-slow",
    httpx2.TimeoutException: "too-slow",
    OSError: "not-found",
    httpx2.ConnectError: "no-connection",
    httpx2.HTTPError: "broken-off",
    httpx2.InvalidURL: "broken-off",
}
"""What went wrong before there was a status; of several kinds the first counts."""

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""Finds the network addresses of a host."""


class SendOutcome(Struct, frozen=True):
    """How a try went: the status of the answer, or what went wrong before there was one."""

    status: int = 0
    fault: str = ""
    wait_s: float = 0.0
    """How long the receiver asks to be left alone."""

    @property
    def is_taken(self) -> bool:
        """The receiver has taken it."""
        return self.status in _TAKEN

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more, ever."""
        return self.status == _GONE


async def _looked_up(host: str, port: int) -> list[str]:
    results = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in results]


class WebhookSender:
    """Sends deliveries; `inside_hosts` are those that may be in private networks."""

    def __init__(
        self,
        inside_hosts: Collection[str] = (),
        *,
        lookup: Lookup = _looked_up,
        trust: ssl.SSLContext | None = None,
        altogether_s: float = ALTOGETHER_S,
    ) -> None:
        self.inside_hosts = frozenset(inside_hosts)
        self._lookup, self._altogether_s = lookup, altogether_s
        self._trust = trust or ssl.create_default_context()

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> SendOutcome:
        """Make one try. Whatever goes wrong is an outcome; nothing that the receiver says is kept or raised."""
        return asyncio.run(self._send_in_time(url, headers, body))

    async def _send_in_time(self, url: str, headers: Mapping[str, str], body: bytes) -> SendOutcome:
        try:
            async with asyncio.timeout(self._altogether_s):
                return await self._send(WebhookAddress(url, self.inside_hosts), headers, body)
        except AddressRefused as refused:
            return SendOutcome(fault=refused.fault.value)
        except tuple(_FAULTS) as error:
            return SendOutcome(fault=next(fault for kind, fault in _FAULTS.items() if isinstance(error, kind)))

    async def _send(self, address: WebhookAddress, headers: Mapping[str, str], body: bytes) -> SendOutcome:
        peer = address.at(await self._lookup(address.host, address.port))
        request = httpx2.Request(
            "POST",
            f"{address.scheme}://{peer}:{address.port}{address.path}",
            headers={**headers, "Host": address.authority, "User-Agent": _AGENT, "Accept-Encoding": "identity"},
            content=body,
            extensions={"sni_hostname": address.host},
        )
        transport = httpx2.AsyncHTTPTransport(verify=self._trust, trust_env=False, retries=0)
        timeout = httpx2.Timeout(self._altogether_s, connect=_CONNECTING_S)
        async with httpx2.AsyncClient(
            transport=transport, trust_env=False, follow_redirects=False, timeout=timeout
        ) as client:
            answer = await client.send(request, stream=True)
            try:
                return SendOutcome(status=answer.status_code, wait_s=_wait_s(answer))
            finally:
                await answer.aclose()


def _wait_s(answer: httpx2.Response) -> float:
    """The seconds that an answer asks to wait (RFC 9110, Retry-After), a day at most."""
    text = answer.headers.get("Retry-After", "").strip()
    if answer.status_code not in _MAY_SAY_WHEN or not text:
        return 0.0
    try:
        wait_s = float(text) if text.isdecimal() else _until(text)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return min(max(wait_s, 0.0), _LONGEST_WAIT_S)


def _until(text: str) -> float:
    instant = parsedate_to_datetime(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
