"""Promises that pass to somebody else: who took on whose part, on whose agreement, and who answers for it when.

A handover passes on one promiser's part and nobody else's: joint promisers each go on answering for the whole. Where
the one who takes a part on answers for the promise already, whoever was promised gains nobody by it and loses one;
a method may so ask for words or minutes there, as for any letting off, and not take silence for agreement.
"""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from domain.events.commitments import CommitmentReassigned
from domain.events.recorded import Effective
from domain.events.registries import PartySucceeded
from domain.values import PartyAt
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.steps import Course, in_words_only, step_after
from projections.history.history import History
from projections.method.method import Method


class CommitmentHandover(Struct, frozen=True):
    """A promise passing to somebody else: `taking_on` and `letting_go` are how it was agreed, empty in a succession."""

    fact: Effective
    former: PartyAt
    successor: PartyAt
    taking_on: Course = ()
    letting_go: Course = ()

    @property
    def when(self) -> datetime:
        """The instant from which on it may count."""
        return self.fact.occurred_at

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every course that it turns on."""
        return (self.taking_on, self.letting_go) if self.taking_on else ()

    def stands_at(self, when: datetime) -> bool:
        """The part had passed by an instant, and all whose agreement that takes had agreed."""
        if self.when > when:
            return False
        steps = [step_after(course, when) for course in self.courses]
        return all(step is not None and step.stands for step in steps)


def handovers(
    history: History, method: Method, story: Sequence[Effective], promisers: Sequence[PartyAt], promisee: PartyAt
) -> list[CommitmentHandover]:
    """List in order of time how the parts in a promise to one promisee passed on; `story` are the facts about it."""
    successions = [
        CommitmentHandover(fact, body.predecessor, body.successor) for fact, body in history.each(PartySucceeded)
    ]
    passed: list[CommitmentHandover] = []
    for fact in story:
        if isinstance(fact.body, CommitmentReassigned):
            former, successor = fact.body.from_promiser, fact.body.to_promiser
            taking_on = parties_between([former], [successor], each_for_itself=True)
            parting = parties_between([former], [promisee], each_for_itself=True)
            letting_go = agreement(history, method, fact, parting)
            if method.commitments.needs_words_for_joint_handovers:
                in_place = sorted([*passed, *successions], key=attrgetter("when"))
                holders = [holder(in_place, promiser, fact.occurred_at)[0] for promiser in promisers]
                if any(successor.party_id == each.party_id for each in holders):
                    letting_go = in_words_only(letting_go)
            passed.append(
                CommitmentHandover(fact, former, successor, agreement(history, method, fact, taking_on), letting_go)
            )
    found = [*passed, *successions]
    return sorted(found, key=attrgetter("when")) if found else found


def holder(in_order: Sequence[CommitmentHandover], party: PartyAt, when: datetime) -> tuple[PartyAt, tuple[UUID, ...]]:
    """The body that stood in a party's place at an instant, and the events by which it did."""
    causes: tuple[UUID, ...] = ()
    for handover in in_order:
        if handover.former.party_id == party.party_id and handover.stands_at(when):
            party, causes = handover.successor, causes + handover.fact.causes
    return party, causes
