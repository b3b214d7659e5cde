"""Deciding the answer of those promised to, who are asked whether a promise was kept, and the words they add."""

from typing import ClassVar

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.commitment_endings import DisputeFulfilment
from domain.decisions.commitment_parties import must_be_promisee
from domain.decisions.commitments import ConfirmFulfilment, find_promise
from domain.decisions.references import CommitmentRef, PartyRef
from domain.decisions.refusals import Code
from domain.events.commitments import CommitmentRemarked, Fraction
from domain.values import Clear, Plain, When
from domain.vocabulary import Extent, PromiseAnswer

_ANSWERED_BY = "answered_by"
_EXTENTS = {PromiseAnswer.DONE: Extent.WHOLE, PromiseAnswer.DONE_IN_PART: Extent.PART}


@command
class AnswerPromise(Command, frozen=True, kw_only=True):
    """Answer, for those promised to, whether a promise was kept: yes, in part, no, or words alone.

    An answer is recorded as confirming or disputing is, by the same rules; words that go with no dispute stand beside.
    """

    refuses: ClassVar = (
        Code.ALREADY_ENDED,
        Code.NOT_REPORTED,
        Code.FRACTION_REQUIRED,
        Code.NOTHING_TO_RECORD,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
        Code.MAY_NOT_SPEAK_FOR,
    )

    commitment: CommitmentRef
    answered_by: PartyRef
    answer: PromiseAnswer
    fraction: Fraction | None = None
    words: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the answer in the promisee's own word, and what it adds."""
        extent = _EXTENTS.get(self.answer)
        if extent is None and self.fraction is not None:
            case.fault(Code.FRACTION_REQUIRED, "fraction", "give a fraction with a part, and only then")
        if extent is not None:
            ConfirmFulfilment(
                commitment=self.commitment,
                confirmed_by=self.answered_by,
                extent=extent,
                fraction=self.fraction,
                happened=self.happened,
            ).confirm(case, _ANSWERED_BY)
        if self.answer is PromiseAnswer.NOT_DONE:
            DisputeFulfilment(
                commitment=self.commitment,
                disputed_by=self.answered_by,
                reasons=self.words,
                happened=self.happened,
            ).dispute(case, _ANSWERED_BY)
        elif self.words is not None:
            self._remark(case, self.words, is_alone=extent is None)
        elif extent is None:
            case.fault(Code.NOTHING_TO_RECORD, "words", "an answer that says neither yes nor no needs words")

    def _remark(self, case: Case, words: str, *, is_alone: bool) -> None:
        """Record the words; where they go with no confirmation, by the rules that hold for one."""
        party = case.speaker(self.answered_by, _ANSWERED_BY) if is_alone else case.party(self.answered_by, _ANSWERED_BY)
        promise = find_promise(case, self.commitment, though_ended=True)
        if promise is None:
            return
        if is_alone:
            must_be_promisee(case, promise, party, _ANSWERED_BY)
        case.record(
            CommitmentRemarked(
                happened=case.happened(self.happened),
                commitment_id=promise.commitment_id,
                said_by=party,
                words=Plain(words),
            ),
            word=party,
        )
