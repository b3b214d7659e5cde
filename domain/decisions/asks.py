"""Deciding about asks: raising, answering, putting off, passing on, taking on, taking back."""

from typing import ClassVar
from uuid import UUID

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.date_spans import is_over
from domain.decisions.references import AskRef, ConsultationRef, DecisionRef, InteractionRef, PartyRef
from domain.decisions.refusals import Code
from domain.events.asks import (
    AskAnswered,
    AskDeferred,
    AskRaised,
    AskReferred,
    AskWithdrawn,
    ReferralAccepted,
)
from domain.events.commitments import CommitmentMade
from domain.values import Clear, Label, PartyAt, Plain, When
from domain.vocabulary import Answer, AskKind, Challenge


@command
class RaiseAsk(Command, frozen=True, kw_only=True):
    """Record what someone asked for; without an addressee it is open to anyone.

    Refuses nothing of its own: anybody may ask anybody for anything.
    """

    kind: AskKind
    raised_by: PartyRef
    text: Clear
    addressee: PartyRef | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None
    consultation: ConsultationRef | None = None
    themes: tuple[Label, ...] = ()
    challenges: tuple[Challenge, ...] = ()

    def decide(self, case: Case) -> None:
        """Record the ask."""
        raised_by = case.party(self.raised_by, "raised_by")
        addressee = None if self.addressee is None else case.party(self.addressee, "addressee")
        case.record(
            AskRaised(
                happened=case.happened(self.happened),
                ask_id=case.identity("ask"),
                kind=self.kind,
                raised_by=raised_by,
                text=Plain(self.text),
                addressee=addressee,
                interaction_id=case.meeting(self.interaction),
                consultation_id=case.thing("consultation", self.consultation, "consultation"),
                themes=self.themes,
                challenges=self.challenges,
            ),
            word=case.word_of(raised_by),
        )


def _open_ask(case: Case, reference: AskRef) -> AskRaised | None:
    """Find an ask that is still open; a fault is noted otherwise."""
    ask_id = case.id_of(reference, "asks")
    entry = case.facts.first("ask_id", ask_id, AskRaised)
    if entry is None:
        case.no_such("ask", reference, "ask")
        return None
    if case.facts.about("ask_id", ask_id, AskAnswered):
        case.fault(Code.ALREADY_ANSWERED, "ask", "this ask has an answer; correct or dispute that record instead")
    if case.facts.about("ask_id", ask_id, AskWithdrawn):
        case.fault(Code.ALREADY_ENDED, "ask", "this ask was withdrawn")
    return entry[1]


def _holders(case: Case, ask: AskRaised) -> set[UUID]:
    """The bodies that owe the answer: the one asked, those that took the ask on, and the successors of either."""
    accepted = {body.accepted_by.party_id for _, body in case.facts.about("ask_id", ask.ask_id, ReferralAccepted)}
    bodies = set() if ask.addressee is None else {ask.addressee.party_id}
    return case.facts.passed_on(accepted | bodies)


def _must_hold(case: Case, ask: AskRaised, party: PartyAt, at: str) -> None:
    holders = _holders(case, ask)
    if holders and party.party_id not in holders:
        case.fault(Code.ONLY_THE_BODY_ASKED, at, "another organisation was asked")


@command
class AnswerAsk(Command, frozen=True, kw_only=True):
    """Record what became of an ask; a refusal gives its reasons."""

    refuses: ClassVar = (
        Code.ALREADY_ANSWERED,
        Code.ALREADY_ENDED,
        Code.ONLY_THE_BODY_ASKED,
        Code.REASONS_REQUIRED,
    )

    ask: AskRef
    answered_by: PartyRef
    answer: Answer
    reasons: Clear | None = None
    decision: DecisionRef | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the answer of the body that owes it."""
        ask = _open_ask(case, self.ask)
        answered_by = case.party(self.answered_by, "answered_by")
        if self.answer is Answer.DECLINED and self.reasons is None:
            case.fault(Code.REASONS_REQUIRED, "reasons", "say why it was declined")
        if ask is None:
            return
        _must_hold(case, ask, answered_by, "answered_by")
        case.record(
            AskAnswered(
                happened=case.happened(self.happened),
                ask_id=ask.ask_id,
                answered_by=answered_by,
                answer=self.answer,
                reasons=case.text(self.reasons),
                decision_id=case.thing("decision", self.decision, "decision"),
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(answered_by),
        )


@command
class DeferAsk(Command, frozen=True, kw_only=True):
    """Put the answer off to a named date: a promise to answer by then, while the clock runs on."""

    refuses: ClassVar = (
        Code.ALREADY_ANSWERED,
        Code.ALREADY_ENDED,
        Code.ONLY_THE_BODY_ASKED,
        Code.DUE_BEFORE_MADE,
    )

    ask: AskRef
    deferred_by: PartyRef
    until: When
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the promise to answer, and the deferral that made it."""
        ask = _open_ask(case, self.ask)
        deferred_by = case.party(self.deferred_by, "deferred_by")
        case.real_date(self.until, "until")
        happened = case.happened(self.happened)
        if is_over(self.until, happened):
            case.fault(Code.DUE_BEFORE_MADE, "until", f"{self.until} is before {happened}")
            return
        if ask is None:
            return
        _must_hold(case, ask, deferred_by, "deferred_by")
        interaction_id = case.meeting(self.interaction)
        commitment_id = case.identity("deferral")
        word = case.word_of(deferred_by)
        case.record(
            CommitmentMade(
                happened=happened,
                commitment_id=commitment_id,
                promisers=(deferred_by,),
                promisees=(ask.raised_by,),
                text=Plain("To answer what was asked"),
                due=self.until,
                ask_id=ask.ask_id,
                interaction_id=interaction_id,
            ),
            word=word,
        )
        case.record(
            AskDeferred(
                happened=happened,
                ask_id=ask.ask_id,
                deferred_by=deferred_by,
                until=self.until,
                commitment_id=commitment_id,
                interaction_id=interaction_id,
            ),
            word=word,
        )


@command
class ReferAsk(Command, frozen=True, kw_only=True):
    """Pass an ask on; the duty stays until the other accepts."""

    refuses: ClassVar = (
        Code.ALREADY_ANSWERED,
        Code.ALREADY_ENDED,
        Code.ONLY_THE_BODY_ASKED,
        Code.SAME_PARTY,
    )

    ask: AskRef
    referred_by: PartyRef
    referred_to: PartyRef
    reasons: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record that it was passed on."""
        ask = _open_ask(case, self.ask)
        referred_by = case.party(self.referred_by, "referred_by")
        referred_to = case.party(self.referred_to, "referred_to")
        if self.referred_by == self.referred_to:
            case.fault(Code.SAME_PARTY, "referred_to", "an ask cannot be referred to who refers it")
        if ask is None:
            return
        _must_hold(case, ask, referred_by, "referred_by")
        case.record(
            AskReferred(
                happened=case.happened(self.happened),
                ask_id=ask.ask_id,
                referred_by=referred_by,
                referred_to=referred_to,
                reasons=case.text(self.reasons),
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(referred_by),
        )


@command
class AcceptReferral(Command, frozen=True, kw_only=True):
    """Take on an ask that was passed on; the duty moves."""

    refuses: ClassVar = (Code.ALREADY_ANSWERED, Code.ALREADY_ENDED, Code.NOT_YET_REFERRED, Code.MAY_NOT_SPEAK_FOR)

    ask: AskRef
    accepted_by: PartyRef
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the acceptance, in the accepting body's own word."""
        ask = _open_ask(case, self.ask)
        accepted_by = case.speaker(self.accepted_by, "accepted_by")
        if ask is None:
            return
        referred = {body.referred_to.party_id for _, body in case.facts.about("ask_id", ask.ask_id, AskReferred)}
        if accepted_by.party_id not in case.facts.passed_on(referred):
            case.fault(Code.NOT_YET_REFERRED, "accepted_by", "the ask was not referred to this organisation")
        case.record(
            ReferralAccepted(
                happened=case.happened(self.happened),
                ask_id=ask.ask_id,
                accepted_by=accepted_by,
                interaction_id=case.meeting(self.interaction),
            ),
            word=accepted_by,
        )


@command
class WithdrawAsk(Command, frozen=True, kw_only=True):
    """The asker no longer wants it."""

    refuses: ClassVar = (
        Code.ALREADY_ANSWERED,
        Code.ALREADY_ENDED,
        Code.ONLY_THE_ASKER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    ask: AskRef
    withdrawn_by: PartyRef
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record that the asker took it back."""
        ask = _open_ask(case, self.ask)
        withdrawn_by = case.speaker(self.withdrawn_by, "withdrawn_by")
        if ask is None:
            return
        if withdrawn_by.party_id not in case.facts.passed_on({ask.raised_by.party_id}):
            case.fault(Code.ONLY_THE_ASKER, "withdrawn_by", "another organisation or group asked this")
        case.record(
            AskWithdrawn(
                happened=case.happened(self.happened),
                ask_id=ask.ask_id,
                withdrawn_by=withdrawn_by,
                reasons=case.text(self.reasons),
            ),
            word=withdrawn_by,
        )
