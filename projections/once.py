"""Working a thing out once for a history, however many projections ask for it."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from projections.history import History
from projections.scoring.method import Method

T = TypeVar("T")


def once(function: Callable[[History, Method], T]) -> Callable[[History, Method], T]:
    """Keep a pure function's answer with the history it was worked out from, for the method last used."""

    @wraps(function)
    def remembered(history: History, method: Method) -> T:
        known = history.derived.get(function)
        if known is None or known[0] is not method:
            known = (method, function(history, method))
            history.derived[function] = known
        answer: T = known[1]
        return answer

    return remembered
