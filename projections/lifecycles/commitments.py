"""Promises: who owes what to whom, by when, and what became of it.

A promise is followed strand by strand, one promiser towards one promisee: joint promisers each answer for the
whole, and each promisee may confirm for itself. Overdue comes from the clock and is nobody's word.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.events.recorded import Effective
from domain.values import last_day
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.lifecycles.commitment_states import BY_URGENCY
from projections.lifecycles.commitment_strand import CommitmentStory, Phase, Strand
from projections.lifecycles.phases import follow_strand
from projections.lifecycles.renegotiations import Renegotiation, renegotiations
from projections.lifecycles.terms import WaitingCorrection, due_of, waiting_correction, wordings
from projections.method.method import Method


class Commitment(Struct, frozen=True, kw_only=True):
    """One promise at the end of the day asked about. Strands are in the order of promisers, then promisees."""

    commitment_id: UUID
    made: Effective
    body: CommitmentMade | CommitmentProposed
    promised_on: date
    first_due_on: date | None
    strands: tuple[Strand, ...]
    renegotiations: tuple[Renegotiation, ...]
    waiting: WaitingCorrection | None = None
    """A correction of its terms that the other side has not confirmed."""

    def refused_dates(self, cut: datetime) -> list[Effective]:
        """The first dates that were named for it and refused."""
        if self.first_due_on is not None:
            return []
        return [each.fact for each in self.renegotiations if each.body.due is not None and each.is_refused(cut)]

    def pressing(self, cut: datetime) -> Phase | None:
        """The phase at a cut, of all strands, that most needs attention; None before the promise."""
        phases = [phase for strand in self.strands if (phase := strand.at(cut)) is not None]
        return min(phases, key=lambda phase: BY_URGENCY.index(phase.state), default=None)


@once_per_history
def commitments(history: History, method: Method) -> Sequence[Commitment]:
    """Follow every promise of a partnership, in the order in which they were first written down."""
    promises = history.keys_of_things(CommitmentProposed, CommitmentMade)
    return answers_about(history, method, commitment, promises)


@once_per_thing
def commitment(history: History, method: Method, commitment_id: UUID) -> Commitment:
    """Follow one promise."""
    facts = history.about(commitment_id)
    making = next((fact for fact in facts if isinstance(fact.body, CommitmentMade)), None)
    first_fact = making or next(fact for fact in facts if isinstance(fact.body, CommitmentProposed))
    terms_written = wordings(history, method, first_fact)
    story = CommitmentStory(
        history,
        method,
        promise=first_fact,
        is_binding=making is not None,
        facts=facts,
        wordings=terms_written,
    )
    body = terms_written[-1].body
    changes = renegotiations(history, method, story.rest, body.promisers[0], body.promisees[0])
    promisees = {each.party_id: each for wording in terms_written for each in wording.body.promisees}
    promisees |= {each.party_id: each for renegotiated in changes for each in renegotiated.body.promisees}
    pairs = [(promiser, promisee) for promiser in body.promisers for promisee in promisees.values()]
    return Commitment(
        commitment_id=commitment_id,
        made=first_fact,
        body=body,
        promised_on=last_day(first_fact.body.happened),
        first_due_on=due_of(terms_written[0].body, method.commitments).on,
        strands=tuple(follow_strand(story, *pair) for pair in pairs),
        renegotiations=tuple(changes),
        waiting=waiting_correction(history, method, first_fact, terms_written[-1]),
    )
