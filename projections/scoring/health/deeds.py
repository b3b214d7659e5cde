"""Deeds done together within the window, and their doers: each deed once for each person or body that did it."""

from collections.abc import Hashable, Iterator

from msgspec import Struct

from domain.events.asks import AskAnswered
from domain.events.consultations import ConsultationFeedbackGiven
from domain.events.decisions import DecisionTaken
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import PartyAt, day_of
from projections.history.attendance import is_together, present
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitments import commitments
from projections.scoring.health.material import Material


class Deed(Struct, frozen=True):
    """Something done: the fact of it, and whoever did it; a body whose people are not named counts as one."""

    fact: Effective
    doers: frozenset[Hashable]


def deeds(material: Material) -> Iterator[Deed]:
    """Contacts called, chaired or come to, asks answered, decisions led, feedback given, and promises kept."""
    for fact in material.recent(InteractionRecorded, AskAnswered, DecisionTaken, ConsultationFeedbackGiven):
        match fact.body:
            case InteractionRecorded() as contact if is_together(contact):
                people = {each.person_id or each.party.party_id for each in present(contact)}
                doers = frozenset(people | _ids(contact.convened_by, contact.chaired_by))
            case AskAnswered(answered_by=body) | ConsultationFeedbackGiven(given_by=body) | DecisionTaken(led_by=body):
                doers = frozenset(_ids(body))
            case _:
                continue
        if doers:
            yield Deed(fact, doers)
    yield from _promises_kept(material)


def _ids(*bodies: PartyAt | None) -> set[Hashable]:
    return {body.party_id for body in bodies if body is not None}


def _promises_kept(material: Material) -> Iterator[Deed]:
    start_on = day_of(material.start)
    for promise in commitments(material.history, material.method):
        phases = [phase for strand in promise.strands if (phase := strand.at(material.end)) is not None]
        ends = [
            (phase.ended_by, phase.promiser.party_id)
            for phase in phases
            if phase.state is CommitmentState.FULFILLED and phase.done_on is not None and phase.done_on >= start_on
        ]
        if ends and ends[0][0] is not None:
            yield Deed(ends[0][0], frozenset(party_id for _, party_id in ends))
