"""The memo of a history that grows: what each question read is noted, so that the next events leave most answers be.

What a question reads of the history has a key: the id of a thing or of a record, a type of event, the name of a list.
An answer about one thing is worked out again once a key that it read was changed, one about the whole history once a
key or another such answer was. What comes out equal stays the very object it was, and wakes nobody. An answer may also
wait for an instant of the record's clock: that is its alarm.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from operator import ne
from typing import Any, Final, TypeVar

from projections.history.difference import shared_beginning
from projections.history.memo import Question

T = TypeVar("T")
ReadKey = Hashable

_NOTHING: Final = object()


class _Answer:
    """The answer to a question, and what it was read from.

    `changed` and `checked`: at which growth of the history it last changed, and was last known to be right. `wholes`
    are the answers about the whole history that it was read from; `is_of_things`: it was read from answers about
    single things, and is worked out again at every growth. What was read is kept in tuples: there are many answers.
    """

    __slots__ = (
        "alarm_at",
        "arguments",
        "changed",
        "checked",
        "is_of_things",
        "is_stale",
        "is_whole",
        "keys",
        "question",
        "value",
        "wholes",
    )

    def __init__(self, question: Question, arguments: tuple[Any, ...], *, is_whole: bool) -> None:
        self.question, self.arguments, self.is_whole = question, arguments, is_whole
        self.value: Any = _NOTHING
        self.changed = self.checked = 0
        self.keys: tuple[ReadKey, ...] = ()
        self.wholes: tuple[_Answer, ...] = ()
        self.is_of_things = self.is_stale = False
        self.alarm_at: datetime | None = None


class _AnswerReads:
    """The reads noted while an answer is worked out."""

    __slots__ = ("alarm_at", "answer", "is_of_things", "keys", "list_count", "wholes")

    def __init__(self, answer: _Answer) -> None:
        self.answer, self.is_of_things, self.list_count = answer, False, 0
        self.keys: set[ReadKey] = set()
        self.wholes: dict[_Answer, None] = {}
        self.alarm_at: datetime | None = None

    def read_thing(self, thing: _Answer) -> None:
        """Note an answer about a thing: another about a thing takes over all that was read there.

        So does one about the whole history where no method was asked by: such an answer is a mere list of the facts.
        """
        if self.answer.is_whole and thing.arguments[0] is not None:
            self.is_of_things = True
            return
        self.keys.update(thing.keys)
        self.wholes.update(dict.fromkeys(thing.wholes))
        if thing.alarm_at is not None:
            self.wake_at(thing.alarm_at)

    def wake_at(self, instant: datetime) -> None:
        """Wait for an instant of the record's clock, unless for an earlier one."""
        if self.alarm_at is None or instant < self.alarm_at:
            self.alarm_at = instant


class _AnswerList(_Answer):
    """The answers to a question about several things, kept in order."""

    __slots__ = ("keys_of_things", "places")

    def __init__(self, question: Question, arguments: tuple[Any, ...]) -> None:
        super().__init__(question, arguments, is_whole=True)
        self.value: list[Any] = []
        self.keys_of_things: Sequence[tuple[Hashable, ...]] = ()
        self.places: dict[_Answer, int] = {}

    def keep_for(self, keys: Sequence[tuple[Hashable, ...]]) -> None:
        """Keep the answers that are asked for again in the very places, up to the first that is not."""
        if keys is self.keys_of_things:
            return
        count = shared_beginning(self.keys_of_things, keys, ne)
        if count < len(self.value):
            self.places = {thing: place for thing, place in self.places.items() if place < count}
            self.value = self.value[:count]


class NotedMemo:
    """The answers worked out from a history that grows, for one thread at a time.

    `worked_out` counts how often each question was: what was made again. `is_broken`: an error passed
    while a question was worked out; a carried state may be half done, and nothing kept here is to be trusted.
    """

    def __init__(self, recorded_at: datetime) -> None:
        self.worked_out: defaultdict[Question, int] = defaultdict(int)
        self.is_broken = False
        self._growth, self._recorded_at = 1, recorded_at
        self._changed: frozenset[ReadKey] = frozenset()
        self._stale: set[_Answer] = set()
        self._asking: list[_AnswerReads] = []
        self._wholes: dict[tuple[Hashable, ...], _Answer] = {}
        self._things: dict[tuple[Question, tuple[Hashable, ...]], _Answer] = {}
        self._readers: defaultdict[ReadKey, list[_Answer]] = defaultdict(list)
        self._alarms: list[tuple[datetime, int, _Answer]] = []
        self._numbers = count()
        self._states: dict[object, tuple[object, Any]] = {}

    @property
    def alarm_count(self) -> int:
        """How many alarms are set."""
        return len(self._alarms)

    def grow(self, changed: Iterable[ReadKey], recorded_at: datetime) -> None:
        """Take in that the history has grown, and which keys that changed."""
        self._wholes = {place: each for place, each in self._wholes.items() if each.checked == self._growth}
        self._growth += 1
        self._changed, self._recorded_at = frozenset(changed), recorded_at
        self._stale = {answer for key in self._changed for answer in self._readers.get(key, ())}
        while self._alarms and self._alarms[0][0] <= recorded_at:
            self._stale.add(heappop(self._alarms)[2])
        for answer in self._stale:
            answer.is_stale = True

    def note(self, key: ReadKey) -> None:
        """Note that the question being worked out has read something."""
        if self._asking:
            self._asking[-1].keys.add(key)

    def wake_at(self, instant: datetime) -> None:
        """Note that the answer being worked out may change when the record's clock reaches an instant."""
        if self._asking:
            self._asking[-1].wake_at(instant)

    def of_history(self, question: Question, history: object, rest: tuple[Any, ...]) -> object:
        """The answer to a question about the whole history, with some arguments."""
        place = (question, *map(id, rest))
        answer = self._wholes.get(place)
        if answer is None:
            answer = self._wholes[place] = _Answer(question, rest, is_whole=True)
        self._bring_up(answer, history)
        if self._asking:
            self._asking[-1].wholes[answer] = None
        return answer.value

    def of_thing(self, question: Question, history: object, method: object, key: tuple[Hashable, ...]) -> object:
        """The answer to a question about one thing, by a method."""
        answer = self._thing(question, history, method, key)
        if self._asking:
            self._asking[-1].read_thing(answer)
        return answer.value

    def _thing(self, question: Question, history: object, method: object, key: tuple[Hashable, ...]) -> _Answer:
        answer = self._things.get((question, key))
        if answer is None or answer.arguments[0] is not method:
            answer = self._things[question, key] = _Answer(question, (method, *key), is_whole=False)
        self._bring_up(answer, history)
        return answer

    def of_things(
        self, question: Question, history: object, method: object, keys: Sequence[tuple[Hashable, ...]]
    ) -> Sequence[object]:
        """The answers to a question about several things, in order; the same object while none has changed."""
        place: tuple[Hashable, ...] = (_AnswerList, question, id(method))
        if self._asking:  # each list has its own reader, who may read several by one question
            reading = self._asking[-1]
            reading.list_count += 1
            place = (*place, id(reading.answer), reading.list_count)
        answers = self._wholes.get(place)
        if not isinstance(answers, _AnswerList):
            answers = _AnswerList(question, (method,))
            self._wholes[place] = answers
        self._bring_up_list(answers, history, keys)
        if self._asking:
            self._asking[-1].wholes[answers] = None
        return answers.value

    def _bring_up_list(self, answers: _AnswerList, history: object, keys: Sequence[tuple[Hashable, ...]]) -> None:
        if answers.checked == self._growth and answers.keys_of_things is keys:
            return
        value, is_late = answers.value, answers.checked < self._growth - 1
        if is_late or self._wholes_differ(answers, history):
            answers.places, answers.value = {}, []
        else:
            answers.keep_for(keys)
        if len(answers.value) != len(value):
            answers.changed = self._growth
        stale = [thing for thing in self._stale if thing in answers.places]
        if stale or len(keys) != len(answers.value):
            self._ask_again(answers, history, keys, stale)
        answers.keys_of_things, answers.checked = keys, self._growth

    def _ask_again(
        self, answers: _AnswerList, history: object, keys: Sequence[tuple[Hashable, ...]], stale: Iterable[_Answer]
    ) -> None:
        """Ask again for the answers that may have changed, and for those that are new."""
        (method,) = answers.arguments
        values, wholes, has_changed = answers.value[:], dict.fromkeys(answers.wholes), len(keys) != len(answers.value)
        for thing in stale:
            self._bring_up(thing, history)
            place = answers.places[thing]
            has_changed |= values[place] is not thing.value
            values[place] = thing.value
            wholes.update(dict.fromkeys(thing.wholes))
        for key in keys[len(values) :]:
            thing = self._thing(answers.question, history, method, key)
            answers.places[thing] = len(values)
            values.append(thing.value)
            wholes.update(dict.fromkeys(thing.wholes))
        answers.wholes = tuple(wholes)
        if has_changed:
            answers.value, answers.changed = values, self._growth

    def carried(self, method: object, make: Callable[[], T]) -> T:
        """The state kept with the history by a method; made empty when first asked for."""
        place = self._states.get(make)
        if place is None or place[0] is not method:
            place = self._states[make] = (method, make())
        state: T = place[1]
        return state

    def has_worked_out(self, question: Question) -> bool:
        """A question about the whole history was worked out, if perhaps before the history grew."""
        return question in self.worked_out

    def _bring_up(self, answer: _Answer, history: object) -> None:
        """Let an answer be right for the history as it is now."""
        if isinstance(answer, _AnswerList):
            self._bring_up_list(answer, history, answer.keys_of_things)
        elif answer.checked != self._growth:
            if answer.value is _NOTHING or self._may_differ(answer, history):
                self._work_out(answer, history)
            answer.checked = self._growth

    def _may_differ(self, answer: _Answer, history: object) -> bool:
        if answer.is_whole:
            is_late = answer.checked < self._growth - 1 or answer.is_of_things
            is_woken = answer.alarm_at is not None and answer.alarm_at <= self._recorded_at
            if is_late or is_woken or not self._changed.isdisjoint(answer.keys):
                return True
        elif answer.is_stale:
            return True
        return self._wholes_differ(answer, history)

    def _wholes_differ(self, answer: _Answer, history: object) -> bool:
        for whole in answer.wholes:
            self._bring_up(whole, history)
            if whole.changed > answer.checked:
                return True
        return False

    def _work_out(self, answer: _Answer, history: object) -> None:
        self.worked_out[answer.question] += 1
        reading = _AnswerReads(answer)
        self._asking.append(reading)
        try:
            value = answer.question(history, *answer.arguments)
        except BaseException:
            answer.value, self.is_broken = _NOTHING, True
            raise
        finally:
            self._asking.pop()
        if answer.value is _NOTHING or value != answer.value:
            answer.value, answer.changed = value, self._growth
        answer.wholes, answer.is_of_things = tuple(reading.wholes), reading.is_of_things
        answer.is_stale = False
        if answer.is_whole:
            answer.keys, answer.alarm_at = tuple(reading.keys), reading.alarm_at
        else:
            self._follow(answer, reading)

    def _follow(self, answer: _Answer, reading: _AnswerReads) -> None:
        """Let an answer about a thing be found by all that it ever read."""
        further_keys = reading.keys.difference(answer.keys)
        answer.keys += tuple(further_keys)
        for key in further_keys:
            self._readers[key].append(answer)
        if reading.alarm_at is not None and reading.alarm_at != answer.alarm_at:  # else it waits for that already
            heappush(self._alarms, (reading.alarm_at, next(self._numbers), answer))
        answer.alarm_at = reading.alarm_at
