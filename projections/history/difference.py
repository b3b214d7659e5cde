"""Differences between two readings of a list: things that did not change are the same objects in both."""

from collections.abc import Callable, Sequence
from itertools import compress, count
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


def shared_beginning(
    one: Sequence[object], other: Sequence[object], differ: Callable[[object, object], object] = is_not
) -> int:
    """The number of things with which two lists begin alike, told apart by identity unless said otherwise."""
    return next(compress(count(), map(differ, one, other)), min(len(one), len(other)))


def shared_end(one: Sequence[object], other: Sequence[object], start: int) -> int:
    """The number of things with which two lists end alike after so many with which they begin alike."""
    most = min(len(one), len(other)) - start
    return min(most, next(compress(count(), map(is_not, reversed(one), reversed(other))), most))


def ended_and_begun(before: Sequence[T], now: Sequence[T]) -> tuple[list[T], list[T]]:
    """The things that are no longer in a list and those that are new in it, told apart by identity.

    What both begin and end with is passed over first: of a long record little changes, and that near its end.
    """
    start = shared_beginning(before, now)
    end = shared_end(before, now, start)
    old, new = before[start : len(before) - end], now[start : len(now) - end]
    if not (old and new):
        return list(old), list(new)
    old_ids, new_ids = set(map(id, old)), set(map(id, new))
    return [each for each in old if id(each) not in new_ids], [each for each in new if id(each) not in old_ids]
