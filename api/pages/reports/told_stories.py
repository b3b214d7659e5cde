"""Stories of asks in words: you said, answered, decided, money or promise, each step with its day."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import count_of, day_in_words, sentence_case
from api.pages.pictures.story_marks import StoryMark
from domain.events.english import joined, money_in_words, words
from domain.values import Money
from domain.vocabulary import Answer, AskKind, Challenge
from projections.lifecycles.ask_stories import LatestWord
from projections.lifecycles.asks import AskState
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.views.ask_stories import StoryFacts

NO_THEME: Final = "Everything else"
_CHALLENGES: Final = {each.value: each for each in Challenge}
_ANSWERED: Final = {
    Answer.ADOPTED: "Answered: yes",
    Answer.ADAPTED: "Answered: in part",
    Answer.DECLINED: "Declined",
}
_OUTCOMES: Final = {
    PromiseOutcome.KEPT_IN_TIME: "kept in time",
    PromiseOutcome.KEPT_LATE: "kept late",
    PromiseOutcome.DONE_WITHOUT_DATE: "done",
    PromiseOutcome.IN_PART: "kept in part",
    PromiseOutcome.OVERDUE: "overdue",
    PromiseOutcome.SETTLED: "settled for a part",
    PromiseOutcome.LET_OFF: "let off by agreement",
    PromiseOutcome.NOT_KEPT: "not kept",
    PromiseOutcome.OPEN: "open",
}
_LATEST: Final = {
    LatestWord.NOBODY_HAS_IT: "nobody has it",
    LatestWord.NO_ANSWER_YET: "asked, no answer yet",
    LatestWord.PASSED_ON: "passed on",
    LatestWord.PUT_OFF: "the answer was put off",
    LatestWord.TAKEN_BACK: "taken back by whoever asked",
    LatestWord.AGREED: "answered: yes",
    LatestWord.AGREED_IN_PART: "answered: in part",
    LatestWord.DECLINED: "declined",
    LatestWord.DECIDED: "decided",
    LatestWord.PROMISED: "promised",
    LatestWord.PROMISE_DONE: "promised and done",
    LatestWord.PROMISE_DONE_IN_PART: "promised and done in part",
    LatestWord.PROMISE_NOT_KEPT: "promised, not kept",
    LatestWord.PROMISE_ENDED: "the promise no longer holds, by agreement",
    LatestWord.SPENT: "money spent",
}
_LATE: Final = frozenset({PromiseOutcome.OVERDUE, PromiseOutcome.NOT_KEPT})
_MONTHS_A_YEAR: Final = 12


class StoryNames(Struct, frozen=True, kw_only=True):
    """The names and words beside the facts of a story: its title, who has it, and the texts of what followed."""

    title: str
    holder: str
    reasons: str = ""
    decisions: Sequence[str] = ()
    promises: Sequence[str] = ()
    spenders: Sequence[str] = ()
    promisers: Sequence[str] = ()
    record: UUID | None = None


class StoryStep(Struct, frozen=True, kw_only=True):
    """One step: its mark, what happened, when, and what else there is to say."""

    mark: StoryMark
    title: str
    day: str = ""
    note: str = ""

    @property
    def is_missing(self) -> bool:
        """Nothing is on record of it."""
        return self.mark is StoryMark.NOTHING


class StoryInWords(Struct, frozen=True, kw_only=True):
    """One ask as people read it."""

    title: str
    asked_of: str
    latest: str
    record: UUID | None
    steps: tuple[StoryStep, ...]


class ThemeStories(Struct, frozen=True, kw_only=True):
    """The stories told under one theme."""

    name: str
    stories: Sequence[StoryInWords]


def theme_in_words(theme: str) -> str:
    """A theme as people read it: the partnership's own words, or a shared challenge's."""
    challenge = _CHALLENGES.get(theme)
    return sentence_case(words(challenge) if challenge else theme) or NO_THEME


def kind_in_words(kind: AskKind, theme: str) -> str:
    """The title of an ask whose words are not shown, as in: a request about housing."""
    about = theme_in_words(theme)
    return sentence_case(words(kind)) + (f" about {about[:1].lower()}{about[1:]}" if theme else "")


def told(facts: StoryFacts, names: StoryNames, today: date) -> StoryInWords:
    """The story of one ask as it stood on a day."""
    steps = [StoryStep(mark=StoryMark.SAID, title="You said", day=day_in_words(facts.raised_on))]
    steps.append(_answered(facts, names, today))
    is_over = facts.state in (AskState.DECLINED, AskState.WITHDRAWN)
    if facts.decided_on or facts.promised_on or facts.spent_on or not is_over:
        steps += [_decided(facts, names), _promised_or_paid(facts, names)]
    return StoryInWords(
        title=names.title,
        asked_of=_asked_of(facts, names),
        latest=f"{_LATEST[facts.latest]}, {day_in_words(facts.latest_on)}",
        record=names.record,
        steps=tuple(steps),
    )


def _asked_of(facts: StoryFacts, names: StoryNames) -> str:
    if not names.holder:
        return "Asked of nobody: no organisation or group has taken it up"
    return f"Asked of {names.holder}" + (", which has not agreed to sit here" if facts.is_unaccepted else "")


def _answered(facts: StoryFacts, names: StoryNames, today: date) -> StoryStep:
    if facts.answer is not None and facts.answered_on is not None:
        days_late = (facts.answered_on - facts.due_on).days
        is_no, is_late = facts.answer is Answer.DECLINED, days_late > 0
        late = f"{count_of(days_late, 'day')} late" if is_late else "in time"
        mark = StoryMark.LATE if is_late else StoryMark.DECLINED if is_no else StoryMark.IN_TIME
        note = f"“{names.reasons}”" if names.reasons else ""
        return StoryStep(
            mark=mark, title=f"{_ANSWERED[facts.answer]}, {late}", day=day_in_words(facts.answered_on), note=note
        )
    if facts.state is AskState.WITHDRAWN:
        day = day_in_words(facts.latest_on)
        return StoryStep(mark=StoryMark.DECLINED, title="Taken back by whoever asked", day=day)
    if today <= facts.due_on:
        note = f"The usual time for it ends on {day_in_words(facts.due_on)}."
        return StoryStep(mark=StoryMark.WAITING, title="No answer yet", note=note)
    return StoryStep(mark=StoryMark.NO_ANSWER, title=f"No answer for {time_between(facts.raised_on, today)}")


def _decided(facts: StoryFacts, names: StoryNames) -> StoryStep:
    if facts.decided_on is None:
        return StoryStep(mark=StoryMark.NOTHING, title="No decision recorded")
    title = f"Decided: {_first_and_more(names.decisions)}" if names.decisions else "Decided"
    note = f"{sentence_case(joined(words(side) for side in facts.led_by_sides))} led." if facts.led_by_sides else ""
    return StoryStep(mark=StoryMark.DECIDED, title=title, day=day_in_words(facts.decided_on), note=note)


def _promised_or_paid(facts: StoryFacts, names: StoryNames) -> StoryStep:
    promise = ""
    if facts.promised_on is not None:
        outcome = _OUTCOMES[facts.promise_outcome] if facts.promise_outcome else "not agreed yet, or replaced"
        due = f", due {day_in_words(facts.promise_due_on)}" if facts.promise_due_on else ""
        promise = f"{outcome}{due}"
    if facts.spent_on is not None:
        amounts = joined(money_in_words(Money(amount, currency)) for currency, amount in facts.spent_minor.items())
        by = f"By {joined(names.spenders)}." if names.spenders else ""
        also = f"Promised as well: {promise}." if promise else ""
        note = " ".join(each for each in (by, also) if each)
        return StoryStep(mark=StoryMark.MONEY, title=f"{amounts} spent", day=day_in_words(facts.spent_on), note=note)
    if not promise:
        return StoryStep(mark=StoryMark.NOTHING, title="No money or promise recorded")
    title = f"Promised: {_first_and_more(names.promises)}" if names.promises else "Promised"
    by = f" By {joined(names.promisers)}." if names.promisers else ""
    mark = StoryMark.LATE if facts.promise_outcome in _LATE else StoryMark.PROMISED
    day = day_in_words(facts.promised_on)
    return StoryStep(mark=mark, title=title, day=day, note=f"{sentence_case(promise)}.{by}")


def _first_and_more(titles: Sequence[str]) -> str:
    first, *more = titles
    return f"{first}, and {len(more)} more" if more else first


def time_between(start: date, end: date) -> str:
    """The time between two days as people say it: 12 days, 3 months, 8 years 5 months."""
    months = (end.year - start.year) * _MONTHS_A_YEAR + end.month - start.month - (end.day < start.day)
    if not months:
        return count_of((end - start).days, "day")
    years, rest = divmod(months, _MONTHS_A_YEAR)
    parts = [count_of(years, "year") if years else "", count_of(rest, "month") if rest else ""]
    return " ".join(each for each in parts if each)
