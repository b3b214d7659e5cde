"""Proofs that an event is in the log, made from its leaves alone: for whoever checks without reading anything.

The roots of complete blocks of leaves never change and are kept in memory, so that a proof reads two blocks or so once
the log has been walked; at ten million events they take a tenth of a megabyte.
"""

import threading
from typing import Final

from msgspec import Struct

from domain.log.connections import Connections
from domain.log.roots import read_leaves
from domain.proof.merkle import inclusion_proof, largest_power_below, node_hash, root_of

_BLOCK: Final = 4096
"""Leaves; a power of two, so that every split of a tree larger than a block falls between blocks."""


class InclusionProof(Struct, frozen=True, kw_only=True):
    """A leaf, its index in a tree of a size, the hashes beside its way to the root, and that root (RFC 9162)."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


class LogProofs:
    """Makes proofs and remembers the roots of blocks; thread-safe."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._blocks: dict[int, bytes] = {}

    def of(self, position: int, size: int) -> InclusionProof:
        """Prove that the event at a position is among the first `size`. Raises BeyondHead where there are not as many.

        Raises ValueError for a position that is not among them.
        """
        if not 0 < position <= size:
            raise ValueError(f"position {position} is not among the first {size}")
        index = position - 1
        with self._lock:
            low, high, beside = 0, size, []
            while high - low > _BLOCK:
                middle = low + largest_power_below(high - low)
                if index < middle:
                    beside.append(self._root(middle, high))
                    high = middle
                else:
                    beside.append(self._root(low, middle))
                    low = middle
            leaves = read_leaves(self._connections, low, high)
            path = (*inclusion_proof(leaves, index - low), *reversed(beside))
            return InclusionProof(index=index, size=size, leaf=leaves[index - low], path=path, root=self._root(0, size))

    def _root(self, low: int, high: int) -> bytes:
        """The root over the leaves from one index up to another; the first begins a block."""
        if high - low > _BLOCK:
            middle = low + largest_power_below(high - low)
            return node_hash(self._root(low, middle), self._root(middle, high))
        if high - low < _BLOCK:
            return root_of(read_leaves(self._connections, low, high))
        if low not in self._blocks:
            self._blocks[low] = root_of(read_leaves(self._connections, low, high))
        return self._blocks[low]
