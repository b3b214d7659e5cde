"""Deciding about disagreements over anything but a record: raising them, settling them."""

from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import DisputeRef, InteractionRef, PartyRef
from domain.decisions.refusals import Code
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.values import Clear, Plain, When


@command
class RaiseDispute(Command, frozen=True, kw_only=True):
    """Record that bodies fell out over something."""

    refuses: ClassVar = (Code.SAME_PARTY,)

    raised_by: PartyRef
    others: Annotated[tuple[PartyRef, ...], Meta(min_length=1, max_length=50)]
    about: Clear
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the disagreement."""
        raised_by = case.party(self.raised_by, "raised_by")
        others = case.parties(self.others, "others")
        if raised_by in others:
            case.fault(Code.SAME_PARTY, "others", "nobody can fall out with themselves")
        case.record(
            DisputeRaised(
                happened=case.happened(self.happened),
                dispute_id=case.identity("dispute"),
                raised_by=raised_by,
                others=others,
                about=Plain(self.about),
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(raised_by),
        )


@command
class SettleDispute(Command, frozen=True, kw_only=True):
    """Record that those who fell out settled it, and how."""

    refuses: ClassVar = (Code.ALREADY_ENDED, Code.BOTH_SIDES_REQUIRED)

    dispute: DisputeRef
    agreed_by: Annotated[tuple[PartyRef, ...], Meta(min_length=1, max_length=50)]
    terms: Clear | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the settlement; whoever raised it and at least one of the others must be among those who agreed."""
        agreed_by = case.parties(self.agreed_by, "agreed_by")
        entry = case.find("dispute", self.dispute, "dispute", DisputeRaised)
        if entry is None:
            return
        dispute = entry[1]
        if case.facts.about("dispute_id", self.dispute, DisputeSettled):
            case.fault(Code.ALREADY_ENDED, "dispute", "this disagreement has been settled")
        agreed = {each.party_id for each in agreed_by}
        both = ({dispute.raised_by.party_id}, {each.party_id for each in dispute.others})
        if not all(agreed & case.facts.passed_on(side) for side in both):
            detail = "name whoever raised it and at least one of those it was raised with"
            case.fault(Code.BOTH_SIDES_REQUIRED, "agreed_by", detail)
        case.record(
            DisputeSettled(
                happened=case.happened(self.happened),
                dispute_id=self.dispute,
                agreed_by=agreed_by,
                terms=case.text(self.terms),
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(*agreed_by),
        )
