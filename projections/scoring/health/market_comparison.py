"""Beside our profile, the relationship score sold on the market, so that the two can be compared."""

from datetime import timedelta

from domain.events.experience import FeedbackGiven
from projections.history.causes import causes_of
from projections.scoring.formulas.relationship_score import relationship_score
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
    is_enough = len({body.rater_id for body in rated}) >= material.method.health.fewest_raters
    sentiments = [(body.score - _MIDDLE) / _REACH for body in rated] if is_enough else []
    score = relationship_score(len(recent), sentiments, rules)
    return [
        counted(Section.COMPARISON, "market-relationship-score", score, n=len(recent), causes=causes_of(facts(recent)))
    ]
