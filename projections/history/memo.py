"""Working a thing out once for a history, however many projections ask for it."""

from collections.abc import Callable, Hashable
from functools import wraps
from operator import is_
from typing import Any, Protocol, TypeVar, TypeVarTuple


class KeepsDerived(Protocol):
    """Something that keeps what was worked out from it, as a history does."""

    @property
    def derived(self) -> dict[object, Any]:
        """The results so far."""


H = TypeVar("H", bound=KeepsDerived)
T = TypeVar("T")
Rest = TypeVarTuple("Rest")


def once_per_history(function: Callable[[H, *Rest], T]) -> Callable[[H, *Rest], T]:
    """Keep a pure function's answer with the history it was worked out from, for the very arguments last used."""

    @wraps(function)
    def remembered(history: H, *rest: *Rest) -> T:
        memo = history.derived.get(function)
        if memo is None or not all(map(is_, rest, memo[0])):
            memo = (rest, function(history, *rest))
            history.derived[function] = memo
        answer: T = memo[1]
        return answer

    return remembered


def answered_once(history: KeepsDerived, question: Hashable, method: object, work: Callable[[], T]) -> T:
    """The answer to a question about a history by a method, worked out once while the method is the same object."""
    memo = history.derived.get(question)
    if memo is None or memo[0] is not method:
        memo = (method, work())
        history.derived[question] = memo
    answer: T = memo[1]
    return answer
