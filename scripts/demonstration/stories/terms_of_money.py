"""Two neighbourhoods alike but for the terms of their money: one competes for it, one is trusted with it."""

from domain.vocabulary import Allocation, Control, Payment, Restriction
from scripts.demonstration.stories.habits import FunderTerms, NeighbourhoodStory


class TermsOfMoney(NeighbourhoodStory):
    """The first neighbourhood gets competitive money, the second flexible money; all else they share."""

    name = "terms-of-money"
    places = 2

    def terms(self, place: int, usual: FunderTerms) -> FunderTerms:
        """The terms of the first neighbourhood, hard ones, and of the second, free ones."""
        del usual
        return _FLEXIBLE if place else _COMPETITIVE


_COMPETITIVE = FunderTerms(
    restriction=Restriction.PROJECT,
    allocation=Allocation.COMPETITIVE,
    payment=Payment.ARREARS,
    control=Control.FUNDER,
    years=1,
    hours_to_apply=160,
    reports_a_year=12,
    decision_days=170,
    grants_changes=0.1,
)
_FLEXIBLE = FunderTerms(
    restriction=Restriction.UNRESTRICTED,
    allocation=Allocation.DEVOLVED,
    payment=Payment.ADVANCE,
    control=Control.RESIDENTS,
    years=5,
    hours_to_apply=8,
    reports_a_year=1,
    decision_days=21,
    grants_changes=0.95,
)
