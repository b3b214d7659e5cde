"""Turns at what is dear in time or memory: so many at once over all callers, and one at a time for each.

Who comes meanwhile waits a little, in turn, and holds no thread while waiting; so all else is answered as ever.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio

from domain.errors import FolkmootError

BY_ONE: Final = 1
PATIENCE_S: Final = 10.0


class NoTurn(FolkmootError):
    """There was no turn in time: of one's own others are under way (`by_own`), or of others."""

    def __init__(self, *, by_own: bool) -> None:
        super().__init__("no turn came in time")
        self.by_own = by_own


class _Waiting:
    """Somebody who waits for a turn."""

    def __init__(self, caller: str) -> None:
        self.caller = caller
        self.has_turn = anyio.Event()


class DearTurns:
    """The turns at one kind of dear work; used from the thread of the event loop alone."""

    def __init__(self, at_once: int, *, patience_s: float = PATIENCE_S) -> None:
        self._at_once, self._patience_s = at_once, patience_s
        self._running: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []

    @asynccontextmanager
    async def turn(self, caller: str) -> AsyncIterator[None]:
        """A turn of a caller's, for as long as the block runs. Raises NoTurn where none comes in time."""
        waiting = _Waiting(caller)
        self._waiting.append(waiting)
        self._hand_out()
        try:
            with anyio.move_on_after(self._patience_s):
                await waiting.has_turn.wait()
            if not waiting.has_turn.is_set():
                raise NoTurn(by_own=self._running[caller] >= BY_ONE)
            yield
        finally:
            if waiting.has_turn.is_set():
                self._running[caller] -= 1
                self._running += Counter()  # callers with none under way are forgotten
                self._hand_out()
            else:
                self._waiting.remove(waiting)

    def _hand_out(self) -> None:
        """Hand turns out to those who wait, in the order in which they came, as far as there are any for them."""
        for waiting in list(self._waiting):
            if self._running.total() >= self._at_once:
                return
            if self._running[waiting.caller] < BY_ONE:
                self._running[waiting.caller] += 1
                self._waiting.remove(waiting)
                waiting.has_turn.set()
