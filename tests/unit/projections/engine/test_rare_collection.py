"""Rows leave no cycles behind, so that memory is free again without a search for them."""

import gc

import pytest

from domain.events.declaration import Participant
from projections.engine.executors import rarely_collected
from projections.method.document import default_method
from projections.views import stored_projections
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory

OF_A_GRAPH = 100
"""The most objects of one small graph: those of networkx know one another."""


def a_long_telling(promises: int) -> PartnershipStory:
    story = PartnershipStory()
    story.formed("2024-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2024-01-01")
    for number in range(promises):
        on = f"2024-{1 + number % 12:02}-10"
        story.met(f"meeting {number}", on, Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True))
        promise = story.promised(f"promise {number}", on)
        story.confirmed(promise, on)
        story.asked(f"ask {number}", on)
        story.rated(f"pulse {number}", on, (0, 1, 2, 3, 4))
    return story


@pytest.mark.parametrize("projection", stored_projections().values(), ids=lambda projection: projection.name)
def test_a_projection_leaves_no_cycles_however_long_the_history(projection):
    story, method = a_long_telling(40), default_method()
    projection.project(story.at("2025-06-01"), method)  # what is kept for ever is made the first time
    gc.disable()
    gc.freeze()  # thousands of tests, of which each search would take a second
    try:
        rows = projection.project(story.at("2025-06-01"), method)
        assert rows
        del rows
        garbage = gc.collect()
    finally:
        gc.enable()
    assert garbage <= OF_A_GRAPH


def test_cycles_are_looked_for_again_as_usual_afterwards():
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with rarely_collected():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > usual[0]
        assert gc.get_freeze_count() > frozen
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0
