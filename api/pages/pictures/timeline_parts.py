"""Parts from which a trust timeline is drawn and its table is written: readings, marks and turns."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from api.pages.ground.in_words import day_in_words
from api.pages.pictures import figure_words
from projections.scoring.trust.marks import MarkKind


class Grade(StrEnum):
    """How much there is to go on."""

    ENOUGH = "enough"
    LESS_CERTAIN = "less certain"
    SOME = figure_words.SOME
    NOT_ENOUGH = "not enough to say"


class TimelineReading(Struct, frozen=True, kw_only=True):
    """A figure on a day; a step if something happened that day, else only time had passed.

    `address` leads to the record that moved it.
    """

    on: date
    value: float | None
    low: float | None
    high: float | None
    grade: Grade
    is_step: bool = True
    address: str = ""


class TimelineMark(Struct, frozen=True, kw_only=True):
    """One act with its day, what became of it in words, and the address of its record."""

    kind: MarkKind
    on: date
    due_on: date | None
    what: str
    address: str

    @property
    def name(self) -> str:
        """The whole name of the mark: what became of what, and when."""
        return f"{self.what}, {day_in_words(self.on)}"


class TimelineTurn(Struct, frozen=True, kw_only=True):
    """A change beside which a timeline is to be read, such as a seat taken, and its name."""

    on: date
    name: str


class TrustTimeline(Struct, frozen=True, kw_only=True, dict=True):
    """One body in one aspect, from one day to another: everything that its picture and its table hold.

    `key` tells it from others on the page; `lanes` names the kinds of marks there are in this aspect, in order.
    """

    key: str
    body: str
    title: str
    summary: str
    begins: date
    ends: date
    readings: Sequence[TimelineReading]
    marks: Sequence[TimelineMark]
    turns: Sequence[TimelineTurn]
    lanes: Mapping[MarkKind, str]

    @cached_property
    def is_ever_said(self) -> bool:
        """There was enough to say at some time, in the days that are shown."""
        return any(reading.value is not None for reading in self.shown)

    @cached_property
    def shown(self) -> list[TimelineReading]:
        """The readings of the days shown, from how it stood when they began."""
        before = [reading for reading in self.readings if reading.on < self.begins]
        within = [reading for reading in self.readings if self.begins <= reading.on <= self.ends]
        first = [replace(before[-1], on=self.begins, is_step=False)] if before else []
        return [*first, *within]

    @cached_property
    def steps(self) -> list[TimelineReading]:
        """The readings at which something happened, in the days shown."""
        return [reading for reading in self.shown if reading.is_step]

    @cached_property
    def marks_by_lane(self) -> dict[MarkKind, list[TimelineMark]]:
        """The marks of the days shown, lane by lane, in order of day; lanes without any are left out."""
        within = sorted(
            (mark for mark in self.marks if self.begins <= mark.on <= self.ends), key=lambda mark: (mark.on, mark.name)
        )
        lanes = {kind: [mark for mark in within if mark.kind is kind] for kind in self.lanes}
        return {kind: marks for kind, marks in lanes.items() if marks}

    def along(self, day: date) -> float:
        """The place of a day across the picture, from 0 to 1."""
        return min(1.0, max(0.0, (day - self.begins).days / max(1, (self.ends - self.begins).days)))


class TimelineRun(Struct, frozen=True, kw_only=True):
    """A stretch of one grade: from its first reading to the first of the next stretch, or the end."""

    grade: Grade
    readings: list[TimelineReading]
    begins: date
    ends: date


SHORT_RUN_DAYS: Final = 60
"""A stretch of enough to say that is shorter than this, amid less certain ones, is drawn as they are."""


def runs(timeline: TrustTimeline) -> list[TimelineRun]:
    """The stretches of a timeline by how much there was to go on, days before its first reading among them."""
    readings = timeline.shown
    stretches: list[TimelineRun] = []
    if not readings or readings[0].on > timeline.begins:
        ends = readings[0].on if readings else timeline.ends
        stretches.append(TimelineRun(grade=Grade.NOT_ENOUGH, readings=[], begins=timeline.begins, ends=ends))
    for index, reading in enumerate(readings):
        ends = readings[index + 1].on if index + 1 < len(readings) else timeline.ends
        if stretches and stretches[-1].grade is reading.grade:
            _prolong(stretches, [reading], ends)
        else:
            stretches.append(TimelineRun(grade=reading.grade, readings=[reading], begins=reading.on, ends=ends))
    return _joined(stretches)


def _joined(stretches: Sequence[TimelineRun]) -> list[TimelineRun]:
    joined: list[TimelineRun] = []
    for index, run in enumerate(stretches):
        neighbours = {each.grade for each in stretches[max(0, index - 1) : index + 2] if each is not run}
        is_short = (run.ends - run.begins).days < SHORT_RUN_DAYS
        is_amid = index + 1 < len(stretches) and index > 0 and neighbours == {Grade.LESS_CERTAIN}
        grade = Grade.LESS_CERTAIN if run.grade is Grade.ENOUGH and is_short and is_amid else run.grade
        if joined and joined[-1].grade is grade:
            _prolong(joined, run.readings, run.ends)
        else:
            joined.append(TimelineRun(grade=grade, readings=list(run.readings), begins=run.begins, ends=run.ends))
    return joined


def _prolong(stretches: list[TimelineRun], readings: list[TimelineReading], ends: date) -> None:
    last = stretches[-1]
    stretches[-1] = TimelineRun(grade=last.grade, readings=[*last.readings, *readings], begins=last.begins, ends=ends)
