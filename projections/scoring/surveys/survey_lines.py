"""Survey lines: what one side says of one body on one subject, asked in one way, reading by reading.

A reading is one pulse, or the ratings given in a calendar month, one a person, joined to the next month's while there
are fewer people than may be shown. Lines are never pooled over bodies, subjects, questions or ways of asking.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, islice, zip_longest
from math import fsum
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.recorded import Effective
from domain.values import day_of, end_of_day
from domain.vocabulary import CodeList, Facet, Side
from projections.history.causes import causes_of
from projections.history.difference import shared_beginning
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.method.experience_rules import ExperienceRules
from projections.method.method import Method
from projections.scoring.formulas.level_estimate import LevelReading
from projections.scoring.formulas.local_level import LevelFollower, LevelStep
from projections.scoring.formulas.ordinal import LEVELS, Expressed, described


class ReadingKind(CodeList):
    """How a reading was taken: counted anonymously, or from ratings that people gave."""

    PULSE = "pulse"
    FEEDBACK = "feedback"


class SurveyLine(Struct, frozen=True, order=True, cache_hash=True):
    """One side's ratings of one body on one subject, taken in one way; `question` is empty where none was named."""

    kind: ReadingKind
    rater_side: Side
    about: UUID
    about_side: Side
    facet: Facet
    question: str = ""


class SurveyReading(Struct, frozen=True, kw_only=True):
    """The counts of ratings 1 to 5 in one reading, and the facts it was made from.

    Ratings of a month are a reading from its end on (`at`); `said_at` is when the last of them was given. `lenient_by`
    is taken off their mean, where leniency is taken out.
    """

    at: datetime
    said_at: datetime
    counts: tuple[int, ...]
    overlaps: bool = False
    facts: tuple[Effective, ...] = ()
    lenient_by: float = 0.0

    @property
    def raters(self) -> int:
        """How many people rated."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean rating, from 0 to 1."""
        mean = fsum(level * count for level, count in enumerate(self.counts)) / (LEVELS - 1) / self.raters
        return min(1.0, max(0.0, mean - self.lenient_by)) if self.lenient_by else mean

    @property
    def causes(self) -> tuple[UUID, ...]:
        """The events it was made from."""
        return causes_of(self.facts)


class GivenRating(Struct, frozen=True):
    """One person's rating from 1 to 5, when it was given, and the facts that it was read from."""

    at: datetime
    rater: UUID | str
    score: int
    facts: tuple[Effective, ...] = ()


class FollowedLine(Struct, frozen=True):
    """One line: its readings, and the steps by which it was followed through them."""

    readings: Sequence[SurveyReading]
    steps: Sequence[LevelStep]


@once_per_history
def survey_lines(past: History, method: Method) -> dict[SurveyLine, list[SurveyReading]]:
    """The readings of each line by the end of the day asked about, in order of time, lines sorted.

    Readings of fewer people than may be shown are left out, and so are office-holders.
    """
    return carried(past, method, _KeptReadings).unchanged(_readings_by_line(past, method))


@once_per_history
def followed_lines(past: History, method: Method, rules: ExperienceRules) -> dict[SurveyLine, FollowedLine]:
    """Each line followed through its readings, lines sorted."""
    return carried(past, method, _LinesFollowed).of(survey_lines(past, method), method, rules)


class _KeptReadings:
    """The readings of lines, kept while a history grows: a reading that is as it was stays the same object."""

    def __init__(self) -> None:
        self._lines: dict[SurveyLine, list[SurveyReading]] = {}

    def unchanged(self, lines: dict[SurveyLine, list[SurveyReading]]) -> dict[SurveyLine, list[SurveyReading]]:
        before, self._lines = self._lines, {}
        for line, readings in lines.items():
            pairs = zip_longest(before.get(line, ()), readings)
            self._lines[line] = [former if former == reading else reading for former, reading in pairs][: len(readings)]
        return self._lines


class LineFollower:
    """Follows one line, and goes on where it stood while its readings begin with those of before."""

    def __init__(self, method: Method, rules: ExperienceRules) -> None:
        self._method, self._rules = method, rules
        self._readings: Sequence[SurveyReading] = ()
        self._follower = LevelFollower(rules)

    def steps(self, readings: Sequence[SurveyReading]) -> tuple[LevelStep, ...]:
        """The line followed through its readings, in order of time, step by step."""
        if shared_beginning(self._readings, readings) < len(self._readings):
            self._readings, self._follower = (), LevelFollower(self._rules)
        for reading in islice(readings, len(self._readings), None):
            self._follower.follow(level_reading(reading, self._method))
        self._readings = readings
        return tuple(self._follower.steps)


class _LinesFollowed:
    """Lines followed, kept while a history grows."""

    def __init__(self) -> None:
        self._followers: dict[SurveyLine, LineFollower] = {}

    def of(
        self, lines: dict[SurveyLine, list[SurveyReading]], method: Method, rules: ExperienceRules
    ) -> dict[SurveyLine, FollowedLine]:
        for line in lines.keys() - self._followers.keys():
            self._followers[line] = LineFollower(method, rules)
        return {line: FollowedLine(readings, self._followers[line].steps(readings)) for line, readings in lines.items()}


def _readings_by_line(past: History, method: Method) -> dict[SurveyLine, list[SurveyReading]]:
    lines: defaultdict[SurveyLine, list[SurveyReading]] = defaultdict(list)
    ratings: defaultdict[SurveyLine, list[GivenRating]] = defaultdict(list)
    fewest = method.health.fewest_raters
    for fact, pulse in past.each(PulseObserved):
        if not pulse.about.office_holder and sum(pulse.counts) >= fewest:
            at = fact.occurred_at
            reading = SurveyReading(at=at, said_at=at, counts=pulse.counts, overlaps=pulse.overlaps, facts=(fact,))
            lines[_line(ReadingKind.PULSE, pulse)].append(reading)
    for fact, rating in past.each(FeedbackGiven):
        if not rating.about.office_holder:
            given_rating = GivenRating(fact.occurred_at, rating.rater_id, rating.score, (fact,))
            ratings[_line(ReadingKind.FEEDBACK, rating)].append(given_rating)
    for line, line_ratings in ratings.items():
        if readings := [reading for reading in monthly_readings(line_ratings, fewest) if reading.at <= past.end]:
            lines[line] = readings
    return {line: sorted(lines[line], key=attrgetter("at", "counts")) for line in sorted(lines)}


def rated(reading: SurveyReading, method: Method) -> Expressed:
    """A reading by itself: the share of each rating, the mean, how sure that is and how far raters disagree."""
    return described(reading.counts, prior_weight=method.health.ordinal_prior_weight)


def level_reading(reading: SurveyReading, method: Method) -> LevelReading:
    """A reading as one of a measured series: its mean and its sampling variance."""
    variance = rated(reading, method).deviation ** 2
    return LevelReading(at=reading.at, value=reading.mean, sampling_variance=variance, overlaps=reading.overlaps)


def line_steps(readings: Sequence[SurveyReading], method: Method, rules: ExperienceRules) -> list[LevelStep]:
    """The line followed through its readings, step by step."""
    return list(LineFollower(method, rules).steps(readings))


def _line(kind: ReadingKind, statement: PulseObserved | FeedbackGiven) -> SurveyLine:
    about, question = statement.about, statement.survey_question or ""
    return SurveyLine(kind, statement.rater_side, about.party_id, about.side, statement.facet, question)


def monthly_readings(ratings: Iterable[GivenRating], fewest: int) -> Iterator[SurveyReading]:
    """The readings that ratings, in order of time, make month by month; of one person the last counts."""
    waiting: list[GivenRating] = []
    for _, month_ratings in groupby(ratings, key=lambda rating: _month(rating.at)):
        waiting += month_ratings
        by_person = {rating.rater: rating.score for rating in waiting}
        if len(by_person) >= fewest:
            last = waiting[-1].at
            yield SurveyReading(
                at=_month_end(last),
                said_at=last,
                counts=tuple(list(by_person.values()).count(level) for level in range(1, LEVELS + 1)),
                facts=tuple(fact for rating in waiting for fact in rating.facts),
            )
            waiting = []


def _month(instant: datetime) -> tuple[int, int]:
    day = day_of(instant)
    return day.year, day.month


def _month_end(instant: datetime) -> datetime:
    year, month = _month(instant)
    return end_of_day(date(year, month, monthrange(year, month)[1]))
