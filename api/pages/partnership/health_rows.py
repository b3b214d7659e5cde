"""How the partnership is working: a row a dimension, in words, with its likely range and what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import count_of, sentence_case
from api.pages.partnership.dimensions import DIMENSION_WORDS, DimensionWords
from api.pages.partnership.replies_in_words import ReplyInWords, replies_in_words
from api.pages.partnership.what_is_needed import needed_in_words
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.figure_words import figure_in_words, word_for_range
from api.pages.pictures.range_bar import range_bar
from api.pages.pictures.svg import without_quotes
from api.reading.left_out import left_out_of_health
from api.reading.replies import HealthDimension
from api.resources.health import Health
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import MeasureBasis, Missing
from projections.scoring.health.shown_profile import ShownMeasure

MISSING_IN_WORDS: Final = {
    Missing.NOT_RECORDED: "This record does not hold it. It may have happened.",
    Missing.NOT_YET_DUE: "Nothing is due yet.",
    Missing.NOT_APPLICABLE: "It does not apply here.",
    Missing.TOO_FEW: "Too few people to show without showing who said what.",
    Missing.NOT_ENOUGH: "There is too little to go on.",
}
"""Why a measure has no value, where something happened."""


_PROMISES: Final = {
    "kept-in-time": "kept in time",
    "kept-late": "kept late",
    "in-part": "in part",
    "overdue": "overdue",
    "settled-for-a-part": "settled for a part",
    "let-off": "let off",
    "not-kept": "given up",
}
_UNDATED: Final = {"undated-done": "done", "undated-failed": "given up", "undated-open": "open"}


class HealthRow(Struct, frozen=True, kw_only=True):
    """One dimension as its row shows it; without a bar where there is not enough to say."""

    id: str
    name: str
    note: str
    address: str
    said: str
    figure: str
    bar: Markup | None
    rest: str
    beside: str
    replies: Sequence[ReplyInWords]


class HealthSection(Struct, frozen=True, kw_only=True):
    """The part of a partnership's page about health."""

    rows: Sequence[HealthRow]


def health_section(here: PartnershipVisit) -> HealthSection:
    """The dimensions in order, each alone. Raises Problem."""
    health: Health = here.ask("read-health", causes=0)
    rows = [
        _row(here, DIMENSION_WORDS[dimension.id], dimension, dimension.headline, health)
        for dimension in health.profile.dimensions
        if dimension.id in DIMENSION_WORDS and dimension.headline is not None
    ]
    return HealthSection(rows=rows)


def _row(
    here: PartnershipVisit, words: DimensionWords, dimension: HealthDimension, headline: ShownMeasure, health: Health
) -> HealthRow:
    is_said = headline.value is not None
    return HealthRow(
        id=dimension.id,
        name=words.name,
        note=words.note,
        address=here.past.at(f"{here.address}/why", dimension=dimension.id),
        said=said(headline, words) if is_said else "Not enough to say yet",
        figure=_figure(headline) if is_said else "",
        bar=_bar(headline, words),
        rest=_counted(words.rests_on, headline, words) if is_said else lacking(headline, words),
        beside=" ".join(_beside(dimension)),
        replies=list(replies_in_words(dimension.replies, health.names)),
    )


def _beside(dimension: HealthDimension) -> Iterator[str]:
    """Words beside a figure: what became of promises, and what is left out of it."""
    if promises := promises_in_words({measure.name: measure for measure in dimension.beside}):
        yield promises
    yield from left_out_of_health(dimension.beside)


def promises_in_words(beside: Mapping[str, ShownMeasure]) -> str:
    """The ends of promises, each in its own words; empty for any other dimension, and where there are none."""

    def count(name: str) -> int:
        measure = beside.get(name)
        return 0 if measure is None or measure.value is None else round(measure.value)

    parts = [f"{count(name)} {words}" for name, words in _PROMISES.items() if count(name)]
    undated = [f"{count(name)} {words}" for name, words in _UNDATED.items() if count(name)]
    without = sum(count(name) for name in _UNDATED)
    if undated:
        parts.append(f"{without} without a date ({', '.join(undated)})")
    return f"{sentence_case(', '.join(parts))}." if parts else ""


def _bar(headline: ShownMeasure, words: DimensionWords) -> Markup | None:
    if headline.value is None or headline.low is None or headline.high is None:
        return None
    is_some = headline.status is EvidenceStatus.SOME
    return without_quotes(range_bar(headline.value, headline.low, headline.high, words.ends, is_some=is_some))


def _is_counted(headline: ShownMeasure) -> bool:
    return headline.basis is MeasureBasis.COUNTED and headline.value is not None and headline.n > 0


def _figure(headline: ShownMeasure) -> str:
    """The figure itself: of a plain count so many of so many."""
    if not _is_counted(headline):
        return figure_in_words(headline, is_some=headline.status is EvidenceStatus.SOME)
    return f"{round((headline.value or 0.0) * headline.n)} of {round(headline.n)}"


def said(headline: ShownMeasure, words: DimensionWords) -> str:
    """The word for a figure, by the whole of its likely range."""
    if _is_counted(headline) and headline.value == 1:
        return "All of them"
    word = word_for_range(headline.low or 0.0, headline.high or 0.0)
    return words.called.get(word, sentence_case(word))


def _counted(text: str, headline: ShownMeasure, words: DimensionWords) -> str:
    return text.format(count=count_of(round(headline.n), *words.counts), done=f"{headline.value_sum or 0:g}")


def lacking(headline: ShownMeasure, words: DimensionWords) -> str:
    """Why nothing can be said, and what would be enough, where that can be worked out."""
    if headline.missing is Missing.NOTHING_HAPPENED:
        return f"Nothing has happened: {words.nothing}."
    if headline.missing is not Missing.NOT_ENOUGH or headline.missing is None:
        return MISSING_IN_WORDS[headline.missing or Missing.NOT_ENOUGH]
    few = _counted(words.few, headline, words) if words.few else MISSING_IN_WORDS[Missing.NOT_ENOUGH]
    return " ".join(part for part in (few, needed_in_words(headline.needed, words.done)) if part)
