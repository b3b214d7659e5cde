"""Working something out once for a history and a method, though several projections ask for it one after another."""

from collections.abc import Callable
from typing import TypeVar

from projections.history import History
from projections.scoring.method import Method

T = TypeVar("T")


def remembered(work: Callable[[History, Method], T]) -> Callable[[History, Method], T]:
    """Remember the last result of a pure function, for the very same history and method; it must not be changed."""
    last: tuple[History, Method, T] | None = None

    def worked_out(history: History, method: Method) -> T:
        nonlocal last
        known = last
        if known is not None and known[0] is history and known[1] is method:
            return known[2]
        found = work(history, method)
        last = (history, method, found)
        return found

    return worked_out
