"""The facts of a history, found by their type, by their id, and by what they are about."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Hashable, Iterable
from operator import attrgetter
from typing import Final, TypeVar

from domain.events.declaration import EventBody
from domain.events.interactions import MinutesApproved
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordDisputed
from projections.history.anchoring import thing_of

IN_ORDER: Final = attrgetter("occurred_at", "recorded.position")
"""Facts come in the order in which they happened, then in that of the log."""

K = TypeVar("K", bound=Hashable)
FactLists = dict[K, list[Effective]]


class FactIndex:
    """The facts in order, and the lists of them; a list that was handed out is never changed.

    Ids are looked up by their number: hashing the id itself takes several times as long.
    """

    def __init__(self, facts: Iterable[Effective]) -> None:
        self.facts = list(facts)
        self.by_id = {fact.event_id.int: fact for fact in self.facts}
        by_type: defaultdict[type[EventBody], list[Effective]] = defaultdict(list)
        by_thing: defaultdict[int, list[Effective]] = defaultdict(list)
        contests: defaultdict[int, list[Effective]] = defaultdict(list)
        minutes: defaultdict[int, list[Effective]] = defaultdict(list)
        for fact in self.facts:
            thing = thing_of(fact.body).int
            by_type[type(fact.body)].append(fact)
            by_thing[thing].append(fact)
            if isinstance(fact.body, RecordDisputed | DisputeResolved):
                contests[thing].append(fact)
            elif isinstance(fact.body, MinutesApproved):
                minutes[thing].append(fact)
        self.by_type: FactLists[type[EventBody]] = dict(by_type)
        self.by_thing: FactLists[int] = dict(by_thing)
        self.contests: FactLists[int] = dict(contests)
        self.minutes: FactLists[int] = dict(minutes)

    def add(self, fact: Effective) -> None:
        """Put a new fact in its place in every list that it belongs to."""
        thing = thing_of(fact.body).int
        insort(self.facts, fact, key=IN_ORDER)
        self.by_id[fact.event_id.int] = fact
        _put(self.by_type, type(fact.body), fact)
        _put(self.by_thing, thing, fact)
        if isinstance(fact.body, RecordDisputed | DisputeResolved):
            _put(self.contests, thing, fact)
        elif isinstance(fact.body, MinutesApproved):
            _put(self.minutes, thing, fact)

    def remove(self, fact: Effective) -> None:
        """Take a fact out of every list that it is in."""
        thing = thing_of(fact.body).int
        del self.facts[_place(self.facts, fact)], self.by_id[fact.event_id.int]
        _take_out(self.by_type, type(fact.body), fact)
        for lists in (self.by_thing, self.contests, self.minutes):
            _take_out(lists, thing, fact)


def _place(facts: list[Effective], fact: Effective) -> int:
    return bisect_left(facts, IN_ORDER(fact), key=IN_ORDER)


def _take_out(lists: FactLists[K], key: K, fact: Effective) -> None:
    facts = lists.get(key, [])
    place = _place(facts, fact)
    if facts[place : place + 1] == [fact]:
        lists[key] = [*facts[:place], *facts[place + 1 :]]


def _put(lists: FactLists[K], key: K, fact: Effective) -> None:
    longer = [*lists.get(key, ())]
    insort(longer, fact, key=IN_ORDER)
    lists[key] = longer
