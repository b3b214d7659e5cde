"""Why a figure of trust moved between two days: its causes in words, and how sure it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.in_words import day_in_words, in_hundred, sentence_case
from api.pages.partnership.aspects import ASPECTS, BY_SLUG, Aspect
from api.pages.partnership.figure_change import MovedFigure, MovedWords, NamedCause, moved_in_words
from api.pages.partnership.replies_in_words import ReplyInWords, replies_in_words
from api.pages.partnership.trust_panels import label_in_words, range_in_words
from api.pages.partnership.whose import PartnershipVisit
from api.reading.replies import TrustInBody
from api.resources.trust import TrustExplanation
from api.resources.trust_marks import TrustMarks
from domain.vocabulary import Side
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.trust.explanation import CauseKind, ChangeCause
from projections.scoring.trust.marks import MarkKind, TrustMark
from projections.scoring.trust.shown_trust import Figure
from projections.scoring.trust.trust_rows import TrustVariant

_MUCH: Final = 0.3
"""From this share of a move on, fading is named as a reason to look at the figure without it."""

_BAD: Final = frozenset({MarkKind.OVERDUE, MarkKind.NO_ANSWER})
_NOT_KEPT: Final = frozenset({MarkKind.BROKEN})


class WhyMoved(Struct, frozen=True, kw_only=True):
    """Everything that the page says about one figure between two days."""

    about: str
    moved: MovedWords
    does_not_say: Sequence[str]
    how_sure: Sequence[str]
    method: str
    replies: Sequence[ReplyInWords]
    fields: Mapping[str, str]


def why_trust_moved(here: PartnershipVisit, begins: date, ends: date) -> WhyMoved:
    """Why one body's figure in one aspect moved. Raises Problem."""
    query = here.visit.query
    aspect = BY_SLUG.get(query.get("aspect", ""), ASPECTS[0])
    body = _id(query.get("body", ""))
    which = {"facet": aspect.facet.value, "truster_side": Side.RESIDENTS.value}
    days = {"from": begins.isoformat(), "to": ends.isoformat()}
    answer: TrustExplanation = here.ask("explain-trust", as_of=None, trustee=str(body), **which, **days)
    marks: TrustMarks = here.ask("read-trust-marks", **{**which, "as_of": days["to"]})
    trust = here.ask(
        "read-trust", **{**which, "as_of": days["to"], "timeline": "no", "causes": 0, "trustee": str(body)}
    )
    own = next((each.marks for each in marks.bodies if each.trustee_id == body), ())
    naming = _Naming(aspect, own, marks.labels)
    name = answer.names.get(body, "An organisation or group")
    causes = [naming.cause(cause) for cause in answer.causes]
    return WhyMoved(
        about=f"{name}, as residents met it: {aspect.name.lower()}.",
        moved=moved_in_words(_figure(begins, answer.before), _figure(ends, answer.after), causes, naming.groups),
        does_not_say=_does_not_say(aspect),
        how_sure=list(_how_sure(trust.figures, ends, answer)),
        method=answer.method,
        replies=list(replies_in_words(answer.replies, answer.names)),
        fields={"aspect": aspect.slug, "body": str(body)},
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Problem("not-found", "There is no organisation or group with this id.") from None


def _figure(on: date, figure: Figure | None) -> MovedFigure:
    if figure is None or figure.trust is None:
        return MovedFigure(on=on)
    return MovedFigure(
        on=on, value=figure.trust, low=figure.low, high=figure.high, is_some=figure.status is EvidenceStatus.SOME
    )


class _Naming:
    """Names causes by what became of the act that each is about."""

    def __init__(self, aspect: Aspect, marks: Sequence[TrustMark], labels: Mapping[UUID, str]) -> None:
        self._aspect, self._labels = aspect, labels
        acts = sentence_case(aspect.acts)
        self._marks = {mark.about: mark for mark in marks if mark.kind is not MarkKind.DISPUTED}
        self._by_record = {mark.record: mark for mark in marks if mark.kind is not MarkKind.DISPUTED}
        self._overdue = f"{acts} that fell due and are overdue"
        self._broken = f"{acts} that came to nothing"
        self._done = f"{acts} {aspect.done}"
        self._by_kind = {
            CauseKind.ZERO_REPLACED: f"Overdue {aspect.acts} {aspect.done} at last",
            CauseKind.CORRECTION: "Records put right, disputed or settled",
            CauseKind.FADING: f"Older {aspect.acts} fading",
            CauseKind.BASE_RATE: "What residents met from other bodies",
            CauseKind.BELIEF: "Reports believed without a word from residents",
        }
        self.groups = (self._overdue, self._broken, self._done, *self._by_kind.values())

    def cause(self, cause: ChangeCause) -> NamedCause:
        """A cause with its group and name."""
        mark = self._mark(cause)
        group = self._by_kind.get(cause.kind) or self._arrival(mark)
        if cause.kind is CauseKind.BASE_RATE:
            return NamedCause(group=group, name="", when="", address="", change=cause.change, is_event=False)
        record = mark.record if mark is not None else (cause.events[-1] if cause.events else None)
        label = "" if mark is None else label_in_words(self._labels.get(mark.about, ""))
        return NamedCause(
            group=group,
            name=sentence_case(label) if label else "A record",
            when="" if mark is None else self._when(mark),
            address="" if record is None else f"/records/{record}",
            change=cause.change,
            is_event=cause.kind not in (CauseKind.FADING, CauseKind.BELIEF),
        )

    def _mark(self, cause: ChangeCause) -> TrustMark | None:
        about = cause.act.rpartition(" ")[2]
        if len(about) == len(str(UUID(int=0))) and (mark := self._marks.get(UUID(about))) is not None:
            return mark
        return next((self._by_record[event] for event in cause.events if event in self._by_record), None)

    def _arrival(self, mark: TrustMark | None) -> str:
        if mark is not None and mark.kind in _BAD:
            return self._overdue
        return self._broken if mark is not None and mark.kind in _NOT_KEPT else self._done

    def _when(self, mark: TrustMark) -> str:
        day = day_in_words(mark.on)
        if mark.kind in _BAD:
            return f"due {day}"
        return f"{self._aspect.marks[mark.kind].lower()} {day}"


def _does_not_say(aspect: Aspect) -> Sequence[str]:
    return (
        f"Fading is not a fault: what is older counts for less as time passes, also of {aspect.acts} {aspect.done}.",
        "What others did moves every figure a little while there is little of its own to go on.",
        f"Nothing here says why something was not {aspect.done}, and nobody is judged as a person.",
    )


def _how_sure(figures: Sequence[TrustInBody], ends: date, answer: TrustExplanation) -> Iterator[str]:
    """The same figure read otherwise, where that may be said, and what is left out of it."""
    yield from (each.in_words for each in answer.left_out)
    beside = figures[0].beside if figures else {}
    confirmed = beside.get(TrustVariant.CONFIRMED_ONLY)
    if confirmed is not None and confirmed.trust is not None:
        yield (
            f"On {day_in_words(ends)}, on outcomes residents confirmed alone: {in_hundred(confirmed.trust)} in 100, "
            f"{range_in_words(confirmed)}."
        )
    without = beside.get(TrustVariant.WITHOUT_DISPUTED)
    if without is not None and without.trust is not None:
        yield f"Without the disputed record: {in_hundred(without.trust)} in 100, {range_in_words(without)}."
    unfading = beside.get(TrustVariant.UNFADING)
    if unfading is not None and unfading.trust is not None:
        words = f"Without fading: {in_hundred(unfading.trust)} in 100, {range_in_words(unfading)}."
        fading = answer.by_kind.get(CauseKind.FADING.value, 0.0)
        is_much = answer.change and fading / answer.change >= _MUCH
        noun = "fall" if answer.change < 0 else "rise"
        yield f"{words} Much of the {noun} rests on how fast what is older fades." if is_much else words
