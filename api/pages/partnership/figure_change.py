"""Why a figure moved, in words: causes by group, each with its sign, and parts that add up as they are printed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import fsum
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import day_in_words, in_hundred
from api.pages.partnership.printed_parts import in_tenths, parts_in_tenths, printed, printed_part, printed_sum
from api.pages.pictures.figure_words import SOME
from api.pages.pictures.waterfall import WaterfallScale, part_bar, total_bar, waterfall_scale

SMALL: Final = 0.0035
"""Causes under 0.35 in a hundred are gathered: they are told by their number and their sum."""


class MovedFigure(Struct, frozen=True, kw_only=True):
    """A figure on one of the two days, with its likely range; without one where there was not enough to say.

    `is_some`: it was said on less than enough.
    """

    on: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_some: bool = False

    @property
    def is_said(self) -> bool:
        """There was enough to say."""
        return self.value is not None

    @property
    def in_words(self) -> str:
        """The likely range and that there was only some to go on, or that there was none."""
        if self.low is None or self.high is None:
            return "not enough to say"
        words = f"likely range {in_hundred(self.low)} to {in_hundred(self.high)}"
        return f"{words}; {SOME}" if self.is_some else words


class NamedCause(Struct, frozen=True, kw_only=True):
    """One cause with its group, its name, its day in words and the address of its record.

    `is_event`: something happened in between; else only time passed, or others did something.
    """

    is_event: bool = True
    group: str
    name: str
    when: str
    address: str
    change: float | None


class PrintedCause(Struct, frozen=True, kw_only=True):
    """A row of the list of causes as it is printed."""

    name: str
    when: str = ""
    address: str = ""
    value: str = ""
    bar: Markup | None = None
    is_group: bool = False
    is_total: bool = False


class MovedWords(Struct, frozen=True, kw_only=True):
    """The words of a page about a moved figure: a sentence in two parts, the rows, and their scale."""

    headline: str
    sentence: str
    scale: str
    rows: Sequence[PrintedCause]


def moved_in_words(
    before: MovedFigure, after: MovedFigure, causes: Sequence[NamedCause], groups: Sequence[str]
) -> MovedWords:
    """The words for a move of a figure; `groups` names the groups of causes in their order."""
    if before.value is None or after.value is None:
        return _without_figures(before, after, causes, groups)
    by_group = [(name, [cause for cause in causes if cause.group == name]) for name in groups]
    by_group = [(name, own) for name, own in by_group if own]
    sums = [fsum(cause.change or 0.0 for cause in own) for _, own in by_group]
    start, end = in_tenths(before.value), in_tenths(after.value)
    parts = parts_in_tenths(sums, end - start)
    scale = waterfall_scale([*_reached(before.value, sums), before.high or 0, after.high or 0])
    rows = [_total(before, scale)]
    at = before.value
    for (name, own), total, tenths in zip(by_group, sums, parts, strict=True):
        bar = part_bar(at, at + total, scale)
        rows.append(PrintedCause(name=name, value=printed_part(tenths), bar=bar, is_group=True))
        rows += _members(own, at, tenths, scale)
        at += total
    rows.append(_total(after, scale))
    headline, sentence = _sentence(before, after, end - start)
    if parts:
        sentence += f" The parts below add up to it exactly: {printed_sum(start, parts, end)}."
    words = f"Scale {in_hundred(scale.low)} to {in_hundred(scale.high)} in 100."
    return MovedWords(headline=headline, sentence=sentence, scale=words, rows=rows)


def _reached(start: float, sums: Iterable[float]) -> Iterator[float]:
    at = start
    yield at
    for change in sums:
        at += change
        yield at


def _total(figure: MovedFigure, scale: WaterfallScale) -> PrintedCause:
    value, low, high = figure.value or 0.0, figure.low or 0.0, figure.high or 0.0
    return PrintedCause(
        name=day_in_words(figure.on),
        when=figure.in_words,
        value=printed(in_tenths(value)),
        bar=total_bar(value, low, high, scale),
        is_total=True,
    )


def _size(cause: NamedCause) -> float:
    return abs(cause.change or 0.0)


def _members(own: Sequence[NamedCause], at: float, total: int, scale: WaterfallScale) -> Iterator[PrintedCause]:
    """The causes of one group, the largest first, and the smaller ones together; a cause alone is its group."""
    large = sorted((cause for cause in own if abs(cause.change or 0) >= SMALL), key=_size, reverse=True)
    small = [cause for cause in own if abs(cause.change or 0) < SMALL]
    if not large or not any(cause.name for cause in own):
        return
    changes = [cause.change or 0.0 for cause in large] + ([fsum(each.change or 0.0 for each in small)] if small else [])
    tenths = parts_in_tenths(changes, total)
    for index, (change, part) in enumerate(zip(changes, tenths, strict=True)):
        bar = part_bar(at, at + change, scale)
        at += change
        if index < len(large):
            cause = large[index]
            yield PrintedCause(
                name=cause.name, when=cause.when, address=cause.address, value=printed_part(part), bar=bar
            )
        else:
            yield PrintedCause(name=f"{len(small):,} smaller", value=printed_part(part), bar=bar)


def _sentence(before: MovedFigure, after: MovedFigure, change: int) -> tuple[str, str]:
    words = f"From {in_hundred(before.value)} to {in_hundred(after.value)} in 100"
    if not change:
        return f"{words}: it has not moved.", ""
    direction, noun = ("up", "rise") if change > 0 else ("down", "fall")
    ranges = (
        f"The likely ranges, {in_hundred(before.low)} to {in_hundred(before.high)} and "
        f"{in_hundred(after.low)} to {in_hundred(after.high)},"
    )
    is_overlapping = (before.low or 0) <= (after.high or 0) and (after.low or 0) <= (before.high or 0)
    verdict = (
        f"overlap: the {noun} is likely, not certain." if is_overlapping else f"do not overlap: the {noun} is clear."
    )
    return f"{words}, {direction} {printed(abs(change))}.", f"{ranges} {verdict}"


def _without_figures(
    before: MovedFigure, after: MovedFigure, causes: Sequence[NamedCause], groups: Sequence[str]
) -> MovedWords:
    """The words where there was not enough to say on one of the days: what happened, without any number."""
    lacking = [figure for figure in (before, after) if not figure.is_said]
    days = " and on ".join(day_in_words(figure.on) for figure in lacking)
    rows = []
    for name in groups:
        own = [cause for cause in causes if cause.group == name and cause.is_event]
        if own:
            rows.append(PrintedCause(name=name, value=str(len(own)), is_group=True))
            rows += [PrintedCause(name=cause.name, when=cause.when, address=cause.address) for cause in own]
    return MovedWords(
        headline=f"On {days} there was not enough to say.",
        sentence="So nothing is said of how far it moved. What happened in between stands below, without numbers.",
        scale="",
        rows=rows,
    )
