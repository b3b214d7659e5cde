"""The parties to a promise: who answers for it, to whom it was made, and which of them may say what of it."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.references import PartyRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events.commitments import CommitmentMade, CommitmentReassigned, CommitmentRenegotiated
from domain.values import PartyAt
from domain.vocabulary import PartyKind, Side

PartyRefs = Annotated[tuple[PartyRef, ...], Meta(min_length=1, max_length=50)]


def promisers_of(case: Case, promise: CommitmentMade) -> set[UUID]:
    """The parties that answer for a promise: those who made it, or to whom it passed since."""
    promisers = {party.party_id for party in promise.promisers}
    for _, reassignment in case.facts.about("commitment_id", promise.commitment_id, CommitmentReassigned):
        promisers.discard(reassignment.from_promiser.party_id)
        promisers.add(reassignment.to_promiser.party_id)
    return case.facts.passed_on(promisers)


def promisees_of(case: Case, promise: CommitmentMade) -> set[UUID]:
    """The parties that a promise was made to, and those that took their place since."""
    return case.facts.passed_on(party.party_id for party in _promisees(case, promise))


def is_to_residents_at_large(case: Case, promise: CommitmentMade) -> bool:
    """A promise was made to residents at large, at first or by other terms since."""
    return any(party.kind is PartyKind.RESIDENTS_AT_LARGE for party in _promisees(case, promise))


def _promisees(case: Case, promise: CommitmentMade) -> list[PartyAt]:
    """The parties that it was made to, at first or by other terms since."""
    renegotiations = case.facts.about("commitment_id", promise.commitment_id, CommitmentRenegotiated)
    return [*promise.promisees, *(party for _, terms in renegotiations for party in terms.promisees)]


def is_promised_to(case: Case, promise: CommitmentMade, party: PartyAt) -> bool:
    """A promise was made to a party, or to residents at large, on whose side it stands."""
    if party.party_id in promisees_of(case, promise):
        return True
    return party.side is Side.RESIDENTS and is_to_residents_at_large(case, promise)


def must_be_between(case: Case, promise: CommitmentMade, party: PartyAt, at: str) -> None:
    """Note a fault where a party neither answers for the promise nor was promised it."""
    if party.party_id not in promisers_of(case, promise) and not is_promised_to(case, promise, party):
        case.fault(Code.ONLY_THE_PARTIES, at, "the promise is between others")


def must_be_promiser(case: Case, promise: CommitmentMade, party: PartyAt, at: str) -> None:
    """Note a fault where a party does not answer for the promise."""
    if party.party_id not in promisers_of(case, promise):
        case.fault(Code.ONLY_THE_PROMISER, at, "someone else made this promise")


def must_be_promisee(case: Case, promise: CommitmentMade, party: PartyAt, at: str) -> None:
    """Note a fault where a party may not speak for those promised to.

    The promisee may; for residents at large, any voting member of the residents' side. Neither may be tied to the
    promiser: a tie that was there when the promise was made, or came later, stays one, so that nobody amends it away.
    """
    promisees = promisees_of(case, promise)
    at_large = is_to_residents_at_large(case, promise)
    seats = (seat for seat in case.facts.accepted_seats() if seat.voting and seat.party.side is Side.RESIDENTS)
    voters = case.facts.passed_on(seat.party.party_id for seat in seats)
    if party.party_id not in promisees and not (at_large and party.party_id in voters):
        case.fault(Code.ONLY_THE_PROMISEE, at, "the promise was made to someone else")
    promisers = promisers_of(case, promise)
    ties = case.facts.ties_since(party.party_id, promise)
    if any(case.context.actor.is_tied_to(party_id) for party_id in promisers) or ties & promisers:
        case.fault(
            Code.TIED_TO_THE_PROMISER, at, "whoever says this must neither belong to nor be paid by the promiser"
        )


def must_be_entitled(case: Case, promise: CommitmentMade, party: PartyAt, at: str) -> None:
    """Note a fault where a party speaks on the side promised to, is no promiser, and may not confirm for that side."""
    if party.party_id not in promisers_of(case, promise) and is_promised_to(case, promise, party):
        must_be_promisee(case, promise, party, at)


def warn_of_others(case: Case, others: Collection[PartyAt], agreed_by: Collection[PartyAt]) -> None:
    """Warn that the agreement of others is still waited for; any resident body agrees for residents at large."""
    agreeing = {party.party_id for party in agreed_by}
    for_all = any(party.side is Side.RESIDENTS for party in agreed_by)
    waiting = [
        party.party_id
        for party in others
        if party.party_id not in agreeing and not (for_all and party.kind is PartyKind.RESIDENTS_AT_LARGE)
    ]
    if waiting:
        case.warn(Slip.WAITS_FOR_OTHERS, "agreed_by", *waiting)
