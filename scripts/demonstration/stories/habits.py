"""The habits of bodies and people, and how a story may bend them.

A story is planted as behaviour: it changes what bodies do in certain neighbourhoods from certain days on, never what
is said about them. It knows nothing of how figures are made.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from domain.vocabulary import Allocation, CodeList, Control, Payment, Restriction


class CastPart(CodeList):
    """The part that a body plays in a neighbourhood."""

    FORUM = "forum"
    TENANTS = "tenants"
    TRUST = "trust"
    DISTRICT = "district"
    COUNTY = "county"
    COUNCILLOR = "councillor"
    PARISH = "parish"
    POLICE = "police"
    ICB = "icb"
    JOBCENTRE = "jobcentre"
    HOUSING = "housing"
    BUSINESS = "business"
    LOTTERY = "lottery"
    COMBINED = "combined"
    DEPARTMENT = "department"
    MP = "mp"


class Conduct(Struct, frozen=True, kw_only=True):
    """The conduct of a body in keeping its word and answering: chances in [0, 1].

    `on_time`: of what is kept; `owns_up`: of what is not, said in time; `makes_good`: of the rest, done or settled at
    last; `reports`: of what is done, told at once and not at the next meeting; `answers`: asks answered at all;
    `prompt`: of those, within the usual month.
    """

    keeps: float
    on_time: float = 0.9
    owns_up: float = 0.25
    makes_good: float = 0.9
    reports: float = 0.3
    answers: float = 0.92
    prompt: float = 0.85


class FunderTerms(Struct, frozen=True, kw_only=True):
    """The terms on which a funder gives its money, and how it answers when plans change (a chance)."""

    restriction: Restriction
    allocation: Allocation
    payment: Payment
    control: Control
    years: float
    hours_to_apply: float
    reports_a_year: int
    decision_days: int
    grants_changes: float


USUAL: Final[dict[CastPart, Conduct]] = {
    CastPart.DISTRICT: Conduct(keeps=0.92),
    CastPart.COUNTY: Conduct(keeps=0.9),
    CastPart.POLICE: Conduct(keeps=0.94),
    CastPart.ICB: Conduct(keeps=0.88, prompt=0.75),
    CastPart.JOBCENTRE: Conduct(keeps=0.86),
    CastPart.HOUSING: Conduct(keeps=0.9),
    CastPart.FORUM: Conduct(keeps=0.9),
    CastPart.COMBINED: Conduct(keeps=0.85),
    CastPart.PARISH: Conduct(keeps=0.92),
}
USUAL_TERMS: Final = FunderTerms(
    restriction=Restriction.PROGRAMME,
    allocation=Allocation.SOLICITED,
    payment=Payment.HALF_IN_ADVANCE,
    control=Control.JOINT,
    years=3,
    hours_to_apply=30,
    reports_a_year=4,
    decision_days=70,
    grants_changes=0.6,
)


class NeighbourhoodStory:
    """The usual: nothing bent. A story overrides what it bends; `share` of the years says how far on it is."""

    name = "usual"
    places = 1

    def conduct(self, part: CastPart, share: float, usual: Conduct) -> Conduct:
        """The conduct of a body when this share of the county's years has gone by."""
        del part, share
        return usual

    def turnout(self, seat: int, usual: float) -> float:
        """The chance that the holder of a seat (0: the chair) comes to a meeting."""
        del seat
        return usual

    def contacts_by(self, residents: Sequence[int]) -> Sequence[int]:
        """The resident seats that do the work between meetings."""
        return residents

    def terms(self, place: int, usual: FunderTerms) -> FunderTerms:
        """The terms on which money comes to the story's first, second … neighbourhood."""
        del place
        return usual

    def passes_on(self, usual: float) -> float:
        """The chance that a body refers an ask rather than answers it."""
        return usual


def share_gone(day: date, begins: date, ends: date) -> float:
    """The share of the years between two days that has gone by, from 0 to 1."""
    return min(1.0, max(0.0, (day - begins).days / (ends - begins).days))
