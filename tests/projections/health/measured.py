"""One measure of a profile, as a test asks for it."""

from domain.vocabulary import InteractionKind
from projections.scoring.health.measure import HEADLINE
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown import shown_measures
from tests.projections.given import COUNCIL, Told
from tests.projections.trust.told import method

AT = "2025-12-31"


def measure(told: Told, dimension: str, name: str = HEADLINE, group: str = "", as_of: str = AT, used=None):
    used = used or method()
    rows = [row for row in health_rows(told.at(as_of), used) if (row.dimension, row.name) == (dimension, name)]
    (found,) = [each for each in shown_measures(rows, used) if each.group == group]
    return found


def value(*arguments, **more):
    return measure(*arguments, **more).value


def meet(told: Told, on: str, *people, kind=InteractionKind.MEETING, **details):
    return told.met(f"on {on}", on, *people, kind=kind, details={"convened_by": COUNCIL} | details)
