"""Streams that are open: answers that go on for as long as their readers stay, so many in all and of one caller.

A reader who waits holds no thread and no connection to the database. What they read they read by turns, and as long
again is left to others after each: all streams together take half of a processor at most.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Final

import anyio
from prometheus_client import Gauge

from api.limits.dear_turns import NoTurn

_OPEN: Final = Gauge("folkmoot_open_streams", "Streams of events that are open at this process.")


class OpenStreams:
    """The streams of one server; used from the thread of the event loop alone."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._callers: dict[Callable[[], None], str] = {}
        self._is_ending = False
        self._turn = anyio.Semaphore(1)

    def __len__(self) -> int:
        """The number that is open."""
        return len(self._callers)

    @contextmanager
    def opened(self, caller: str, end: Callable[[], None]) -> Iterator[None]:
        """A place for a stream of a caller, for as long as the block runs; `end` makes it end. Raises NoTurn."""
        if list(self._callers.values()).count(caller) >= self._most_of_one:
            raise NoTurn(by_own=True)
        if self._is_ending or len(self._callers) >= self._most:
            raise NoTurn(by_own=False)
        self._callers[end] = caller
        _OPEN.inc()
        try:
            yield
        finally:
            del self._callers[end]
            _OPEN.dec()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The turn of one stream at reading, after which the others rest for as long as it took."""
        async with self._turn:
            began_s = perf_counter()
            yield
            await anyio.sleep(perf_counter() - began_s)

    def end_all(self) -> None:
        """End every stream, and let none begin any more: the server stops."""
        self._is_ending = True
        for end in list(self._callers):
            end()
