"""The planted stories, one a file, in the order in which the first neighbourhoods get them."""

from typing import Final

from scripts.demonstration.stories.agency_wins_back import AgencyWinsBack
from scripts.demonstration.stories.asks_passed_on import AsksPassedOn
from scripts.demonstration.stories.council_stops import CouncilStops
from scripts.demonstration.stories.few_people import FewPeople
from scripts.demonstration.stories.habits import NeighbourhoodStory
from scripts.demonstration.stories.terms_of_money import TermsOfMoney

STORIES: Final[tuple[NeighbourhoodStory, ...]] = (
    CouncilStops(),
    AgencyWinsBack(),
    FewPeople(),
    TermsOfMoney(),
    AsksPassedOn(),
)

__all__ = ["STORIES"]
