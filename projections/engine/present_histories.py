"""Histories of the present day that answers share: grown by what is recorded, and held by one thread at a time.

A history that grows changes while it is read, so a thread holds those that it reads until it has answered. Who comes
meanwhile waits a little, and else replays; so two that wait for one another both get their answer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock, local
from typing import Final

from domain.errors import FolkmootError
from domain.events.recorded import Recorded
from projections.engine.live_history import LiveHistory
from projections.history.history import History

_PATIENCE_S: Final = 1.0


class PresentHistory:
    """The history of one partnership up to its last event, as answers ask for it on the present day."""

    def __init__(self, event_count: int) -> None:
        self.lock = Lock()
        self.event_count = event_count
        self._live = LiveHistory()

    def known(self, records: Sequence[Recorded], as_of: date) -> History:
        """The history of all its events, for the thread that holds it."""
        self.event_count = len(records)
        return self._live.known(records, as_of)

    def forget(self) -> None:
        """Begin anew: the answers worked out so far may not be whole."""
        self.event_count, self._live = 0, LiveHistory()


class _Hold:
    """The histories that one thread holds, each with how many events it had then, and on which day."""

    def __init__(self) -> None:
        self._pasts: dict[PresentHistory, tuple[int, date]] = {}

    def known(self, present: PresentHistory, records: Sequence[Recorded], as_of: date) -> History | None:
        past = (len(records), as_of)
        if present not in self._pasts:
            if not present.lock.acquire(timeout=_PATIENCE_S):
                return None
            if len(records) < present.event_count:  # it has grown beyond what is asked about
                present.lock.release()
                return None
            self._pasts[present] = past
        return present.known(records, as_of) if self._pasts[present] == past else None

    def let_go(self, *, is_failed: bool) -> None:
        for present in self._pasts:
            if is_failed:
                present.forget()
            present.lock.release()


class _Holding(local):
    """The histories that the present thread holds; none where it has not said that it will let go again."""

    hold: _Hold | None = None


_holding = _Holding()


@contextmanager
def present_histories_held() -> Iterator[None]:
    """Hold the histories of the present day that are asked for until the block ends, or the outermost such block.

    What was worked out before an error is forgotten, but for one that is an answer, such as that a thing is unknown.
    Where an error passed while something was worked out, the history knows it itself.
    """
    if _holding.hold is not None:
        yield
        return
    hold = _holding.hold = _Hold()
    is_failed = True
    try:
        yield
        is_failed = False
    except FolkmootError:
        is_failed = False
        raise
    finally:
        _holding.hold = None
        hold.let_go(is_failed=is_failed)


def held_history(present: PresentHistory, records: Sequence[Recorded], as_of: date) -> History | None:
    """A history of the present day, held until the block around ends; None where it is to be replayed instead."""
    return None if _holding.hold is None else _holding.hold.known(present, records, as_of)
