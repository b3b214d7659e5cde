"""A measure that says what it said before stays the very same, and a dimension is made again only if it reads more."""

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.engine.live_history import LiveHistory
from projections.method.method import Dimension
from projections.scoring.health import profile
from projections.scoring.health.measure import Section
from projections.scoring.health.profile import health_rows
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.trust_figures import partnership
from tests.unit.projections.scoring.health.test_recent_records import AS_OF, METHOD, acts, told_one_by_one


def by_key(measures):
    return {(each.dimension, each.name, each.group): each for each in measures}


@settings(deadline=None)
@given(st.lists(acts, max_size=12))
def test_whatever_comes_measures_are_those_from_nothing_and_equal_ones_the_same_objects(entries):
    live, before = LiveHistory(), {}
    for story in told_one_by_one(entries):
        now = by_key(health_rows(live.known(story.records, AS_OF), METHOD))
        assert now == by_key(health_rows(story.at(AS_OF), METHOD))
        assert all(measure is before[key] for key, measure in now.items() if before.get(key) == measure)
        before = now


def test_an_ask_leaves_the_dimensions_be_that_do_not_look_at_asks(monkeypatch):
    dimension_names = []

    def noting(dimension):
        def noted(material):
            dimension_names.append(dimension.__name__)
            return dimension(material)

        return noted

    monkeypatch.setattr(profile, "DIMENSIONS", tuple(map(noting, profile.DIMENSIONS)))
    story, live = partnership(COUNCIL, TENANTS, since="2026-01-01"), LiveHistory()
    story.promised("lights", "2026-02-01", due="2026-03-01")
    story.met("board", "2026-02-10")
    health_rows(live.known(story.records, AS_OF), METHOD)
    dimension_names.clear()
    story.asked("bins", "2026-03-01")
    health_rows(live.known(story.records, AS_OF), METHOD)
    looking = {Dimension.RESPONSIVENESS, Dimension.VOICE, Dimension.NETWORK, Dimension.REPAIR, Section.RECORDING}
    assert set(dimension_names) == set(map(str, looking))
