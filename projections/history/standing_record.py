"""The record of one partition as it stands, to which events are added one by one, noting what each of them changes."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Final, TypeVar
from uuid import UUID

from domain.events.declaration import EventBody
from domain.events.recorded import MENDING_BODIES, Effective, Recorded, resolve
from domain.events.records import RecordCorrected
from domain.events.registries import PartiesFoundSame
from projections.history.anchoring import Anchors, marks_of, thing_of
from projections.history.fact_index import IN_ORDER, FactIndex
from projections.history.history import ACKNOWLEDGING, AMENDMENTS, History
from projections.history.merged_bodies import as_one, penned
from projections.history.noted_memo import ReadKey
from projections.history.record_chains import RecordChains

CLAIMS, FACTS = "claims", "facts"
SET_ASIDE, WITHDRAWN, AMENDED = "set aside", "withdrawn", "amendments"
"""The keys of the lists of all that stands, that happened, that was set aside, withdrawn and mended."""

_POSITION: Final = attrgetter("recorded.position")
_LOG_POSITION: Final = attrgetter("position")
_READ_BY_OTHERS: Final[tuple[type[EventBody], ...]] = (*ACKNOWLEDGING, PartiesFoundSame)
"""Events by which others are read otherwise, wherever those are."""


class StandingRecord:
    """All that stands of a partition, as a history resolves it from all its events.

    An event that another record is placed by, or read otherwise by, cannot be added: all is then resolved anew. What is
    needed to add events is worked out with the first: many a record is read, and none added to it.
    """

    def __init__(
        self, past: History, records: Iterable[Recorded], before: Mapping[int, Effective] | None = None
    ) -> None:
        self._end, self._same_bodies = past.end, past.same_bodies
        self.facts = FactIndex(_unchanged(fact, (before or {}).get(fact.event_id.int)) for fact in past.facts)
        self.claims, self.set_aside = list(past.claims), list(past.set_aside)
        self.withdrawn, self.amendments = past.withdrawn, past.amendments
        self.corrections = _corrections_in(past.amendments)
        self.acknowledged = dict(past.acknowledged)
        self._before = past.claims, past.amendments, tuple(records)

    @cached_property
    def _chains(self) -> RecordChains:
        return RecordChains(self._before[2])

    @cached_property
    def _anchors(self) -> Anchors:
        claims, amendments, _ = self._before
        happened = [fact for claim in claims if (fact := self._happened(claim)) is not None]
        anchors = Anchors(happened, amendments)
        for fact in happened:
            anchors.place(fact)
        return anchors

    def add(self, record: Recorded, changed: set[ReadKey]) -> bool:
        """Take in the next event, noting the keys of what changes; false where it cannot be added."""
        self._chains.add(record)
        if type(record.body) in MENDING_BODIES:
            return self._mend(record, changed)
        claim = Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)
        fact = self._happened(claim)
        if isinstance(claim.body, PartiesFoundSame):
            return False
        if fact is not None and self._anchors.moves_others(fact, self.set_aside):
            return False
        self.claims.append(claim)
        if isinstance(claim.body, ACKNOWLEDGING):
            self.acknowledged.setdefault(thing_of(claim.body), claim.position)
        if fact is not None:
            changed.add(self._place(fact))
        changed.add(CLAIMS)
        changed.update(_keys_of(claim))
        return True

    def _happened(self, claim: Effective | None) -> Effective | None:
        """The fact that is claimed, if it happened by the day asked about."""
        fact = None if claim is None else as_one(claim, self._same_bodies)
        return fact if fact is not None and fact.occurred_at < self._end else None

    def _place(self, fact: Effective) -> ReadKey:
        placed = self._anchors.place_next(fact)
        if placed is None:
            self.set_aside = sorted([*self.set_aside, fact], key=IN_ORDER)
            return SET_ASIDE
        self.facts.add(placed)
        return FACTS

    def _mend(self, record: Recorded, changed: set[ReadKey]) -> bool:
        """Resolve what a correction, a withdrawal or a redaction is about, with what else mended that; nothing else."""
        chain = self._chains.of(record)
        numbers = {member.event_id.int for member in chain}
        standing, withdrawn = resolve(chain)
        claims = {fact.event_id.int: fact for fact in standing if not isinstance(fact.body, AMENDMENTS)}
        mends = [penned(fact.recorded, self._same_bodies) for fact in standing if isinstance(fact.body, AMENDMENTS)]
        if any(each.event_id.int in numbers for each in self.set_aside):
            return False
        ended_mends = {mend.event_id.int for mend in self.amendments} & numbers
        if self._others_are_about(ended_mends.symmetric_difference(mend.event_id.int for mend in mends)):
            return False
        changed.update((CLAIMS, FACTS, WITHDRAWN, AMENDED), *map(_keys_of, chain))
        self._anchors.forget(ended_mends)
        for member in chain:
            if not self._restate(member, claims.get(member.event_id.int), changed):
                return False
        self._anchors.amend(mends)
        self.withdrawn = _with_others(withdrawn, self.withdrawn, numbers)
        self.amendments = _with_others(mends, self.amendments, numbers)
        self.corrections = _corrections_in(self.amendments)
        return True

    def _restate(self, record: Recorded, claim: Effective | None, changed: set[ReadKey]) -> bool:
        """Let a record stand as it is claimed now; false where others are placed or read otherwise by that."""
        start, stop = (bisect_left(self.claims, record.position + each, key=_POSITION) for each in (0, 1))
        before, now = self.claims[start:stop], [] if claim is None else [claim]
        if before and claim is not None and _stands_alike(claim, before[0]):
            return True
        if any(isinstance(each.body, _READ_BY_OTHERS) for each in (*before, *now)):
            return False
        self.claims[start:stop] = now
        changed.update(key for each in (*before, *now) for key in _keys_of(each))
        return self._replace(self.facts.by_id.get(record.event_id.int), self._happened(claim))

    def _replace(self, before: Effective | None, fact: Effective | None) -> bool:
        """Put a fact in the place of another; false where it has none, or others are placed otherwise by that."""
        now = None if fact is None else self._anchors.place(fact)
        moved = marks_of(before) ^ marks_of(now)
        if (now is None and fact is not None) or self._others_are_about({number for number, _ in moved}, before):
            return False
        if moved:
            self._anchors.exchange(before, now)
        if before is not None:
            self.facts.remove(before)
        if now is not None:
            self.facts.add(_unchanged(now, before))
        return True

    def _others_are_about(self, numbers: Collection[int], fact: Effective | None = None) -> bool:
        """Other facts than one are about things or records of these numbers, or were set aside for want of them."""
        others = (each for number in numbers for each in self.facts.by_thing.get(number, ()) if each is not fact)
        return any(True for _ in others) or any(thing_of(each.body).int in numbers for each in self.set_aside)


def changes_between(before: StandingRecord, after: StandingRecord) -> Iterator[ReadKey]:
    """The keys of what stands otherwise in one record than in another of the same partition."""
    yield from (CLAIMS, FACTS, SET_ASIDE, WITHDRAWN, AMENDED)
    yield from _changed_keys(before.facts.by_id, after.facts.by_id)
    yield from _changed_keys(*(_by_number(each.claims) for each in (before, after)))
    yield from _changed_keys(*(_by_number(each.amendments) for each in (before, after)))


S = TypeVar("S", Effective, Recorded)


def _changed_keys(before: Mapping[int, S], after: Mapping[int, S]) -> Iterator[ReadKey]:
    for number in before.keys() | after.keys():
        old, new = before.get(number), after.get(number)
        if old is None or new is None or not _stands_alike(new, old):
            yield from (key for each in (old, new) if each is not None for key in _keys_of(each))


def _keys_of(fact: Effective | Recorded) -> Iterable[ReadKey]:
    """The keys under which an event is read: its own, that of what it is about, and its type."""
    return fact.event_id.int, thing_of(fact.body).int, type(fact.body)


def _by_number(facts: Iterable[S]) -> dict[int, S]:
    return {fact.event_id.int: fact for fact in facts}


def _unchanged(fact: Effective, before: Effective | None) -> Effective:
    """The fact as it was known before, if it stands as it did."""
    return before if before is not None and _stands_alike(fact, before) else fact


def _stands_alike(fact: Effective | Recorded, before: Effective | Recorded) -> bool:
    if isinstance(fact, Effective) and isinstance(before, Effective) and fact.recorded is before.recorded:
        return fact.corrected_by == before.corrected_by and fact.occurred_at == before.occurred_at
    return fact is before or fact == before


def _corrections_in(amendments: Iterable[Recorded]) -> dict[UUID, Recorded]:
    return {each.event_id: each for each in amendments if isinstance(each.body, RecordCorrected)}


def _with_others(now: Iterable[Recorded], before: Iterable[Recorded], numbers: Collection[int]) -> tuple[Recorded, ...]:
    """Some records, with those that there were before of other numbers, in position order."""
    others = (record for record in before if record.event_id.int not in numbers)
    return tuple(sorted((*others, *now), key=_LOG_POSITION))
