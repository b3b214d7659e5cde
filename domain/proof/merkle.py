"""The Merkle tree of RFC 6962 and RFC 9162, so that verifiers written by others can check this log.

Leaves come in already hashed; `leaf_hash` says how. The library that offers this is under a licence we
cannot carry.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry into a leaf (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier(NamedTuple):
    """The part of a tree that is kept to go on growing it: the roots of its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extend(self, leaves: Sequence[bytes]) -> "Frontier":
        """The frontier of the tree with these leaves added; whole subtrees are made level by level."""
        size, peaks, start = self.size, list(self.peaks), 0
        while start < len(leaves):
            fits = 1 << ((len(leaves) - start).bit_length() - 1)
            width = min(size & -size, fits) if size else fits
            node = _complete(leaves[start : start + width])
            full = size // width
            while full & 1:
                node = node_hash(peaks.pop(), node)
                full >>= 1
            peaks.append(node)
            size, start = size + width, start + width
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over all the leaves."""
    return Frontier().extend(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that the leaf at `index` (from 0) is in the tree over `leaves` (RFC 9162 section 2.1.3.1).

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"leaf {index} is not in a tree of {len(leaves)}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + largest_power_below(high - low)
        if index < middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """True where the proof shows `leaf` at `index` of the tree of that root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, here = leaf, size - 1, index
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            while here and not here & 1:
                here >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Prove that the tree over the first `old_size` leaves is a prefix (RFC 9162 section 2.1.4.1).

    Raises ValueError unless 0 < old_size <= number of leaves.
    """
    if not 0 < old_size <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} cannot be shown to extend one of {old_size}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    whole = True  # the verifier holds the root of leaves[0:high] itself
    while old_size != high:
        middle = low + largest_power_below(high - low)
        if old_size <= middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
            whole = False
    if not whole:
        path.append(root_of(leaves[low:high]))
    return path[::-1]


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True where the proof shows that the new tree only adds to the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    here, last = old_size - 1, new_size - 1
    while here & 1:
        here >>= 1
        last >>= 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_node = node_hash(sibling, old_node)
            new_node = node_hash(sibling, new_node)
            while here and not here & 1:
                here >>= 1
                last >>= 1
        else:
            new_node = node_hash(new_node, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and old_node == old_root and new_node == new_root


def largest_power_below(size: int) -> int:
    """The largest power of two that is smaller than a size: where a tree of that size is split."""
    return 1 << ((size - 1).bit_length() - 1)


def _complete(leaves: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaves."""
    level = leaves
    while len(level) > 1:
        pairs = iter(level)
        level = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]
