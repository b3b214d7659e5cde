"""Deciding about promises: making, acknowledging, moving, keeping, breaking and ending them."""

from typing import ClassVar
from uuid import UUID

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.commitment_parties import (
    PartyRefs,
    is_promised_to,
    must_be_between,
    must_be_entitled,
    must_be_promisee,
    promisers_of,
    warn_of_others,
)
from domain.decisions.date_spans import is_over
from domain.decisions.references import AskRef, CommitmentRef, InteractionRef, PartyRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentMade,
    CommitmentProposed,
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
from domain.values import Clear, Label, PartyAt, Plain, When
from domain.vocabulary import Extent, Materiality


def _two_sides(case: Case, promisers: tuple[PartyAt, ...], promisees: tuple[PartyAt, ...]) -> None:
    if {each.party_id for each in promisers} & {each.party_id for each in promisees}:
        case.fault(Code.SAME_PARTY, "promisees", "nobody can promise something to themselves")


@command
class ProposeCommitment(Command, frozen=True, kw_only=True):
    """Put a promise on the table; it binds nobody yet."""

    refuses: ClassVar = (Code.SAME_PARTY, Code.DUE_BEFORE_MADE)

    promisers: PartyRefs
    promisees: PartyRefs
    text: Clear
    measure: Clear | None = None
    due: When | None = None
    materiality: Materiality = Materiality.ORDINARY
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the offer."""
        promisers = case.parties(self.promisers, "promisers")
        promisees = case.parties(self.promisees, "promisees")
        _two_sides(case, promisers, promisees)
        case.due_date(self.due, "due")
        case.record(
            CommitmentProposed(
                happened=case.happened(self.happened),
                commitment_id=case.identity("commitment"),
                promisers=promisers,
                promisees=promisees,
                text=Plain(self.text),
                measure=case.text(self.measure),
                due=self.due,
                materiality=self.materiality,
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(*promisers, *promisees),
        )


@command
class MakeCommitment(Command, frozen=True, kw_only=True):
    """Record a promise, or that one on the table was made."""

    refuses: ClassVar = (Code.SAME_PARTY, Code.ALREADY_DONE, Code.DUE_BEFORE_MADE)

    promisers: PartyRefs
    promisees: PartyRefs
    text: Clear
    proposed: CommitmentRef | None = None
    measure: Clear | None = None
    due: When | None = None
    materiality: Materiality = Materiality.ORDINARY
    depends_on: tuple[CommitmentRef, ...] = ()
    ask: AskRef | None = None
    plan_priority: Label | None = None
    theme: Label | None = None
    public: bool = True
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promise."""
        promisers = case.parties(self.promisers, "promisers")
        promisees = case.parties(self.promisees, "promisees")
        _two_sides(case, promisers, promisees)
        case.due_date(self.due, "due")
        depends_on = (case.thing("commitment", each, f"depends_on/{i}") for i, each in enumerate(self.depends_on))
        case.record(
            CommitmentMade(
                happened=case.happened(self.happened),
                commitment_id=self._identity(case),
                promisers=promisers,
                promisees=promisees,
                text=Plain(self.text),
                measure=case.text(self.measure),
                due=self.due,
                materiality=self.materiality,
                depends_on_commitment_ids=tuple(each for each in depends_on if each),
                ask_id=case.thing("ask", self.ask, "ask"),
                plan_priority=self.plan_priority,
                theme=self.theme,
                public=self.public,
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(*promisers, *promisees),
        )

    def _identity(self, case: Case) -> UUID:
        if self.proposed is None:
            return case.identity("commitment")
        commitment_id = case.id_of(self.proposed, "commitments")
        if case.facts.first("commitment_id", commitment_id, CommitmentProposed) is None:
            case.no_such("commitment", self.proposed, "proposed")
        if case.facts.first("commitment_id", commitment_id, CommitmentMade) is not None:
            case.fault(Code.ALREADY_DONE, "proposed", "this promise has been made already")
        return commitment_id


ENDS = (CommitmentFailed, CommitmentWithdrawn, CommitmentReleased, CommitmentSuperseded, PartSettled)


def find_promise(
    case: Case, reference: CommitmentRef, *, though_ended: bool = False, though_settled: bool = False
) -> CommitmentMade | None:
    """A promise that was made and has not ended, or has where `though_ended` allows it; a fault where there is none.

    `though_settled`: only work done after a settlement for a part is let in, which stands beside it.
    """
    commitment_id = case.id_of(reference, "commitments")
    entry = case.facts.first("commitment_id", commitment_id, CommitmentMade)
    if entry is None:
        case.no_such("commitment", reference, "commitment")
        return None
    has_come_to_end = has_ended(case, entry[1], though_settled=though_settled) or _kept(case, entry[1])
    if not though_ended and has_come_to_end:
        case.fault(Code.ALREADY_ENDED, "commitment", "this promise has ended; correct or dispute that record instead")
    return entry[1]


def has_ended(
    case: Case, promise: CommitmentMade, promisee: UUID | None = None, *, though_settled: bool = False
) -> bool:
    """Nothing is owed any more, to anybody or to one promisee; each releases, settles or withdraws for itself alone."""
    endings = [body for _, body in case.facts.about("commitment_id", promise.commitment_id, *ENDS)]
    releases = {body.released_by.party_id for body in endings if isinstance(body, CommitmentReleased)}
    if not though_settled:
        releases |= {body.settled_by.party_id for body in endings if isinstance(body, PartSettled)}
    withdrawals = {body.withdrawn_by.party_id for body in endings if isinstance(body, CommitmentWithdrawn)}
    return (
        any(isinstance(body, CommitmentFailed | CommitmentSuperseded) for body in endings)
        or promisee in releases
        or len(releases) >= len(promise.promisees)
        or len(withdrawals) >= len(promise.promisers)
    )


def _kept(case: Case, promise: CommitmentMade) -> bool:
    """The last word of every promisee is that the whole was done."""
    answers = case.facts.about("commitment_id", promise.commitment_id, FulfilmentConfirmed, FulfilmentDisputed)
    if not answers or isinstance(answers[-1][1], FulfilmentDisputed):
        return False
    last_words = {body.confirmed_by.party_id: body for _, body in answers if isinstance(body, FulfilmentConfirmed)}
    return sum(body.extent is Extent.WHOLE for body in last_words.values()) >= len(promise.promisees)


def _fraction(case: Case, extent: Extent, fraction: float | None) -> None:
    if (extent is Extent.PART) != (fraction is not None):
        case.fault(Code.FRACTION_REQUIRED, "fraction", "give a fraction between 0 and 1 with a part, and only then")


@command
class AcknowledgeCommitment(Command, frozen=True, kw_only=True):
    """Say: yes, that was promised. Those promised to may agree how much it matters."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.ONLY_THE_PARTIES,
        Code.MAY_NOT_SPEAK_FOR,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
    )

    commitment: CommitmentRef
    acknowledged_by: PartyRef
    materiality: Materiality | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the acknowledgement of either side, in its own word."""
        promise = find_promise(case, self.commitment)
        party = case.speaker(self.acknowledged_by, "acknowledged_by")
        if promise is None:
            return
        must_be_between(case, promise, party, "acknowledged_by")
        if self.materiality is not None:
            must_be_entitled(case, promise, party, "materiality")
        case.record(
            CommitmentAcknowledged(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                acknowledged_by=party,
                materiality=self.materiality,
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )


@command
class RenegotiateCommitment(Command, frozen=True, kw_only=True):
    """Ask for other terms; they take effect once the other side agrees, here or by confirming this record."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.NOTHING_TO_RECORD,
        Code.DUE_BEFORE_MADE,
        Code.MAY_NOT_SPEAK_FOR,
        Code.ONLY_THE_PARTIES,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
    )

    commitment: CommitmentRef
    asked_by: PartyRef
    due: When | None = None
    text: Clear | None = None
    measure: Clear | None = None
    promisees: tuple[PartyRef, ...] = ()
    agreed_by: tuple[PartyRef, ...] = ()
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the terms asked for, and who has agreed to them in their own word."""
        promise = find_promise(case, self.commitment)
        asked_by = case.party(self.asked_by, "asked_by")
        agreed_by = tuple(case.speaker(each, f"agreed_by/{i}") for i, each in enumerate(self.agreed_by))
        promisees = case.parties(self.promisees, "promisees")
        case.real_date(self.due, "due")
        if not (self.due or self.text or self.measure or self.promisees):
            case.fault(
                Code.NOTHING_TO_RECORD, "", "say what changes: the date, the text, the measure or who it is promised to"
            )
        if promise is None:
            return
        must_be_between(case, promise, asked_by, "asked_by")
        self._hear_due(case, promise)
        word = case.word_of(asked_by)
        must_be_entitled(case, promise, word, "asked_by")
        for index, party in enumerate(agreed_by):
            must_be_entitled(case, promise, party, f"agreed_by/{index}")
        is_theirs = word.party_id not in promisers_of(case, promise) and is_promised_to(case, promise, word)
        warn_of_others(case, promise.promisers if is_theirs else promise.promisees, (word, *agreed_by))
        case.record(
            CommitmentRenegotiated(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                asked_by=asked_by,
                due=self.due,
                text=case.text(self.text),
                measure=case.text(self.measure),
                promisees=promisees,
                agreed_by=agreed_by,
                interaction_id=case.meeting(self.interaction),
            ),
            word=word,
        )

    def _hear_due(self, case: Case, promise: CommitmentMade) -> None:
        """Note a fault where the new date is before the promise, and warn where it is over or the same as before."""
        if is_over(self.due, promise.happened):
            case.fault(Code.DUE_BEFORE_MADE, "due", f"{self.due} is before {promise.happened}, when it was promised")
        elif is_over(self.due, case.happened(self.happened)):
            case.warn(Slip.ALREADY_PAST, "due")
        renegotiations = case.facts.about("commitment_id", promise.commitment_id, CommitmentRenegotiated)
        before = next((body.due for _, body in reversed(renegotiations) if body.due is not None), promise.due)
        if self.due is not None and self.due == before and not (self.text or self.measure or self.promisees):
            case.warn(Slip.NO_CHANGE, "due")


@command
class ReportFulfilment(Command, frozen=True, kw_only=True):
    """Report a promise kept, in whole or part; it waits until the side promised to agrees."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.FRACTION_REQUIRED,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
    )

    commitment: CommitmentRef
    claimed_by: PartyRef
    done: When | None = None
    extent: Extent = Extent.WHOLE
    fraction: Fraction | None = None
    evidence: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the report."""
        promise = find_promise(case, self.commitment, though_settled=True)
        claimed_by = case.party(self.claimed_by, "claimed_by")
        _fraction(case, self.extent, self.fraction)
        case.past_date(self.done, "done")
        if promise is None:
            return
        word = case.word_of(claimed_by)
        must_be_entitled(case, promise, word, "claimed_by")
        case.record(
            FulfilmentClaimed(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                claimed_by=claimed_by,
                done=self.done,
                extent=self.extent,
                fraction=self.fraction,
                evidence=case.text(self.evidence),
                interaction_id=case.meeting(self.interaction),
            ),
            word=word,
        )


@command
class ConfirmFulfilment(Command, frozen=True, kw_only=True):
    """Confirm, for those promised to, that a promise was kept, in whole or part."""

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.FRACTION_REQUIRED,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    commitment: CommitmentRef
    confirmed_by: PartyRef
    done: When | None = None
    extent: Extent = Extent.WHOLE
    fraction: Fraction | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promisee's own word; another promisee may still confirm for itself."""
        self.confirm(case, "confirmed_by")

    def confirm(self, case: Case, at: str) -> None:
        """The same, where whoever confirms stands in the field `at` of the command that is heard."""
        party = case.speaker(self.confirmed_by, at)
        promise = find_promise(case, self.commitment, though_ended=True)
        _fraction(case, self.extent, self.fraction)
        case.past_date(self.done, "done")
        if promise is None:
            return
        answers = case.facts.about("commitment_id", promise.commitment_id, FulfilmentConfirmed, FulfilmentDisputed)
        own = [body for _, body in answers if isinstance(body, FulfilmentConfirmed) and body.confirmed_by == party]
        is_disputed = bool(answers) and isinstance(answers[-1][1], FulfilmentDisputed)
        is_kept = any(body.extent is Extent.WHOLE for body in own) and not is_disputed
        if has_ended(case, promise, party.party_id, though_settled=True) or is_kept:
            case.fault(Code.ALREADY_ENDED, "commitment", "this promise has ended")
        must_be_promisee(case, promise, party, at)
        case.record(
            FulfilmentConfirmed(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                confirmed_by=party,
                done=self.done,
                extent=self.extent,
                fraction=self.fraction,
                interaction_id=case.meeting(self.interaction),
            ),
            word=party,
        )
