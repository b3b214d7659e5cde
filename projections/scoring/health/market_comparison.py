"""The relationship score as sold on the market, computed beside our profile so that the two can be compared.

One vendor documents its ingredients: contacts in the past month against five expected, and the average sentiment
of notes. How the two are joined is not documented; a weighted mean is our reading. It is not a figure of health.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import fsum
from uuid import UUID

from msgspec import Struct

from domain.events.experience import FeedbackGiven
from domain.events.recorded import Effective
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import MarketRules, Method
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Section, counted, facts
from projections.scoring.surveys.survey_lines import ReadingKind, survey_lines

_MIDDLE, _REACH = 3, 2
"""A rating of 3 of 5 is neutral; 1 and 5 are two steps away."""


class RatingsInMonth(Struct, frozen=True):
    """The ratings given in a market's month that may be told of: their events, and their sentiments from -1 to 1."""

    facts: Sequence[Effective] = ()
    tones: Sequence[float] = ()


class RatingsGiven:
    """The ratings of a partnership, of which a month is told only as far as no single rating could be told from it.

    Where survey lines are followed, whole readings of them count, in the month in which each came to its end: told
    beside those, any others would be found by taking the one from the other.
    """

    def __init__(self, history: History, method: Method) -> None:
        self._history, self._method = history, method
        lines = {} if method.survey_rules is None else survey_lines(history, method)
        self._readings = [
            (line.about, reading)
            for line, readings in lines.items()
            if line.kind is ReadingKind.FEEDBACK
            for reading in readings
        ]

    def until(self, end: datetime, about: UUID | None = None) -> RatingsInMonth:
        """The ratings of the month up to an instant, of one body or of all."""
        start = end - timedelta(days=self._method.market.contact_days)
        if self._method.survey_rules is None:
            return self._all_between(start, end, about)
        readings = [each for of, each in self._readings if start < each.at <= end and about in (None, of)]
        return RatingsInMonth(
            facts=[fact for each in readings for fact in each.facts],
            tones=[
                (score - _MIDDLE) / _REACH
                for reading in readings
                for score, count in enumerate(reading.counts, start=1)
                for _ in range(count)
            ],
        )

    def _all_between(self, start: datetime, end: datetime, about: UUID | None) -> RatingsInMonth:
        """Every rating, or none where so few people gave them that one could be told from another."""
        ratings = [
            (fact, body)
            for fact, body in self._history.each(FeedbackGiven)
            if start <= fact.occurred_at < end and about in (None, body.about.party_id)
        ]
        if len({body.rater_id for _, body in ratings}) < self._method.health.fewest_raters:
            return RatingsInMonth()
        return RatingsInMonth(
            facts=[fact for fact, _ in ratings], tones=[(body.score - _MIDDLE) / _REACH for _, body in ratings]
        )


def comparison(material: Material) -> list[Measure]:
    """Compute the market's score from the past month's contacts, and ratings where enough people gave them."""
    rules = material.method.market
    since = material.end - timedelta(days=rules.contact_days)
    recent = [(fact, body) for fact, body in material.contacts if fact.occurred_at >= since]
    ratings = RatingsGiven(material.history, material.method).until(material.end)
    score = relationship_score(len(recent), ratings.tones, rules)
    return [
        counted(Section.COMPARISON, "market-relationship-score", score, n=len(recent), causes=causes_of(facts(recent)))
    ]


def relationship_score(contacts_in_month: int, tones: Sequence[float], rules: MarketRules) -> float:
    """The score from 1 to 100. Tones are sentiments in [-1, 1]; without any, contacts alone count."""
    contacts = min(1.0, contacts_in_month / rules.expected_contacts_a_month)
    if not tones:
        return max(1.0, 100 * contacts)
    sentiment = (fsum(tones) / len(tones) + 1) / 2
    share = rules.sentiment_share
    return max(1.0, 100 * ((1 - share) * contacts + share * sentiment))
