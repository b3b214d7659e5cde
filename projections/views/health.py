"""Partnership health: how a partnership stands, dimension by dimension, and what is not known of it."""

from domain.events import declarations
from projections.declaration import projection
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.health.measure import Measure
from projections.scoring.health.profile import health_rows

PARTNERSHIP_EVENTS = tuple(each.body for each in declarations() if not each.home)


@projection(
    name="health",
    version=4,
    row=Measure,
    key=("dimension", "name", "group"),
    handles=PARTNERSHIP_EVENTS,
    question="How does the partnership stand in each dimension of health, and what is not known?",
    ignores_rest="Everything recorded in a partnership counts as recording; the rest has a partition of its own.",
    stored="Partnerships are listed by how they stand.",
)
def health(history: History, method: Method) -> list[Measure]:
    """Every measure of the profile, headlines and what is shown beside them."""
    return health_rows(history, method)
