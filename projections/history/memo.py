"""Working a thing out once for a history, however many projections ask for it."""

from collections.abc import Callable
from functools import wraps
from operator import is_
from typing import TypeVar, TypeVarTuple

from projections.history.history import History

T = TypeVar("T")
Rest = TypeVarTuple("Rest")


def once_per_history(function: Callable[[History, *Rest], T]) -> Callable[[History, *Rest], T]:
    """Keep a pure function's answer with the history it was worked out from, for the very arguments last used."""

    @wraps(function)
    def remembered(history: History, *rest: *Rest) -> T:
        memo = history.derived.get(function)
        if memo is None or not all(map(is_, rest, memo[0])):
            memo = (rest, function(history, *rest))
            history.derived[function] = memo
        answer: T = memo[1]
        return answer

    return remembered
