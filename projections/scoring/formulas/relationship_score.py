"""The relationship score as sold on the market, computed beside ours so that the two can be compared.

One vendor documents its ingredients: contacts in the past month against five expected, and the average sentiment
of notes. How the two are joined is not documented; a weighted mean is our reading. It is not a figure of health.
"""

from collections.abc import Sequence
from math import fsum

from projections.method.method import MarketRules


def relationship_score(contacts_in_month: int, sentiments: Sequence[float], rules: MarketRules) -> float:
    """The score from 1 to 100. Sentiments lie in [-1, 1]; without any, contacts alone count."""
    contacts = min(1.0, contacts_in_month / rules.expected_contacts_a_month)
    if not sentiments:
        return max(1.0, 100 * contacts)
    sentiment = (fsum(sentiments) / len(sentiments) + 1) / 2
    share = rules.sentiment_share
    return max(1.0, 100 * ((1 - share) * contacts + share * sentiment))
