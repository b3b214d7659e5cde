"""The difference between two sequences, told by the identity of their things."""

from collections.abc import Iterable, Sequence
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


def difference(before: Sequence[T], now: Sequence[T]) -> tuple[list[T], list[T]]:
    """The things of one sequence that are not in another, and the other way round, told apart by identity.

    What both begin and end with is passed over first: of a long record little changes, and that near its end.
    """
    start = _alike(before, now)
    end = min(_alike(reversed(before), reversed(now)), min(len(before), len(now)) - start)
    old, new = before[start : len(before) - end], now[start : len(now) - end]
    if not (old and new):
        return list(old), list(new)
    old_ids, new_ids = set(map(id, old)), set(map(id, new))
    return [each for each in old if id(each) not in new_ids], [each for each in new if id(each) not in old_ids]


def _alike(one: Iterable[object], other: Iterable[object]) -> int:
    """Count the things with which two sequences begin alike."""
    differ = list(map(is_not, one, other))
    return differ.index(True) if True in differ else len(differ)
