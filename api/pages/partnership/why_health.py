"""Why a dimension of health moved between two days: its causes in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from api.http.problems import Problem
from api.pages.ground.in_words import count_of, day_in_words, sentence_case
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.pages.partnership.figure_change import MovedFigure, NamedCause, moved_in_words
from api.pages.partnership.replies_in_words import replies_in_words
from api.pages.partnership.whose import PartnershipVisit
from api.pages.partnership.why_trust import WhyMoved
from api.reading.timeline_entries import TimelineEntry
from api.resources.health import HealthChangeCause, HealthExplanation
from api.resources.health_comparison import HealthComparison
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.headline_change import ChangeSharing
from projections.scoring.health.shown_profile import ShownMeasure
from projections.scoring.trust.explanation import CauseKind

_GROUPS: Final[Mapping[CauseKind, str]] = {
    CauseKind.ARRIVAL: "What was done, or fell due",
    CauseKind.ZERO_REPLACED: "What was overdue and was done at last",
    CauseKind.EVENT: "What happened",
    CauseKind.CORRECTION: "Records put right, disputed or settled",
    CauseKind.FADING: "What is older fading",
    CauseKind.PASSAGE_OF_TIME: "Time passing",
    CauseKind.BASE_RATE: "The usual rate",
    CauseKind.BELIEF: "Reports believed without a word from residents",
}
_ONLY_TIME: Final = frozenset({CauseKind.FADING, CauseKind.PASSAGE_OF_TIME, CauseKind.BASE_RATE, CauseKind.BELIEF})
_LONGEST_LEAD: Final = 90
_EXACT: Final = "Each part is the cause’s own share, whatever the order in which things happened."
_IN_ORDER: Final = (
    "Parts are told in the order in which things happened; in another order single parts might have come out otherwise."
)


def why_health_moved(here: PartnershipVisit, begins: date, ends: date) -> WhyMoved:
    """Why one dimension moved. Raises Problem."""
    number = here.visit.query.get("dimension", "")
    words = DIMENSION_WORDS.get(number)
    if words is None:
        raise Problem("not-found", "There is no such line of how the partnership is working.")
    days = {"from": begins.isoformat(), "to": ends.isoformat()}
    answer: HealthExplanation = here.ask("explain-health", as_of=None, dimension=number, **days)
    events = {event.event_id: event for event in answer.events}
    causes = [_named(cause, events) for cause in answer.causes]
    note = f" ({words.note})" if words.note else ""
    return WhyMoved(
        about=f"How the partnership is working: {words.name.lower()}{note}.",
        moved=moved_in_words(
            _figure(begins, answer.before), _figure(ends, answer.after), causes, tuple(_GROUPS.values())
        ),
        does_not_say=(
            "More is not always better for everybody, and no line stands for the whole.",
            "It does not say why somebody did, or did not do, what moved it.",
        ),
        how_sure=(
            _EXACT if answer.sharing is ChangeSharing.EXACTLY else _IN_ORDER,
            _comparable(here.ask("compare-health", as_of=None, **days)),
        ),
        method=answer.method,
        replies=list(replies_in_words(answer.replies, answer.names)),
        fields={"dimension": number},
    )


def _comparable(comparison: HealthComparison) -> str:
    """Which lines can be compared on the two days: what is known on one only would pose as a change."""
    names = {
        headline.dimension: DIMENSION_WORDS[headline.id].name
        for headline in comparison.headlines
        if headline.id in DIMENSION_WORDS
    }
    words = (
        f"Of {count_of(len(comparison.compared), 'line')} there is enough to say on both days; no other is compared."
    )
    left_out = [names[each] for each in comparison.left_out if each in names]
    return words if not left_out else f"{words} On one of the days only: {'; '.join(left_out)}."


def _figure(on: date, measure: ShownMeasure) -> MovedFigure:
    if measure.value is None:
        return MovedFigure(on=on)
    return MovedFigure(
        on=on, value=measure.value, low=measure.low, high=measure.high, is_some=measure.status is EvidenceStatus.SOME
    )


def _named(cause: HealthChangeCause, events: Mapping[UUID, TimelineEntry]) -> NamedCause:
    """A cause by the title of what began it, with the sentence around that title and its day."""
    records: Sequence[TimelineEntry] = [events[event] for event in cause.events if event in events]
    is_event = cause.kind not in _ONLY_TIME
    if not records:
        return NamedCause(
            group=_GROUPS[cause.kind], name="", when="", address="", change=cause.change, is_event=is_event
        )
    lead, _, title = records[0].sentence.partition(": ")
    title = title.removeprefix("We will ") or lead
    around = f"{lead}; " if title != lead and len(lead) <= _LONGEST_LEAD else ""
    return NamedCause(
        group=_GROUPS[cause.kind],
        name=sentence_case(title),
        when=f"{around}{day_in_words(records[-1].happened)}",
        address=f"/records/{records[-1].event_id}",
        change=cause.change,
        is_event=is_event,
    )
