"""Deciding how a promise ends otherwise than by being kept, and who answers for it from now on."""

from typing import ClassVar

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.commitment_parties import (
    PartyRefs,
    must_be_entitled,
    must_be_promisee,
    must_be_promiser,
    promisers_of,
    warn_of_others,
)
from domain.decisions.commitments import find_promise
from domain.decisions.date_spans import is_over
from domain.decisions.references import CommitmentRef, InteractionRef, PartyRef
from domain.decisions.refusals import Code
from domain.events.commitments import (
    CommitmentFailed,
    CommitmentMade,
    CommitmentReassigned,
    CommitmentReleased,
    CommitmentRenegotiated,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    Fraction,
    FulfilmentClaimed,
    FulfilmentConfirmed,
    FulfilmentDisputed,
    PartSettled,
)
from domain.events.records import RecordConfirmed
from domain.values import Clear, When, day_of
from domain.vocabulary import Extent


@command
class DisputeFulfilment(Command, frozen=True, kw_only=True):
    """Say, for those promised to, that a promise reported or confirmed done was not; it is open again."""

    refuses: ClassVar = (
        Code.NOT_REPORTED,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    commitment: CommitmentRef
    disputed_by: PartyRef
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the dispute in the promisee's own word."""
        self.dispute(case, "disputed_by")

    def dispute(self, case: Case, at: str) -> None:
        """The same, where whoever disputes it stands in the field `at` of the command that is heard."""
        party = case.speaker(self.disputed_by, at)
        promise = find_promise(case, self.commitment, though_ended=True)
        if promise is None:
            return
        if not case.facts.about("commitment_id", promise.commitment_id, FulfilmentClaimed, FulfilmentConfirmed):
            case.fault(Code.NOT_REPORTED, "commitment", "nobody has reported this promise done")
        must_be_promisee(case, promise, party, at)
        case.record(
            FulfilmentDisputed(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                disputed_by=party,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )


@command
class FailCommitment(Command, frozen=True, kw_only=True):
    """Say, as who promised it, that a promise cannot be kept."""

    refuses: ClassVar = (Code.ALREADY_ENDED, Code.ONLY_THE_PROMISER, Code.MAY_NOT_SPEAK_FOR)

    commitment: CommitmentRef
    said_by: PartyRef
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promiser's own word."""
        party = case.speaker(self.said_by, "said_by")
        promise = find_promise(case, self.commitment)
        if promise is None:
            return
        must_be_promiser(case, promise, party, "said_by")
        case.record(
            CommitmentFailed(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                said_by=party,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )


@command
class WithdrawCommitment(Command, frozen=True, kw_only=True):
    """Take a promise back, as who made it, without agreement."""

    refuses: ClassVar = (Code.ALREADY_ENDED, Code.ONLY_THE_PROMISER, Code.MAY_NOT_SPEAK_FOR)

    commitment: CommitmentRef
    withdrawn_by: PartyRef
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promiser's own word."""
        party = case.speaker(self.withdrawn_by, "withdrawn_by")
        promise = find_promise(case, self.commitment)
        if promise is None:
            return
        must_be_promiser(case, promise, party, "withdrawn_by")
        case.record(
            CommitmentWithdrawn(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                withdrawn_by=party,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )


@command
class ReleaseCommitment(Command, frozen=True, kw_only=True):
    """Let off who promised, as who it was promised to."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    commitment: CommitmentRef
    released_by: PartyRef
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promisee's own word."""
        party = case.speaker(self.released_by, "released_by")
        promise = find_promise(case, self.commitment)
        if promise is None:
            return
        must_be_promisee(case, promise, party, "released_by")
        case.record(
            CommitmentReleased(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                released_by=party,
                promisers=promise.promisers,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )


@command
class SettlePart(Command, frozen=True, kw_only=True):
    """Settle for the part that was done, as who it was promised to; nothing more of the promise is owed.

    Left out, the fraction is that of the latest part reported or confirmed. Before a promise is overdue, who promised
    has to agree to be judged by the part; until then they are let off.
    """

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.FRACTION_REQUIRED,
        Code.ONLY_THE_PROMISEE,
        Code.ONLY_THE_PROMISER,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    commitment: CommitmentRef
    settled_by: PartyRef
    fraction: Fraction | None = None
    agreed_by: tuple[PartyRef, ...] = ()
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promisee's own word, and who of those that promised agree to it in theirs."""
        party = case.speaker(self.settled_by, "settled_by")
        agreed_by = tuple(case.speaker(each, f"agreed_by/{i}") for i, each in enumerate(self.agreed_by))
        promise = find_promise(case, self.commitment)
        if promise is None:
            return
        fraction = self.fraction or _part_done(case, promise)
        if fraction is None:
            case.fault(Code.FRACTION_REQUIRED, "fraction", "say how much was done: nobody has reported a part of it")
        must_be_promisee(case, promise, party, "settled_by")
        for index, agreeing in enumerate(agreed_by):
            must_be_promiser(case, promise, agreeing, f"agreed_by/{index}")
        if not agreed_by and not _is_due(case, promise):
            warn_of_others(case, promise.promisers, ())
        if fraction is not None:
            settlement = PartSettled(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                settled_by=party,
                fraction=fraction,
                agreed_by=agreed_by,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            )
            record_id = case.record(settlement, word=party)
            for agreeing in agreed_by:  # in a record of its own: in the promisee's, it would be the promisee's word
                confirmation = RecordConfirmed(happened=settlement.happened, record_id=record_id, confirmed_by=agreeing)
                case.record(confirmation, word=agreeing)


def _is_due(case: Case, promise: CommitmentMade) -> bool:
    """The day that was last named for a promise is over."""
    renegotiations = case.facts.about("commitment_id", promise.commitment_id, CommitmentRenegotiated)
    due = next((body.due for _, body in reversed(renegotiations) if body.due is not None), promise.due)
    return is_over(due, day_of(case.context.now).isoformat())


def _part_done(case: Case, promise: CommitmentMade) -> float | None:
    """The part of a promise last said to be done; None where nobody said so."""
    statements = case.facts.about("commitment_id", promise.commitment_id, FulfilmentClaimed, FulfilmentConfirmed)
    reported = [body for _, body in statements if isinstance(body, FulfilmentClaimed | FulfilmentConfirmed)]
    parts = [body.fraction for body in reported if body.extent is Extent.PART]
    return parts[-1] if parts else None


@command
class SupersedeCommitment(Command, frozen=True, kw_only=True):
    """Put another promise in this one's place, by agreement of those promised to."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
        Code.SAME_COMMITMENT,
    )

    commitment: CommitmentRef
    successor: CommitmentRef
    agreed_by: PartyRefs
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the replacement in the promisee's own word."""
        agreed_by = tuple(case.speaker(party, f"agreed_by/{i}") for i, party in enumerate(self.agreed_by))
        promise = find_promise(case, self.commitment)
        successor_id = case.thing("commitment", self.successor, "successor")
        if promise is None or successor_id is None:
            return
        if successor_id == promise.commitment_id:
            case.fault(Code.SAME_COMMITMENT, "successor", "a promise cannot replace itself")
        must_be_promisee(case, promise, agreed_by[0], "agreed_by/0")
        case.record(
            CommitmentSuperseded(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                successor_commitment_id=successor_id,
                agreed_by=agreed_by,
                interaction_id=case.meeting(self.interaction),
            ),
            word=agreed_by[0],
        )


@command
class ReassignCommitment(Command, frozen=True, kw_only=True):
    """Pass a promise on; the one who answers for it from now on says so."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.ONLY_THE_PROMISER,
        Code.SAME_PARTY,
        Code.MAY_NOT_SPEAK_FOR,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
    )

    commitment: CommitmentRef
    from_promiser: PartyRef
    to_promiser: PartyRef
    agreed_by: tuple[PartyRef, ...] = ()
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record it in the new promiser's own word."""
        to_promiser = case.speaker(self.to_promiser, "to_promiser")
        from_promiser = case.party(self.from_promiser, "from_promiser")
        agreed_by = tuple(case.speaker(party, f"agreed_by/{i}") for i, party in enumerate(self.agreed_by))
        promise = find_promise(case, self.commitment)
        if self.to_promiser == self.from_promiser:
            case.fault(Code.SAME_PARTY, "to_promiser", "a promise cannot be passed to who holds it")
        if promise is None:
            return
        if from_promiser.party_id not in promisers_of(case, promise):
            case.fault(Code.ONLY_THE_PROMISER, "from_promiser", "someone else made this promise")
        for index, party in enumerate(agreed_by):
            must_be_entitled(case, promise, party, f"agreed_by/{index}")
        warn_of_others(case, promise.promisees, agreed_by)
        case.record(
            CommitmentReassigned(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                from_promiser=from_promiser,
                to_promiser=to_promiser,
                agreed_by=agreed_by,
                interaction_id=case.meeting(self.interaction),
            ),
            word=to_promiser,
        )
