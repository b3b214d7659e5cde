"""The laws of progress, over random stories: no part recorded, finished or settled for ever costs its doer trust."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.commitments import PartSettled
from domain.values import day_of
from projections.lifecycles.commitments import commitments
from projections.method.document import default_method
from projections.method.method import BaseRate
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import ViewKind, views_of
from projections.scoring.formulas.opinion import expectation
from projections.scoring.trust.timeline import points_at
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, an_id
from tests.support.trust_figures import timelines
from tests.support.trust_stories import START, stories

NEARLY = 1e-9
SHIPPED = default_method()
METHOD = replace(SHIPPED, base_rates={facet: BaseRate(value=0.9, source="the test") for facet in SHIPPED.base_rates})
"""Expecting much of everybody, so that what counts for little would show as a fall."""


def trust_in(story, body, known_at=None):
    history = story.told.at(story.today, known_at=known_at)
    rows = evidence(history, METHOD)
    views = {view for row in rows if row.trustee.party_id == body.party_id for view in views_of(row)}
    points = points_at(rows, {view for view in views if view.kind is not ViewKind.BLOCK}, history.end, METHOD)
    weight = METHOD.trust.prior_weight
    return {view: expectation(point.r, point.s, point.a, weight) for view, point in points.items()}


def least_move(story, body):
    """The change for the worst by the last event, in any view of a body that had evidence before and after."""
    before, after = trust_in(story, body, story.told.head - 1), trust_in(story, body)
    return min((after[view] - before[view] for view in before.keys() & after.keys()), default=0)


def owing(story, data, ahead):
    """Let somebody owe another promise in a story, due so many days after today; give its strand."""
    who, to = data.draw(st.sampled_from([(COUNCIL, TENANTS), (COUNTY, FORUM), (TENANTS, COUNCIL)]))
    due = (story.today + timedelta(days=ahead)).isoformat()
    story.told.promised("owed", "2024-06-01", who=who, to=to, by=who, due=due, recorded=story.today.isoformat())
    promise = next(
        promise for promise in commitments(story.told.at(story.today), METHOD) if promise.commitment_id == an_id("owed")
    )
    return promise.strands[0]


@settings(max_examples=150)
@given(story=stories(), data=st.data(), ahead=st.integers(-400, 60))
def test_no_recording_of_progress_lowers_trust_in_the_doer(story, data, ahead):
    strand = owing(story, data, ahead)
    for _ in range(data.draw(st.integers(1, 3))):
        if data.draw(st.booleans()):
            story.report_part("owed", strand.promiser, START)
        else:
            story.told.confirmed_done("owed", story.today.isoformat(), by=strand.promisee, details=story.part())
        assert least_move(story, strand.promiser) >= -NEARLY


@settings(max_examples=150)
@given(story=stories(), data=st.data(), ahead=st.integers(-700, -15), is_part_done=st.booleans())
def test_neither_finishing_nor_settling_an_overdue_promise_lowers_trust_in_the_doer(story, data, ahead, is_part_done):
    strand, today = owing(story, data, ahead), story.today.isoformat()
    if is_part_done:
        story.told.confirmed_done("owed", today, by=strand.promisee, details=story.part())
    if data.draw(st.booleans()):
        story.told.confirmed_done("owed", today, by=strand.promisee)
    else:
        fraction = data.draw(st.sampled_from([0.01, 0.5, 0.99]))
        body = PartSettled(happened=today, commitment_id=an_id("owed"), settled_by=strand.promisee, fraction=fraction)
        story.told.tell(body, by=strand.promisee)
    assert least_move(story, strand.promiser) >= -NEARLY


@settings(max_examples=100)
@given(story=stories(), later=st.integers(-200, 200))
def test_a_point_of_the_timeline_is_the_figure_asked_for_as_of_its_day(story, later):
    history = story.told.at(story.today + timedelta(days=later))
    lines = timelines(evidence(history, METHOD), history.end, METHOD, kinds={ViewKind.SIDE, ViewKind.PAIR})
    for view, points in lines.items():
        for point in points:
            then = story.told.at(day_of(point.at - timedelta(microseconds=1)))
            figure = points_at(evidence(then, METHOD), [view], then.end, METHOD)[view]
            assert (figure.r, figure.s, figure.a, figure.n) == pytest.approx(
                (point.r, point.s, point.a, point.n), abs=NEARLY
            ), view
