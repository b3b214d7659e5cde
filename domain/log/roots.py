"""Roots of the Merkle tree at any position; every answer names the root it rests on.

The log stores leaves only. Frontiers at regular positions are kept in memory, so a root costs reading at
most that many leaves once the log has been walked; at ten million events they take a few megabytes.
"""

import threading
from bisect import bisect_right

from domain.log.connections import Connections
from domain.log.errors import BeyondHead, LogAmiss
from domain.proof.merkle import Frontier

_EVERY = 4096
_RECENT = 1024


class LogRoots:
    """Computes and remembers roots; thread-safe."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._milestones: list[Frontier] = [Frontier()]  # at every multiple of _EVERY walked so far
        self._tip = Frontier()
        self._recent: dict[int, bytes] = {}

    def at(self, position: int) -> bytes:
        """The root over the first `position` events. Raises BeyondHead when there are not as many."""
        if position < 0:
            raise BeyondHead("positions start at 0, before the first event")
        with self._lock:
            if position not in self._recent:
                if len(self._recent) >= _RECENT:
                    self._recent.pop(next(iter(self._recent)))
                self._recent[position] = self._walk_to(position).root()
            return self._recent[position]

    def _walk_to(self, position: int) -> Frontier:
        frontier = self._nearest(position)
        while frontier.size < position:
            stop = min(position, (frontier.size // _EVERY + 1) * _EVERY)
            frontier = frontier.extend(read_leaves(self._connections, frontier.size, stop))
            if frontier.size == len(self._milestones) * _EVERY:
                self._milestones.append(frontier)
        if frontier.size > self._tip.size:
            self._tip = frontier
        return frontier

    def _nearest(self, position: int) -> Frontier:
        if self._tip.size <= position:
            return self._tip
        return self._milestones[bisect_right(self._milestones, position, key=lambda milestone: milestone.size) - 1]


def read_leaves(connections: Connections, after: int, upto: int) -> list[bytes]:
    """The leaves after one position up to another. Raises BeyondHead, and LogAmiss where any is missing."""
    with connections.borrow() as connection, connection.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT leaf FROM log.event WHERE position > %s AND position <= %s ORDER BY position",
            (after, upto),
        )
        leaves = [leaf for (leaf,) in cursor]
        if len(leaves) < upto - after:
            (head,) = cursor.execute("SELECT coalesce(max(position), 0) FROM log.event").fetchone() or (0,)
            raise _missing(after, upto, head)
    return leaves


def _missing(after: int, upto: int, head: int) -> BeyondHead | LogAmiss:
    if upto > head:
        return BeyondHead(f"the log does not reach position {upto} yet: ask for one up to its head")
    return LogAmiss(f"events are missing from the log between positions {after + 1} and {upto}: restore it")
