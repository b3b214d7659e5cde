"""Event streams (server-sent events): answers that go on as the log grows, whose readers hold nothing while they wait.

Reading is brief and done in the thread pool, by turns; waiting is done in the event loop, for one watch over the log.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from time import monotonic
from typing import Final, Protocol, runtime_checkable

import anyio
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.http.problems import Problem
from api.limits.dear_turns import NoTurn
from api.runtime.services import Services

EVENT_STREAM: Final = "text/event-stream"
LAST_EVENT_ID: Final = "Last-Event-ID"
BEAT_S: Final = 15.0
"""How long nothing is sent or looked at, at most: so soon it is noticed that whoever reads may no longer."""
_BEAT: Final = b": still here\n\n"
_LAST_WORD_S: Final = 1.0
_AGAIN_S: Final = 30


class FeedPart(Struct, frozen=True):
    """The part of a stream to be sent next; whether it is all there is for now, and whether the stream ends with it."""

    content: bytes
    is_level: bool = True
    is_over: bool = False


@runtime_checkable
class EventFeed(Protocol):
    """The source of a stream."""

    def read(self) -> FeedPart:
        """Read what comes next, at once; for one thread at a time."""


class EventStream(Response):
    """The answer that a feed is, until its reader goes, its time is over, the feed ends or the server stops."""

    def __init__(self, feed: EventFeed, services: Services, caller: str, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers, media_type=EVENT_STREAM)
        del self.headers["Content-Length"]
        self._feed, self._caller = feed, caller
        self._watch, self._streams = services.watch, services.limits.streams
        self._lasts_s = services.limits.allowances.stream_s
        self._news = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream. Raises Problem 429 or 503, before anything is sent, where there is no place for it."""
        reading = anyio.CancelScope()
        try:
            with self._streams.opened(self._caller, reading.cancel):
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                if scope["method"] != "HEAD":
                    with reading:
                        await self._send_until_gone(receive, send)
                with anyio.move_on_after(_LAST_WORD_S):
                    await send({"type": "http.response.body", "body": b""})
        except NoTurn as refused:
            raise _no_place(by_own=refused.by_own) from None

    async def _send_until_gone(self, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as group:

            async def notice_going() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(notice_going)
            wake = partial(asyncio.get_running_loop().call_soon_threadsafe, self._news.set)
            self._watch.add(wake)
            try:
                await self._send_parts(send)
            finally:
                self._watch.remove(wake)
            group.cancel_scope.cancel()

    async def _send_parts(self, send: Send) -> None:
        ends_s = monotonic() + self._lasts_s
        while True:
            self._news.clear()
            async with self._streams.turn():
                part = await run_in_threadpool(self._feed.read)
            left_s = ends_s - monotonic()
            with anyio.move_on_after(max(left_s, BEAT_S)) as sending:  # a reader who takes nothing keeps no place
                await send({"type": "http.response.body", "body": part.content or _BEAT, "more_body": True})
            if sending.cancelled_caught:
                return
            left_s = ends_s - monotonic()
            if part.is_over or (part.is_level and left_s <= 0):
                return
            if part.is_level:
                with anyio.move_on_after(min(BEAT_S, left_s)):
                    await self._news.wait()


def _no_place(*, by_own: bool) -> Problem:
    headers = {"Retry-After": str(_AGAIN_S)}
    if by_own:
        return Problem("too-many-streams", "You hold as many open as one caller may.", headers=headers)
    return Problem("busy", "As many streams are open as there may be.", headers=headers)
