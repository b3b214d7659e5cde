"""Spans of time: the fields of every event that say from when until when, and the rule that none ends first."""

from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from domain.decisions.refusals import Code
from domain.events import EventBody
from domain.events.asks import AskDeferred
from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.events.consultations import ConsultationOpened
from domain.events.funding import FundingAwarded
from domain.events.interactions import InteractionRecorded
from domain.events.outcomes import OutcomeObserved
from domain.events.partnerships import DataSharingRecorded, PublicationDecided
from domain.values import ImpossibleDateError, is_over_before

LONG_AGO: Final = timedelta(days=50 * 365.25)
FAR_AHEAD: Final = timedelta(days=30 * 365.25)


class Span(Struct, frozen=True):
    """Two fields of an event: what the second names is never over before the first begins."""

    start: str
    end: str
    code: Code = Code.ENDS_BEFORE_IT_STARTS


SPANS: Final[dict[type[EventBody], tuple[Span, ...]]] = {
    AskDeferred: (Span("happened", "until", Code.DUE_BEFORE_MADE),),
    CommitmentMade: (Span("happened", "due", Code.DUE_BEFORE_MADE),),
    CommitmentProposed: (Span("happened", "due", Code.DUE_BEFORE_MADE),),
    ConsultationOpened: (Span("happened", "closes"),),
    DataSharingRecorded: (Span("happened", "review_due", Code.DUE_BEFORE_MADE),),
    FundingAwarded: (Span("happened", "spend_by"),),
    InteractionRecorded: (Span("happened", "ended"),),
    PublicationDecided: (Span("happened", "opens", Code.DUE_BEFORE_MADE),),
    OutcomeObserved: (Span("period_start_on", "period_end_on"),),
}


def turned_round(body: EventBody) -> list[tuple[Span, str]]:
    """The spans of an event that end before they begin, each with a sentence; impossible dates are noted elsewhere."""
    return [
        (span, f"{getattr(body, span.end)} is before {getattr(body, span.start)}")
        for span in SPANS.get(type(body), ())
        if is_over(getattr(body, span.end), getattr(body, span.start))
    ]


def is_over(end: str | date | None, start: str | date | None) -> bool:
    """One claimed time is over before another begins; never where one of them is absent or impossible."""
    if end is None or start is None:
        return False
    try:
        return is_over_before(str(end), str(start))
    except ImpossibleDateError:
        return False
