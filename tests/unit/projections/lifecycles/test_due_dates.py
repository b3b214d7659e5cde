"""A due date from before the promise was made is a slip of the pen: what is stored so reads as without a date."""

from datetime import date

import pytest

from domain.events.commitments import CommitmentRenegotiated
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitments import commitments
from projections.lifecycles.work_rows import WorklistTask
from projections.method.method import Dimension
from projections.views.worklist import worklist
from tests.support.health_measures import row
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id, words
from tests.support.trust_figures import method, partnership

METHOD = folkmoot_2026()


def phase(story, as_of):
    history = story.at(as_of)
    (only,) = commitments(history, METHOD)
    return only.strands[0].at(history.end)


@pytest.mark.parametrize(
    ("happened", "due", "on"),
    [
        ("2025-11-01", "2025-01-01", None),
        ("2025-11-01", "2025-10", None),
        ("2025-11-01", "2024", None),
        ("2025-11-01T10:00:00+00:00", "2025-10-31", None),
        ("2025-11-01", "2025-11-01", date(2025, 11, 1)),
        ("2025-11", "2025-11-03", date(2025, 11, 3)),
        ("2025-11-15", "2025-11", date(2025, 11, 30)),
        ("2025", "2025-03-01", date(2025, 3, 1)),
    ],
)
def test_a_date_that_lies_before_the_promise_is_no_date(happened, due, on):
    story = partnership()
    story.promised("lights", happened, due=due)
    promise = phase(story, "2025-12-31")
    assert promise.due_is_assumed == (on is None)
    assert on is None or promise.due_on == on
    undated = partnership()
    undated.promised("lights", happened, due=None)
    assert on is not None or promise.due_on == phase(undated, "2025-12-31").due_on


def test_such_a_promise_is_not_overdue_and_does_not_count_as_well_made():
    story = partnership()
    story.promised("lights", "2025-11-01", due="2025-01-01", details={"measure": words()})
    assert phase(story, "2025-11-20").state is CommitmentState.OPEN
    assert row(story, Dimension.RELIABILITY, "owner-promisee-due-and-measure").value_sum == 0
    tasks = [each for each in worklist(story.at("2025-11-20"), method()) if each.task is WorklistTask.KEEP_PROMISE]
    assert all(each.due_on is None or each.due_on >= date(2025, 11, 1) for each in tasks)


def test_a_renegotiation_to_a_day_before_the_promise_moves_nothing():
    story = partnership()
    story.promised("lights", "2025-11-01", due="2025-12-20")
    story.tell(
        CommitmentRenegotiated(
            happened="2025-11-20",
            commitment_id=an_id("lights"),
            asked_by=COUNCIL,
            agreed_by=(TENANTS,),
            due="2025-01-20",
        ),
        by=TENANTS,
    )
    assert phase(story, "2025-12-31").due_on == date(2025, 12, 20)


OUT_OF_IT = {
    "it was promised later": {"happened": "2026-03-15"},
    "by somebody else": {"promisers": (COUNTY,)},
    "to somebody else": {"promisees": (COUNTY,)},
    "for a later day": {"due": "2026-12-31"},
}


@pytest.mark.parametrize("changes", OUT_OF_IT.values(), ids=OUT_OF_IT)
def test_nobody_corrects_themselves_out_of_being_late(changes):
    story = partnership(COUNCIL, COUNTY, TENANTS)
    promise = story.promised("lights", "2026-01-01", due="2026-03-01", by=COUNCIL)
    before = phase(story, "2026-06-01")
    mended = story.corrected(promise, "2026-04-01", by=COUNCIL)(**changes)
    after = phase(story, "2026-06-01")
    assert (after.state, after.due_on, after.promiser, after.promisee) == (
        CommitmentState.OVERDUE,
        before.due_on,
        COUNCIL,
        TENANTS,
    )
    assert WorklistTask.AGREE_CORRECTION in {each.task for each in worklist(story.at("2026-06-01"), METHOD)}
    story.confirmed(mended, "2026-05-01", by=TENANTS)
    assert phase(story, "2026-06-01") != after


def test_whoever_was_promised_may_still_say_that_it_was_by_somebody_else():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    promise = story.promised("lights", "2026-01-01", due="2026-03-01", by=TENANTS)
    story.corrected(promise, "2026-04-01", by=TENANTS)(promisers=(COUNTY,))
    assert phase(story, "2026-06-01").promiser == COUNTY
