"""One measure of a profile, as a test asks for it."""

from domain.events.funding import FundingAwarded
from domain.values import Money
from domain.vocabulary import Allocation, Control, InteractionKind, Payment, Restriction
from projections.scoring.health.measure import HEADLINE
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import estimate, shown_measures
from tests.support.partnership_story import COUNCIL, LOTTERY, TENANTS, PartnershipStory, an_id
from tests.support.trust_figures import method

AT = "2025-12-31"


def row(story: PartnershipStory, dimension: str, name: str = HEADLINE, group: str = "", as_of: str = AT, scoring=None):
    rows = health_rows(story.at(as_of), scoring or method())
    (only,) = [each for each in rows if (each.dimension, each.name, each.group) == (dimension, name, group)]
    return only


def measure(*arguments, scoring=None, **more):
    """Show a measure: without a number where there is not enough to say."""
    (only,) = shown_measures([row(*arguments, scoring=scoring, **more)], scoring or method())
    return only


def value(*arguments, scoring=None, **more):
    """Work out what a measure comes to, enough to say it or not."""
    return estimate(row(*arguments, scoring=scoring, **more), scoring or method())


def meet(story: PartnershipStory, on: str, *people, kind=InteractionKind.MEETING, **details):
    return story.met(f"on {on}", on, *people, kind=kind, details={"convened_by": COUNCIL} | details)


def award(story: PartnershipStory, name: str, pounds: int, *, on: str = "2025-03-03", **terms):
    fields = {
        "restriction": Restriction.UNRESTRICTED,
        "allocation": Allocation.DIRECT,
        "years": 5.0,
        "payment": Payment.ADVANCE,
        "control": Control.RESIDENTS,
    } | terms
    story.tell(
        FundingAwarded(
            happened=on,
            award_id=an_id(name),
            funder=LOTTERY,
            recipient=TENANTS,
            amount=Money(pounds * 100),
            **fields,
        ),
        by=LOTTERY,
    )
