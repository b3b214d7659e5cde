"""The laws of trust, over random stories."""

from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.events.commitments import CommitmentWithdrawn
from domain.events.consultations import ConsultationFeedbackGiven
from domain.events.interactions import NotesShared
from domain.values import day_of, end_of_day
from domain.vocabulary import Side
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitments import commitments
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import ViewKind, views_of
from projections.scoring.formulas.opinion import expectation
from projections.scoring.trust.timeline import points_at
from tests.support.partnership_story import COUNCIL, TENANTS, an_id
from tests.support.trust_figures import method, timelines
from tests.support.trust_stories import stories

NEARLY = 1e-9
WAITING = (CommitmentState.OPEN, CommitmentState.OVERDUE, CommitmentState.REPORTED)


def day_at(point):
    return day_of(point.at - timedelta(microseconds=1))


@settings(max_examples=100)
@given(story=stories(), later=st.integers(-200, 200))
def test_a_point_of_the_timeline_is_the_figure_asked_for_as_of_its_day(story, later):
    scoring = method(a=0.6, half_life_days=180)
    history = story.told.at(story.today + timedelta(days=later))
    lines = timelines(evidence(history, scoring), history.end, scoring, kinds={ViewKind.SIDE, ViewKind.PAIR})
    by_day = {}
    for view, points in lines.items():
        for point in points:
            by_day.setdefault(day_at(point), []).append((view, point))
    for day, standing in by_day.items():
        then = story.told.at(day)
        figures = points_at(evidence(then, scoring), [view for view, _ in standing], then.end, scoring)
        for view, point in standing:
            figure = figures[view]
            assert (figure.r, figure.s, figure.a, figure.n, figure.acts) == pytest.approx(
                (point.r, point.s, point.a, point.n, point.acts), abs=NEARLY
            ), (view, day)


def trust_in(partnership, body, day, scoring, known_at=None):
    """Every side's trust in a body, facet by facet, as known before or after the last telling."""
    history = partnership.at(day, known_at=known_at)
    rows = evidence(history, scoring)
    views = {view for row in rows if row.trustee.party_id == body.party_id for view in views_of(row)}
    points = points_at(rows, {view for view in views if view.kind is ViewKind.SIDE}, history.end, scoring)
    return {view: expectation(point.r, point.s, point.a, scoring.trust.prior_weight) for view, point in points.items()}


def moves(story, body, scoring):
    """The change by the last event of each side's trust in a body today; what was not met before stood at its rate."""
    before = trust_in(story.told, body, story.today, scoring, known_at=story.told.head - 1)
    after = trust_in(story.told, body, story.today, scoring)
    return {view: after[view] - before[view] for view in before.keys() & after.keys()}


def is_waiting(phase):
    """Check that keeping it now would be keeping it whole: late terms agreed late never count in full."""
    return phase is not None and phase.state in WAITING and not phase.renegotiated_late


@settings(max_examples=100)
@given(story=stories(), data=st.data())
def test_a_good_act_never_lowers_trust_in_its_doer_when_it_is_recorded(story, data):
    scoring = method(a=0.9, half_life_days=180)
    good = data.draw(st.sampled_from(["confirm", "answer", "notes", "feed back"]))
    today = story.today.isoformat()
    doer = COUNCIL
    match good:
        case "confirm":
            names = {an_id(name): name for name in story.promises}
            waiting = [
                (names[promise.commitment_id], strand)
                for promise in commitments(story.told.at(today), scoring)
                for strand in promise.strands
                if is_waiting(strand.at(end_of_day(story.today)))
            ]
            assume(waiting)
            name, strand = data.draw(st.sampled_from(waiting))
            doer = strand.promiser
            story.told.confirmed_done(name, today, by=strand.promisee)
        case "answer":
            assume(story.asks)
            name = data.draw(st.sampled_from(sorted(story.asks)))
            doer = story.asks[name][1]
            story.told.answered(name, today, by=doer)
        case "notes":
            assume(story.meetings)
            name = data.draw(st.sampled_from(sorted(story.meetings)))
            story.told.tell(
                NotesShared(happened=today, interaction_id=an_id(name), shared_with=(Side.RESIDENTS,)), by=COUNCIL
            )
        case "feed back":
            assume(story.consultations)
            name = data.draw(st.sampled_from(sorted(story.consultations)))
            story.told.tell(
                ConsultationFeedbackGiven(
                    happened=today, consultation_id=an_id(name), given_by=COUNCIL, responses_covered=9
                ),
                by=COUNCIL,
            )
    assert min(moves(story, doer, scoring).values(), default=0) >= -NEARLY


@settings(max_examples=100)
@given(story=stories(), data=st.data())
def test_a_body_never_raises_trust_in_itself_by_its_own_word_against_the_others(story, data):
    scoring = method(a=0.1, half_life_days=180)
    act = data.draw(st.sampled_from(["report", "withdraw", "dispute"]))
    if act == "dispute":
        assume(story.records)
        since, record, _ = data.draw(st.sampled_from(story.records))
        doer = data.draw(st.sampled_from([COUNCIL, TENANTS]))
        story.told.disputed(record, by=doer, **story.when(since))
    else:
        assume(story.promises)
        name = data.draw(st.sampled_from(sorted(story.promises)))
        since, doer, _ = story.promises[name]
        when = story.when(since)
        if act == "report":
            story.told.reported_done(name, by=doer, **when)
        else:
            body = CommitmentWithdrawn(happened=when["on"], commitment_id=an_id(name), withdrawn_by=doer)
            story.told.tell(body, by=doer, recorded=when["recorded"])
    # What was owed fades from the instant that it is given up, so up to a day of fading shows by the day's end.
    allowed = 1 - 2 ** (-1 / 180) if act == "withdraw" else NEARLY
    assert max(moves(story, doer, scoring).values(), default=0) <= allowed
