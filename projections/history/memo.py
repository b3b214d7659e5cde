"""Working a thing out once for a history, however many projections ask for it, and again only if it may have changed.

Questions are pure functions of a history. Every history has a memo of the answers worked out from it; that of a history
that grows (`noted_memo`) also notes what each question read, so that the next events leave most answers as they are.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from operator import is_
from typing import Any, Final, Protocol, TypeVar, TypeVarTuple, cast

T = TypeVar("T")
M = TypeVar("M")
Rest = TypeVarTuple("Rest")

Question = Callable[..., Any]
"""A pure function of a history."""


class Memo(Protocol):
    """The answers worked out from one history so far."""

    def of_history(self, question: Question, history: Any, rest: tuple[Any, ...]) -> Any:  # noqa: ANN401 - of any type
        """The answer to a question about the whole history, for the very arguments last used."""

    def of_thing(self, question: Question, history: Any, method: object, key: tuple[Hashable, ...]) -> Any:  # noqa: ANN401 - of any type
        """The answer to a question about one thing, by a method."""

    def of_things(
        self,
        question: Question,
        history: Any,  # noqa: ANN401 - of any type
        method: object,
        keys: Sequence[tuple[Hashable, ...]],
    ) -> Sequence[Any]:
        """The answers to a question about several things, in order; the same object while none has changed."""

    def carried(self, method: object, make: Callable[[], T]) -> T:
        """The state kept with the history by a method; made empty when first asked for."""

    def has_worked_out(self, question: Question) -> bool:
        """A question about the whole history was worked out, if perhaps before the history grew."""


class HasMemo(Protocol):
    """Something that keeps what was worked out from it, as a history does."""

    @property
    def memo(self) -> Memo:
        """The answers so far."""

    @property
    def position(self) -> int:
        """How much is known: the position of the last event."""


H = TypeVar("H", bound=HasMemo)


class PlainMemo:
    """The memo of a history that does not grow: what was worked out stays right."""

    def __init__(self) -> None:
        self._answers: dict[object, tuple[tuple[Any, ...], Any]] = {}
        self._things: dict[tuple[Question, tuple[Hashable, ...]], list[Any]] = {}

    def of_history(self, question: Question, history: object, rest: tuple[Any, ...]) -> object:
        """The answer to a question about the whole history, for the very arguments last used."""
        answer = self._answers.get(question)
        if answer is None or not all(map(is_, rest, answer[0])):
            answer = self._answers[question] = (rest, question(history, *rest))
        return answer[1]

    def of_thing(self, question: Question, history: object, method: object, key: tuple[Hashable, ...]) -> object:
        """The answer to a question about one thing, by a method."""
        place = self._things.setdefault((question, key), [])  # the key, slow to hash, is hashed once
        if not place or place[0] is not method:
            place[:] = method, question(history, method, *key)
        return place[1]

    def of_things(
        self, question: Question, history: object, method: object, keys: Sequence[tuple[Hashable, ...]]
    ) -> Sequence[object]:
        """The answers to a question about several things, in order."""
        return [self.of_thing(question, history, method, key) for key in keys]

    def carried(self, method: object, make: Callable[[], T]) -> T:
        """The state kept with the history by a method; made empty when first asked for."""
        answer = self._answers.get(make)
        if answer is None or answer[0][0] is not method:
            answer = self._answers[make] = ((method,), make())
        state: T = answer[1]
        return state

    def has_worked_out(self, question: Question) -> bool:
        """A question about the whole history was worked out."""
        return question in self._answers


def once_per_history(function: Callable[[H, *Rest], T]) -> Callable[[H, *Rest], T]:
    """Keep a pure function's answer about a whole history, for the very arguments last used."""

    @wraps(function)
    def remembered(history: H, *rest: *Rest) -> T:
        answer: T = history.memo.of_history(function, history, rest)
        return answer

    return remembered


def is_worked_out(history: HasMemo, question: Callable[..., object]) -> bool:
    """A question about the whole history (`once_per_history`) was worked out, if perhaps before the history grew."""
    return history.memo.has_worked_out(question.__wrapped__)  # type: ignore[attr-defined] # `wraps` puts it there


def once_per_thing(function: Callable[[H, M, *Rest], T]) -> Callable[[H, M, *Rest], T]:
    """Keep a pure function's answer about one thing of a history by a method; `key`, hashable, says which thing.

    In a history that grows, it is worked out again only where something that it read has changed, and an answer that is
    equal stays the same object. It must neither change what it reads nor what it returned.
    """

    @wraps(function)
    def remembered(history: H, method: M, *key: *Rest) -> T:
        answer: T = history.memo.of_thing(function, history, method, key)
        return answer

    return remembered


def answers_about(
    history: HasMemo, method: M, question: Callable[..., T], keys: Sequence[tuple[Hashable, ...]]
) -> Sequence[T]:
    """The answers to a question about one thing (`once_per_thing`) for several, each given by its key, in order.

    In a history that grows, only what has changed is asked again, and it is the same object while nothing has: the keys
    are the same object, too, while they are as they were, or have more at their end.
    """
    return history.memo.of_things(question.__wrapped__, history, method, keys)  # type: ignore[attr-defined] # `wraps` puts it there


def carried(history: HasMemo, method: object, make: Callable[[], T]) -> T:
    """The state, empty at first, that stays with a history by a method while it grows.

    For sums by difference: whoever asks for it compares what it last took in with what there is now, takes out what is
    no longer there and takes in what is new. From nothing is then the same as from what was there before.
    """
    return history.memo.carried(method, make)


def answered_once(history: HasMemo, question: Hashable, method: object, work: Callable[[], T]) -> T:
    """The answer to a question about a history, worked out once until that has grown, while the method is the same."""
    answers = history.memo.carried(method, _AnswerPlaces).answers
    position, answer = answers.get(question, (0, None))
    if position != history.position:
        for oldest in list(answers)[: 1 - _MOST_ANSWERS]:
            answers.pop(oldest, None)
        answers[question] = (history.position, answer := work())
    return cast("T", answer)


_MOST_ANSWERS: Final = 64


class _AnswerPlaces:
    """The answers to questions that are no functions: a bounded number, for whoever asks may ask anything."""

    def __init__(self) -> None:
        self.answers: dict[Hashable, tuple[int, Any]] = {}
