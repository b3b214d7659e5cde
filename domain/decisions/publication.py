"""Deciding what anybody may read: which reports a partnership opens, and in which words an ask is told there."""

from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import AskRef, DecisionRef
from domain.decisions.refusals import Code
from domain.events.asks import AskRaised, PublicWordingGiven
from domain.events.partnerships import PublicationDecided
from domain.personal_identifiers import personal_identifiers
from domain.values import Label, When
from domain.vocabulary import PublicReport


@command
class DecidePublication(Command, frozen=True, kw_only=True):
    """Open reports of a partnership to anybody from a day on, in place of any earlier decision; none closes all."""

    refuses: ClassVar = (Code.DUE_BEFORE_MADE,)
    after_closure: ClassVar[bool] = True

    reports: Annotated[tuple[PublicReport, ...], Meta(max_length=20)] = ()
    opens: When | None = None
    decision: DecisionRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record what is open from then on: at once, where no day is named."""
        happened = case.happened(self.happened)
        case.real_date(self.opens, "opens")
        formed = case.facts.partnership()
        case.record(
            PublicationDecided(
                happened=happened,
                publication_id=case.identity("publication"),
                reports=tuple(report for report in PublicReport if report in self.reports),
                opens=(self.opens or happened) if self.reports else None,
                decision_id=case.thing("decision", self.decision, "decision"),
            ),
            follows=None if formed is None else formed[0],
        )


@command
class WordAskForPublic(Command, frozen=True, kw_only=True):
    """Set the words in which anybody may read of an ask, or keep it back; without either its theme stands for it."""

    refuses: ClassVar = (Code.PERSONAL_IDENTIFIER, Code.EXACTLY_ONE)
    after_closure: ClassVar[bool] = True

    ask: AskRef
    wording: Label | None = None
    kept_back: bool = False
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the words, which are never sealed, or that there are to be none."""
        for kind in personal_identifiers(self.wording or ""):
            case.fault(Code.PERSONAL_IDENTIFIER, "wording", f"this looks like {kind.in_words}: word it without")
        if self.wording is not None and self.kept_back:
            case.fault(Code.EXACTLY_ONE, "kept_back", "an ask that is kept back has no public words")
        entry = case.find("ask", self.ask, "ask", AskRaised)
        if entry is None:
            return
        case.record(
            PublicWordingGiven(
                happened=case.happened(self.happened),
                ask_id=entry[1].ask_id,
                wording=self.wording,
                kept_back=self.kept_back,
            )
        )
