"""Connections under guard: whoever is slow to ask, or to take an answer, is cut off; and so many are open at most.

A guard stands between the server's transport and its protocol, and hears of each request from `Guarding`.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from api.limits.allowances import Allowances
from api.limits.request_sizes import HEAD_BYTES

TAKEN_BYTES: Final = 50_000
"""What must be taken of an answer in the time there is for it, by whoever has more than that still to take."""
_IN_STATE: Final = "connection"

RawAnswer = Callable[[str], bytes]
"""The bytes of the whole answer that a problem is, by its code."""


class OpenConnections:
    """The connections of one server, those that ask nothing just now in the order in which they began to wait."""

    def __init__(self, allowances: Allowances, raw_answer: RawAnswer) -> None:
        """Begin with none; `raw_answer` writes what is sent where there is no request to answer."""
        self.allowances, self.raw_answer = allowances, raw_answer
        self._open: set[GuardedConnection] = set()
        self._waiting: OrderedDict[GuardedConnection, None] = OrderedDict()

    def __len__(self) -> int:
        """The number that is open."""
        return len(self._open)

    def admits(self, connection: "GuardedConnection") -> bool:
        """Take a connection in; where there are too many, the one that has waited longest goes, or else this one."""
        if len(self._open) >= self.allowances.connections:
            if not self._waiting:
                return False
            longest, _ = self._waiting.popitem(last=False)
            self.remove(longest)
            longest.cut()
        self._open.add(connection)
        return True

    def remove(self, connection: "GuardedConnection") -> None:
        """Forget a connection that is no longer open."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    def waits(self, connection: "GuardedConnection") -> None:
        """Note that a connection has nothing under way."""
        if connection in self._open:
            self._waiting[connection] = None

    def works(self, connection: "GuardedConnection") -> None:
        """Note that a request of a connection is under way."""
        self._waiting.pop(connection, None)


class GuardedConnection(asyncio.Protocol):
    """One connection, handed on to the server's own protocol for as long as its client keeps to the times."""

    def __init__(
        self,
        connections: OpenConnections,
        protocol: Callable[..., asyncio.Protocol],
        *,
        app_state: dict[str, Any],
        **options: Any,  # noqa: ANN401 - what the server hands to its protocol, whatever that is
    ) -> None:
        self._connections = connections
        self._protocol = protocol(app_state={**app_state, _IN_STATE: self}, **options)
        self._transport: asyncio.Transport | None = None
        self._is_admitted = False
        self._is_waiting, self._head_bytes = True, 0
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request; refuse a connection for which there is no room."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of streams there is no other kind
        self._transport = transport
        self._is_admitted = self._connections.admits(self)
        if not self._is_admitted:
            self._refuse("busy")
            return
        self._protocol.connection_made(transport)
        self.waits()

    def data_received(self, data: bytes) -> None:
        """Hand data on, and refuse a head that never ends."""
        if not self._is_admitted:
            return
        self._protocol.data_received(data)
        if self._is_waiting:
            self._head_bytes += len(data)
            asyncio.get_running_loop().call_soon(self._refuse_endless_head)  # the request may have begun by then

    def eof_received(self) -> bool | None:
        """Hand on that no more will be sent."""
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """End every wait."""
        self._transport = None
        self._connections.remove(self)
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()
        if self._is_admitted:
            self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        """Watch whether what waits to be sent is taken."""
        self._protocol.pause_writing()
        if self._transport is not None:
            self._watch_taking(self._transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Cease to watch: almost all is taken."""
        if self._unread is not None:
            self._unread.cancel()
        self._protocol.resume_writing()

    def works(self) -> None:
        """A request has come whole as far as its head goes."""
        self._is_waiting, self._head_bytes = False, 0
        self._connections.works(self)
        if self._deadline is not None:
            self._deadline.cancel()

    def waits(self) -> None:
        """Nothing is under way: the next request is to come in time."""
        if self._transport is None:
            return
        self._is_waiting = True
        self._connections.waits(self)
        self._await_head(unsent_bytes=None)

    def cut(self) -> None:
        """End the connection at once, whatever waits to be sent."""
        if self._transport is not None:
            self._transport.abort()

    @property
    def _open_transport(self) -> asyncio.Transport | None:
        """The transport while it takes anything."""
        return None if self._transport is None or self._transport.is_closing() else self._transport

    def _await_head(self, unsent_bytes: int | None) -> None:
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(self._connections.allowances.head_s, self._head_overdue, unsent_bytes)

    def _head_overdue(self, unsent_bytes: int | None) -> None:
        """Cut off who has not asked in time, unless they are still taking the end of the last answer."""
        left_bytes = 0 if self._transport is None else self._transport.get_write_buffer_size()
        if left_bytes and (unsent_bytes is None or left_bytes < unsent_bytes):
            self._await_head(left_bytes)
        elif self._head_bytes and not left_bytes:
            self._refuse("too-slow")
        else:
            self.cut()

    def _refuse_endless_head(self) -> None:
        if self._is_waiting and self._head_bytes > HEAD_BYTES:
            self._refuse("headers-too-large")

    def _refuse(self, code: str) -> None:
        """Answer with a problem and close."""
        if (transport := self._open_transport) is not None:
            transport.write(self._connections.raw_answer(code))
            transport.close()

    def _watch_taking(self, unsent_bytes: int) -> None:
        loop = asyncio.get_running_loop()
        self._unread = loop.call_later(self._connections.allowances.taking_s, self._taking_overdue, unsent_bytes)

    def _taking_overdue(self, unsent_bytes: int) -> None:
        left_bytes = 0 if self._transport is None else self._transport.get_write_buffer_size()
        if left_bytes > unsent_bytes - TAKEN_BYTES:
            self.cut()
        else:
            self._watch_taking(left_bytes)


class Guarding:
    """The outermost layer of a server's application: lets each connection's guard know what is under way on it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with its connection's guard at rest meanwhile."""
        guard: GuardedConnection | None = scope.get("state", {}).pop(_IN_STATE, None)
        if guard is None:
            await self._app(scope, receive, send)
            return
        guard.works()
        try:
            await self._app(scope, receive, send)
        finally:
            guard.waits()
