"""Panels of trust: one body in one aspect, with its figure, what it rests on, its picture and its table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import count_of, day_in_words, in_hundred, sentence_case
from api.pages.partnership.aspects import Aspect
from api.pages.partnership.replies_in_words import ReplyInWords, replies_in_words
from api.pages.partnership.what_is_needed import needed_in_words
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.figure_words import word_for_range
from api.pages.pictures.svg import without_quotes
from api.pages.pictures.timeline_parts import Grade, TimelineMark, TimelineReading, TimelineTurn, TrustTimeline
from api.pages.pictures.timeline_picture import trust_timeline
from api.pages.pictures.timeline_table import timeline_table, without_end_tags
from api.reading.left_out import SharingLeftOut
from api.reading.replies import TrustInBody
from api.resources.trust_marks import TrustMarks, Turn, TurnKind
from projections.scoring.trust.marks import MarkKind, TrustMark
from projections.scoring.trust.shown_trust import Figure, PlainCounts, TrustStep
from projections.scoring.trust.trust_rows import TrustVariant

_DONE: Final = frozenset({MarkKind.KEPT, MarkKind.IN_TIME, MarkKind.LATE, MarkKind.IN_PART, MarkKind.SETTLED})
_TURNS: Final = {TurnKind.JOINED: "joined", TurnKind.LEFT: "left", TurnKind.METHOD_ADOPTED: "method"}
SOMETHING: Final = "An organisation or group"


class TrustPanel(Struct, frozen=True, kw_only=True):
    """One body in one aspect, as residents met it: everything that its panel shows."""

    key: str
    body: str
    aspect: str
    address: str
    history: str
    said: str | None
    likely_range: str
    why: Sequence[str]
    picture: Markup
    table: Markup
    has_marks: bool
    replies: Sequence[ReplyInWords]


class PanelMaker:
    """Makes the panels of one aspect, from one day on."""

    def __init__(
        self,
        here: PartnershipVisit,
        aspect: Aspect,
        marks: TrustMarks,
        begins: date,
        left_out: Sequence[SharingLeftOut],
    ) -> None:
        self._here, self._aspect, self._begins, self._ends = here, aspect, begins, here.past.as_of
        self._left_out = left_out
        self._turns, self._names, self._labels = marks.turns, marks.names, marks.labels
        self._marks = {body.trustee_id: body.marks for body in marks.bodies if body.facet is aspect.facet}

    def timeline(self, figure: TrustInBody) -> TrustTimeline:
        """Everything that the picture and the table of one body hold."""
        own = self._marks.get(figure.trustee_id, ())
        body = self._names.get(figure.trustee_id, SOMETHING)
        marks = [mark_in_words(mark, self._aspect, self._labels) for mark in own]
        title = f"{body}: {self._aspect.name.lower()}, {self._begins.year} to {self._ends.year}"
        return TrustTimeline(
            key=f"{figure.trustee_id.hex[:8]}-{self._aspect.facet.value[:3]}",
            body=body,
            title=title,
            summary=self._summary(figure, own),
            begins=self._begins,
            ends=self._ends,
            readings=readings_of(figure.timeline),
            marks=marks,
            turns=[_turn(turn) for turn in self._turns if turn.party_id in (None, figure.trustee_id)],
            lanes=self._aspect.lanes,
        )

    def _summary(self, figure: TrustInBody, marks: Sequence[TrustMark]) -> str:
        within = [mark for mark in marks if mark.on >= self._begins]
        numbers = [(name, sum(mark.kind is kind for mark in within)) for kind, name in self._aspect.lanes.items()]
        counts = ", ".join(f"{count} {name}" for name, count in numbers if count) or "nothing recorded"
        stands = said_figure(figure.figure) or "not enough to say"
        return (
            f"On {day_in_words(self._ends)} {stands}. {sentence_case(counts)} since {self._begins.year}. "
            "The same facts are in the table below."
        )

    def panel(self, figure: TrustInBody, timeline: TrustTimeline, *, names_band: bool) -> TrustPanel:
        """The panel of one body."""
        now = figure.figure
        return TrustPanel(
            key=timeline.key,
            body=timeline.body,
            aspect=self._aspect.name,
            address=self._why(figure),
            history=self._here.past.at(f"{self._here.address}/bodies/{figure.trustee_id}"),
            said=None if now.trust is None else f"{in_hundred(now.trust)} in 100",
            likely_range="" if now.trust is None else f"{self._aspect.done}, {range_in_words(now)}{sureness(now)}",
            why=(*self._sentences(figure), *left_out_sentences(self._left_out, figure)),
            picture=without_quotes(trust_timeline(timeline, names_band=names_band)),
            table=without_quotes(without_end_tags(timeline_table(timeline))),
            has_marks=bool(timeline.marks_by_lane),
            replies=tuple(replies_in_words(figure.replies, self._names)),
        )

    def _why(self, figure: TrustInBody) -> str:
        path = f"{self._here.address}/why"
        return self._here.past.at(path, aspect=self._aspect.slug, body=str(figure.trustee_id))

    def _sentences(self, figure: TrustInBody) -> Iterator[str]:
        """The sentences on what a figure rests on, and what explains it if it looks odd, or on what is lacking."""
        own, aspect, now = self._marks.get(figure.trustee_id, ()), self._aspect, figure.figure
        since = min((mark.on.year for mark in own), default=self._ends.year)
        if now.trust is None or now.low is None or now.high is None:
            yield f"Since {since}: {counts_in_words(figure.counts, aspect)}."
            if words := needed_in_words(figure.needed, aspect.done):
                yield words
            return
        word = word_for_range(now.low, now.high)
        if word.startswith("could"):
            yield f"It {word}, going by what residents met."
        else:
            yield f"{sentence_case(word)} of {aspect.acts} will be {aspect.done}, going by what residents met."
        acts = count_of(figure.counts.acts, aspect.act, aspect.acts)
        yield f"Rests on {acts} since {since}: {counts_in_words(figure.counts, aspect)}."
        last = max((mark.on for mark in own if mark.kind in _DONE), default=None)
        if last is not None:
            yield f"Last {aspect.done} {day_in_words(last)}."
        unfading = figure.beside.get(TrustVariant.UNFADING)
        if unfading is not None and unfading.trust is not None:
            ranged = f"{range_in_words(unfading)}{sureness(unfading)}"
            yield f"Without fading it would be {in_hundred(unfading.trust)}, {ranged}."
        without = figure.beside.get(TrustVariant.WITHOUT_DISPUTED)
        if without is not None and without.trust is not None:
            both = f"{in_hundred(now.trust)} in 100, or {in_hundred(without.trust)} without the disputed record"
            yield f"Shown both ways: {both}."


def left_out_sentences(left_out: Sequence[SharingLeftOut], figure: TrustInBody) -> list[str]:
    """The sentences on what is left out of a figure because this record would not hold it."""
    view = figure.facet, figure.truster_side, figure.trustee_id
    return [each.in_words for each in left_out if (each.facet, each.truster_side, each.trustee_id) == view]


def counts_in_words(counts: PlainCounts, aspect: Aspect) -> str:
    """Plain counts, without method: so many of so many kept in time, so many late or in part, so many still owed."""
    words = f"{counts.whole} of {counts.acts} {aspect.whole}"
    if counts.partial:
        words += f", {counts.partial} {aspect.partial}"
    owed = aspect.lanes.get(MarkKind.OVERDUE) or aspect.lanes.get(MarkKind.NO_ANSWER)
    return f"{words}, {counts.owed} {owed}" if counts.owed else words


def range_in_words(figure: Figure) -> str:
    """The likely range of a figure that is said."""
    return f"likely range {in_hundred(figure.low)} to {in_hundred(figure.high)}"


def said_figure(figure: Figure | None) -> str:
    """A figure of trust with its range and how sure it is; empty where there is not enough to say."""
    if figure is None or figure.trust is None:
        return ""
    return f"{in_hundred(figure.trust)} in 100, {range_in_words(figure)}{sureness(figure)}"


def sureness(figure: Figure) -> str:
    """The words added to a figure that is said on less than enough."""
    grade = grade_of(figure)
    return "" if grade is Grade.ENOUGH else f"; {grade.value}"


def grade_of(figure: Figure) -> Grade:
    """How much there is to go on."""
    if figure.trust is None:
        return Grade.NOT_ENOUGH
    if figure.is_less_certain:
        return Grade.LESS_CERTAIN
    return Grade.SOME if str(figure.status) == "some" else Grade.ENOUGH


def readings_of(steps: Sequence[TrustStep]) -> list[TimelineReading]:
    """The readings of a timeline: every step, and the ends of months between, by when time alone had moved it."""
    readings: dict[date, TimelineReading] = {}
    for step in steps:
        if step.causes or step.on not in readings:
            readings[step.on] = _reading(step)
    return [readings[day] for day in sorted(readings)]


def _reading(step: TrustStep) -> TimelineReading:
    return TimelineReading(
        on=step.on,
        value=step.figure.trust,
        low=step.figure.low,
        high=step.figure.high,
        grade=grade_of(step.figure),
        is_step=bool(step.causes),
        address=f"/records/{step.causes[0]}" if step.causes else "",
    )


def mark_in_words(mark: TrustMark, aspect: Aspect, labels: Mapping[UUID, str]) -> TimelineMark:
    """A mark in words: what became of what; of what was late, since when it was due."""
    what = aspect.marks[mark.kind]
    if mark.kind is MarkKind.LATE and mark.due_on is not None:
        what = f"{what} (due {day_in_words(mark.due_on)})"
    if mark.part_done is not None:
        what = f"{what} ({in_hundred(mark.part_done)} in 100 of it done)"
    return TimelineMark(
        kind=mark.kind,
        on=mark.on,
        due_on=mark.due_on,
        what=f"{what}: {label_in_words(labels.get(mark.about, ''))}",
        address=f"/records/{mark.record}",
    )


def label_in_words(label: str) -> str:
    """The label of a thing amid a sentence, in the words of pages: what was promised, without `We will`."""
    for noun, word in (("Commitment of ", "promise of "), ("Interaction of ", "contact of "), ("We will ", "")):
        if label.startswith(noun):
            return word + label.removeprefix(noun)
    is_plain = label[1:2].islower() or label[1:2] == " "
    return f"{label[:1].lower()}{label[1:]}" if is_plain else label


def _turn(turn: Turn) -> TimelineTurn:
    return TimelineTurn(on=turn.on, name=_TURNS[turn.kind])
