"""Admission of requests: heads of a bounded size, and so many a minute of one caller or one unsigned address.

Every answer to a request that was counted says how its sender stands (RateLimit, RateLimit-Policy).
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import Problem
from api.limits.client_address import FORWARDED, client_address
from api.limits.request_rates import WINDOW_S, RateStanding
from api.limits.request_sizes import (
    ADDRESS_BYTES,
    HEADER_BYTES,
    HEADERS,
    PARAMETERS,
    are_headers_too_large,
    has_too_many_parameters,
    is_address_too_long,
)
from api.limits.server_limits import ServerLimits
from api.runtime.services import Services

WRONG_CREDENTIAL: Final = 10
"""What a key, a link or a session that opens nothing takes from an address: as much as so many other requests."""
_CLOSING: Final = {"Connection": "close"}

ProblemResponder = Callable[[Request, Problem], Response]


class Admission:
    """One request on its way in: whose it is counted as, and how that caller stands then."""

    def __init__(self, limits: ServerLimits, address: str) -> None:
        self._limits, self.address = limits, address
        self.standing: RateStanding | None = None

    def before_looking_up(self, credential: str | None) -> None:
        """Refuse an address that has used up what it has, before anything is looked up for it. Raises Problem 429.

        Who has a credential that was good lately is looked up all the same.
        """
        if credential is None or credential not in self._limits.good_credentials:
            self._settle(self._limits.by_address.used_up(self.address))

    def signed(self, credential: str, caller: str) -> None:
        """Count a request of a caller whose credential is good. Raises Problem 429."""
        self._limits.good_credentials.add(credential)
        self._settle(self._limits.by_caller.take(caller))

    def unsigned(self, cost: int = 1) -> None:
        """Count a request of somebody who has not signed in. Raises Problem 429."""
        self._settle(self._limits.by_address.take(self.address, cost))

    def wrong_credential(self, credential: str | None) -> None:
        """Count a request with a credential that opens nothing, or with none; it is answered this once all the same."""
        if credential is not None:
            self._limits.good_credentials.discard(credential)
        self.standing = self._limits.by_address.take(self.address, 1 if credential is None else WRONG_CREDENTIAL)

    def tried_in_vain(self) -> None:
        """Count what was tried at a page and opens nothing, where the request itself is counted already."""
        self.standing = self._limits.by_address.take(self.address, WRONG_CREDENTIAL - 1)

    def _settle(self, standing: RateStanding | None) -> None:
        self.standing = standing
        if standing is not None and standing.is_refused:
            detail = f"Too much was asked for within {WINDOW_S} seconds. "
            detail += f"Try again in {standing.whole_in_s} seconds."
            raise Problem("too-many-requests", detail, headers={"Retry-After": str(standing.whole_in_s)})


def admission_of(scope: Scope) -> Admission:
    """The admission of a request."""
    admission: Admission = scope["admission"]
    return admission


class Admitting:
    """The middleware that begins the admission of each request, and refuses one whose head is too large."""

    def __init__(self, app: ASGIApp, *, services: Services, respond: ProblemResponder) -> None:
        self._app, self._limits, self._respond = app, services.limits, respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless its head is too large, and add to its answer how its sender stands."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = (scope.get("client") or ("",))[0]
        forwarded = Headers(scope=scope).getlist(FORWARDED)
        address = client_address(peer, forwarded, self._limits.allowances.trusted_proxies)
        admission = scope["admission"] = Admission(self._limits, address)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and admission.standing is not None:
                MutableHeaders(scope=message).update(admission.standing.fields)
            await send(message)

        problem = _fault_of_head(scope)
        app: Callable[[Scope, Receive, Send], Awaitable[None]] = (
            self._app if problem is None else self._respond(Request(scope), problem)
        )
        await app(scope, receive, sending)


def _fault_of_head(scope: Scope) -> Problem | None:
    """The problem of a request whose head is too large; None for any other."""
    query, headers = scope["query_string"], scope["headers"]
    if is_address_too_long(scope.get("raw_path") or scope["path"].encode(), query):
        return Problem("address-too-long", f"An address may have {ADDRESS_BYTES:,} bytes.", headers=_CLOSING)
    if are_headers_too_large(headers):
        detail = f"A request may have {HEADERS} headers, and {HEADER_BYTES:,} bytes of them."
        return Problem("headers-too-large", detail, headers=_CLOSING)
    if has_too_many_parameters(query):
        return Problem("invalid-query", f"An address may have {PARAMETERS} parameters.")
    return None
