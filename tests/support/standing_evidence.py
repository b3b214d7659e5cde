"""The evidence that stands on a day, in a form that a test can read."""

from domain.vocabulary import Facet, Side
from projections.scoring.behaviour import evidence
from tests.support.partnership_story import COUNCIL, PartnershipStory
from tests.support.trust_figures import method


def standing(story: PartnershipStory, facet: Facet, as_of: str, scoring=None):
    history = story.at(as_of)
    return [row for row in evidence(history, scoring or method()) if row.facet is facet and row.stands_at(history.end)]


def values(story: PartnershipStory, facet: Facet, as_of: str, scoring=None):
    return [
        (row.truster.side, row.trustee.party_id, round(row.value, 6), row.weight)
        for row in standing(story, facet, as_of, scoring)
    ]


RESIDENTS_OF_COUNCIL = (Side.RESIDENTS, COUNCIL.party_id)
