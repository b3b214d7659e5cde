"""Promises that are done or ended stand with what became of them and on which day; those still owed have no day."""

from datetime import date

import pytest

from domain.events.commitments import CommitmentFailed
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.views.promise_endings import promise_endings
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id


@pytest.fixture
def story():
    story = PartnershipStory()
    story.formed("2025-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2025-01-01")
    for name, due in (("kept", "2026-03-01"), ("late", "2026-02-01"), ("broken", "2026-03-01"), ("owed", "2026-03-01")):
        story.promised(name, "2026-01-10", due=due)
    story.confirmed_done("kept", "2026-02-20")
    story.confirmed_done("late", "2026-05-20")
    story.tell(CommitmentFailed(happened="2026-04-02", commitment_id=an_id("broken"), said_by=COUNCIL), by=COUNCIL)
    return story


def endings(story, as_of):
    rows = promise_endings(story.at(as_of), folkmoot_2026())
    ended = [(row.commitment_id, row.outcome, row.ended_on) for row in rows if row.ended_on is not None]
    return sorted(ended, key=lambda ending: ending[2])


def test_each_ends_on_its_day_and_what_is_owed_is_not_there(story):
    assert endings(story, "2026-12-31") == [
        (an_id("kept"), PromiseOutcome.KEPT_IN_TIME, date(2026, 2, 20)),
        (an_id("broken"), PromiseOutcome.NOT_KEPT, date(2026, 4, 2)),
        (an_id("late"), PromiseOutcome.KEPT_LATE, date(2026, 5, 20)),
    ]


def test_before_that_day_it_has_not_ended(story):
    assert [ending[0] for ending in endings(story, "2026-04-01")] == [an_id("kept")]
