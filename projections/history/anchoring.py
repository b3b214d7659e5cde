"""Anchoring: a fact stands where the earlier thing or record that it is about stands, and not before it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from domain.events.declaration import EventBody, declaration_of
from domain.events.recorded import Effective, Recorded


class _Form(NamedTuple):
    """The fields of a type of event that name the earlier thing it is about, or the thing that it begins."""

    about: str
    begins: str
    thing: Callable[[EventBody], UUID]


@cache
def _form(body: type[EventBody]) -> _Form:
    declaration = declaration_of(body)
    return _Form(declaration.about, declaration.begins, attrgetter(declaration.thing))


def thing_of(body: EventBody) -> UUID:
    """The id of the thing that an event begins or continues, or of the record it is about."""
    return _form(type(body)).thing(body)


def marks_of(fact: Effective | None) -> set[tuple[int, datetime]]:
    """The ids by which a placed fact places others, each with the instant before which none of those stands."""
    if fact is None:
        return set()
    mark = (fact.event_id.int, fact.occurred_at)
    return {mark, (thing_of(fact.body).int, fact.occurred_at)} if _form(type(fact.body)).begins else {mark}


class Anchors:
    """The things that were begun and the records that stand, from which every fact is placed or set aside.

    What an event is about has an earlier position, so that facts placed in position order also set aside what is about
    something set aside. A correction may have moved either in time: nothing happened before what it is about.
    """

    def __init__(self, facts: Iterable[Effective], amendments: Iterable[Recorded]) -> None:
        self._begun_at: dict[tuple[str, int], datetime] = {}
        self._records: dict[int, datetime] = {}
        self.amend(amendments)
        for fact in facts:
            self._begin(fact)

    def place(self, fact: Effective) -> Effective | None:
        """The fact, not before what it is about; None where that does not stand. Facts come in position order."""
        about, _, thing_in = _form(type(fact.body))
        earliest: datetime | None = fact.occurred_at
        if about:
            number = thing_in(fact.body).int
            earliest = self._records.get(number) if about == "record_id" else self._begun_at.get((about, number))
        if earliest is None:
            return None
        placed = fact if earliest <= fact.occurred_at else replace(fact, occurred_at=earliest)
        self._records[placed.recorded.event_id.int] = placed.occurred_at
        return placed

    def moves_others(self, fact: Effective, set_aside: Iterable[Effective]) -> bool:
        """A fact that was not known before begins a thing by which others have to be placed again."""
        _, begins, thing_in = _form(type(fact.body))
        if not begins:
            return False
        number = thing_in(fact.body).int
        begun_at = self._begun_at.get((begins, number))
        is_earlier = begun_at is not None and fact.occurred_at < begun_at
        return is_earlier or any(thing_of(each.body).int == number for each in set_aside)

    def place_next(self, fact: Effective) -> Effective | None:
        """Place a fact that was not known before, and that moves no others."""
        self._begin(fact)
        return self.place(fact)

    def exchange(self, before: Effective | None, now: Effective | None) -> None:
        """Let others be placed by a placed fact in another's stead: none were by that one."""
        if before is not None:
            self.forget([before.event_id.int])
            self._begun_at.pop((_form(type(before.body)).begins, thing_of(before.body).int), None)
        if now is not None:
            self._begin(now)
            self._records[now.event_id.int] = now.occurred_at

    def amend(self, amendments: Iterable[Recorded]) -> None:
        """Let others be placed by corrections and withdrawals."""
        self._records.update({amendment.event_id.int: amendment.occurred_at for amendment in amendments})

    def forget(self, numbers: Iterable[int]) -> None:
        """Let none be placed by some records."""
        for number in numbers:
            self._records.pop(number, None)

    def _begin(self, fact: Effective) -> None:
        _, begins, thing_in = _form(type(fact.body))
        if begins:
            thing = (begins, thing_in(fact.body).int)
            self._begun_at[thing] = min(fact.occurred_at, self._begun_at.get(thing, fact.occurred_at))
