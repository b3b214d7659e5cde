"""All that bodies did, as evidence. What people say of them is kept apart (`health/experience`)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec.structs import replace

from projections.agreement.answerable import Answerability, answerability
from projections.history.difference import ended_and_begun, shared_beginning, shared_end
from projections.history.history import History
from projections.history.memo import carried, once_per_history, once_per_thing
from projections.lifecycles.conduct import PartnershipConduct, conduct
from projections.method.method import Method
from projections.scoring.facets import FACETS, REPORTS, FacetPart
from projections.scoring.facets.own_word import HeardReports, Report
from projections.scoring.formulas.belief_in_reports import Beliefs, Reporter
from projections.scoring.formulas.evidence import Evidence, EvidenceInOrder, order_of

T = TypeVar("T")
A = TypeVar("A")


@once_per_history
def evidence(history: History, method: Method) -> tuple[Evidence, ...]:
    """Gather the evidence of every facet of behaviour, in order, from when each body is held to it."""
    acts = conduct(history, method)
    beliefs = carried(history, method, BeliefsByReports).of(acts)
    return carried(history, method, GatheredEvidence).of(acts, method, history, beliefs)


def held(rows: Iterable[Evidence], since_held: Callable[[Evidence], datetime | None]) -> Iterator[Evidence]:
    """Let what is laid at a body's door be evidence from when the body agreed to sit here or took it up."""
    for row in rows:
        since = since_held(row)
        if since is not None and (row.until is None or since < row.until):
            yield row if since <= row.begins_at else replace(row, since=since)


@once_per_thing
def since_held(history: History, _: Method, party_id: UUID, causes: tuple[UUID, ...]) -> datetime | None:
    """From when a body is held to what some events say that it did, or owed; None: not by the day asked about."""
    return answerability(history).held_since(party_id, map(history.fact, causes))


class AnswersByThing(Generic[T, A]):
    """The answers worked out for some things, which are told apart by identity."""

    def __init__(self) -> None:
        self._things: Sequence[T] = ()
        self._answers: list[A] = []

    def answers(self, things: Sequence[T], work: Callable[[T], A]) -> list[A]:
        """The answer of each thing, in order: worked out for those alone that were not there the time before."""
        if things is not self._things:
            start = shared_beginning(self._things, things)
            end = shared_end(self._things, things, start)
            until = len(self._things) - end
            known_answers = dict(zip(map(id, self._things[start:until]), self._answers[start:until], strict=True))
            between = [
                known_answers[id(thing)] if id(thing) in known_answers else work(thing)
                for thing in things[start : len(things) - end]
            ]
            self._things, self._answers = things, [*self._answers[:start], *between, *self._answers[until:]]
        return self._answers


class BeliefsByReports:
    """How far each body's own word is taken where the other side stays silent, kept while a history grows."""

    def __init__(self) -> None:
        self._reports: list[AnswersByThing[Any, Sequence[Report]]] = [AnswersByThing() for _ in REPORTS]
        self._heard = HeardReports()

    def of(self, acts: PartnershipConduct) -> Beliefs:
        """The belief in every reporter: the very one of before where it is the same."""
        of_things = [
            of_part.answers(part.things(acts), part.reports)
            for part, of_part in zip(REPORTS, self._reports, strict=True)
        ]
        return self._heard.beliefs(list(chain.from_iterable(chain.from_iterable(of_things))))


class GatheredEvidence:
    """The evidence of things, in order, each with how far its doer is believed; kept while a history grows.

    A thing that did not change keeps its very evidence, and so does one made anew that says the same. Only evidence
    that rests on a reporter's word is made anew when it is believed otherwise.
    """

    def __init__(self) -> None:
        self._done: list[Sequence[Any]] = [() for _ in FACETS]
        self._grouped: list[Sequence[Any]] = [() for _ in FACETS]
        self._doers: set[UUID] = set()
        self._held_before: dict[int, tuple[tuple[Evidence, ...], tuple[Evidence, ...]]] = {}
        self._rows: list[AnswersByThing[Any, tuple[Evidence, ...]]] = [AnswersByThing() for _ in FACETS]
        self._things: list[tuple[Evidence, ...]] = []
        self._beliefs: Beliefs = {}
        self._heard: dict[int, Evidence] = {}
        self._resting: defaultdict[Reporter, dict[int, Evidence]] = defaultdict(dict)
        self._in_order = EvidenceInOrder()
        self._evidence: tuple[Evidence, ...] = ()

    def of(self, acts: PartnershipConduct, method: Method, history: History, believed: Beliefs) -> tuple[Evidence, ...]:
        """The evidence of what was done, in order: the very one of before where nothing is new."""
        things = []
        for part, of_part, place in zip(FACETS, self._rows, range(len(FACETS)), strict=True):
            deeds = part.acts(acts)
            if deeds is not self._done[place]:
                self._done[place], self._grouped[place] = deeds, part.things(deeds)

            def rows_of(thing: object, part: FacetPart = part) -> tuple[Evidence, ...]:
                rows = tuple(part.evidence(thing, method, acts.end))
                self._doers.update(row.trustee.party_id for row in rows)
                return rows

            things += [rows for rows in of_part.answers(self._grouped[place], rows_of) if rows]
        return self._gathered(self._held(things, acts.answerability, history, method), believed)

    def _held(
        self, things: list[tuple[Evidence, ...]], answering: Answerability, history: History, method: Method
    ) -> list[tuple[Evidence, ...]]:
        """The evidence of things from when each body is held to it; most bodies are held to all of it, always."""
        if all(map(answering.answers_always, self._doers)):
            self._held_before = {}
            return things
        before = self._held_before
        self._held_before = {}
        for rows in things:
            now = tuple(held(rows, lambda row: since_held(history, method, row.trustee.party_id, row.causes)))
            _, last = before.get(id(rows), ((), ()))
            self._held_before[id(rows)] = rows, last if last == now else now
        return [now for _, now in self._held_before.values() if now]

    def _gathered(self, things: list[tuple[Evidence, ...]], believed: Beliefs) -> tuple[Evidence, ...]:
        ended_things, new_things = ended_and_begun(self._things, things)
        fallen, risen = self._exchange(list(chain(*ended_things)), list(chain(*new_things)), believed)
        self._in_order.exchange(fallen, risen)
        heard_anew = list(self._heard_anew(believed))
        for row, renewed in heard_anew:
            self._in_order.renew(row, renewed)
        self._things, self._beliefs = things, believed
        if fallen or risen or heard_anew:
            self._evidence = tuple(self._in_order.rows)
        return self._evidence

    def _heard_anew(self, believed: Beliefs) -> Iterator[tuple[Evidence, Evidence]]:
        """The evidence that rests on the word of a reporter who is believed otherwise, before and now."""
        for reporter, resting in self._resting.items():
            now = believed.get(reporter)
            if now is not self._beliefs.get(reporter):
                for key, row in resting.items():
                    if (before := self._heard[key]).believed is not now:
                        yield before, self._hear(row, believed)

    def _exchange(
        self, ended_evidence: Sequence[Evidence], new_evidence: Sequence[Evidence], believed: Beliefs
    ) -> tuple[list[Evidence], list[Evidence]]:
        """Put some evidence in place of other; what says the same stays. What falls by that, and what rises."""
        alike: defaultdict[tuple[object, ...], list[Evidence]] = defaultdict(list)
        for row in ended_evidence:
            alike[order_of(row)].append(row)
        risen = []
        for row in new_evidence:
            same = alike[order_of(row)] if alike else []
            if row in same:
                before = same.pop(same.index(row))
                self._heard[id(row)] = self._heard.pop(id(before))
                self._rest(before, row)
            else:
                risen.append(self._hear(row, believed))
                self._rest(None, row)
        fallen = []
        for row in chain(*alike.values()):
            fallen.append(self._heard.pop(id(row)))
            self._rest(row, None)
        return fallen, risen

    def _hear(self, row: Evidence, believed: Beliefs) -> Evidence:
        """A piece of evidence with how far its doer is believed now."""
        belief = None if row.believed is None else believed.get(row.believed.reporter)
        believed_row = self._heard[id(row)] = row if belief is None else replace(row, believed=belief)
        return believed_row

    def _rest(self, before: Evidence | None, now: Evidence | None) -> None:
        """Note which evidence rests on whose word."""
        if before is not None and before.believed is not None:
            del self._resting[before.believed.reporter][id(before)]
        if now is not None and now.believed is not None:
            self._resting[now.believed.reporter][id(now)] = now
