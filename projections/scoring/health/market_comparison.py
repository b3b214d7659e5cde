"""The relationship score as sold on the market, computed beside our profile so that the two can be compared.

One vendor documents its ingredients: contacts in the past month against five expected, and the average sentiment
of notes. How the two are joined is not documented; a weighted mean is our reading. It is not a figure of health.
"""

from collections.abc import Sequence
from datetime import timedelta
from math import fsum

from domain.events.experience import FeedbackGiven
from projections.history.causes import causes_of
from projections.method.method import MarketRules, Method
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Section, counted, facts

_MIDDLE, _REACH = 3, 2
"""A rating of 3 of 5 is neutral; 1 and 5 are two steps away."""


def comparison(material: Material) -> list[Measure]:
    """Compute the market's score from the past month's contacts, and ratings where enough people gave them."""
    rules = material.method.market
    since = material.end - timedelta(days=rules.contact_days)
    recent = [(fact, body) for fact, body in material.contacts if fact.occurred_at >= since]
    rated = [body for fact, body in material.history.each(FeedbackGiven) if fact.occurred_at >= since]
    score = relationship_score(len(recent), sentiments(rated, material.method), rules)
    return [
        counted(Section.COMPARISON, "market-relationship-score", score, n=len(recent), causes=causes_of(facts(recent)))
    ]


def sentiments(ratings: Sequence[FeedbackGiven], method: Method) -> list[float]:
    """The sentiments of some ratings, from -1 to 1; none where so few gave them that one could be told from another."""
    is_enough = len({rating.rater_id for rating in ratings}) >= method.health.fewest_raters
    return [(rating.score - _MIDDLE) / _REACH for rating in ratings] if is_enough else []


def relationship_score(contacts_in_month: int, tones: Sequence[float], rules: MarketRules) -> float:
    """The score from 1 to 100. Tones are sentiments in [-1, 1]; without any, contacts alone count."""
    contacts = min(1.0, contacts_in_month / rules.expected_contacts_a_month)
    if not tones:
        return max(1.0, 100 * contacts)
    sentiment = (fsum(tones) / len(tones) + 1) / 2
    share = rules.sentiment_share
    return max(1.0, 100 * ((1 - share) * contacts + share * sentiment))
