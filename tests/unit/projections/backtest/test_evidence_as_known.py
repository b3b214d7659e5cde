"""Evidence known day by day is what a whole history of the same records says, whatever was told, by either clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.commitments import FulfilmentClaimed
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import Participant
from domain.values import end_of_day
from domain.vocabulary import Side
from projections.backtest.duties import FACETS_OF_DUTIES, duties
from projections.backtest.duty_forecasts import duty_forecasts
from projections.backtest.evidence_as_known import evidence_as_known
from projections.backtest.record_as_known import history_as_known
from projections.history.claimed_record import KnownBy, as_claimed
from projections.scoring.behaviour import evidence
from projections.scoring.trust.timeline import points_at
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, an_id, words
from tests.support.trust_figures import partnership
from tests.support.trust_stories import START, stories

METHOD = folkmoot_2026()


def substance(rows, end):
    """All that figures at an instant are made from; what is still owed does not fade, so its day is all one."""
    believed = {row.believed: row.believed.rate_at(end) for row in rows if row.believed is not None}
    standing = (
        (
            *(row.act, row.facet, row.truster, row.trustee, None if row.open_zero else row.at, row.value, row.weight),
            *(row.open_zero, row.tacit, believed.get(row.believed), row.disputed, row.joint),
        )
        for row in rows
        if row.facet in FACETS_OF_DUTIES and row.stands_at(end)
    )
    return sorted(map(repr, standing))


def afresh(records, day):
    past = history_as_known(records, day, day)
    return None if past is None else evidence(past, METHOD)


@given(stories(length=40), st.data())
def test_each_day_knows_what_a_whole_history_of_its_records_says(teller, data):
    records = teller.told.records
    known_by = data.draw(st.sampled_from(KnownBy))
    if known_by is KnownBy.SOURCE:
        backs = data.draw(st.lists(st.integers(0, 90), min_size=len(records), max_size=len(records)))
        records = as_claimed(
            [
                replace(
                    record,
                    envelope=replace(record.envelope, source_recorded_at=record.recorded_at - timedelta(days=back)),
                )
                for record, back in zip(records, backs, strict=True)
            ]
        )
    length = (teller.today - START).days
    days = {START + timedelta(days=number) for number in data.draw(st.sets(st.integers(-3, length), max_size=12))}
    evidence = dict(evidence_as_known(records, days, METHOD))
    whole = {day: rows for day in days if (rows := afresh(records, day)) is not None}
    assert evidence.keys() == whole.keys()
    for day, rows in whole.items():
        assert substance(evidence[day], end_of_day(day)) == substance(rows, end_of_day(day))


@given(stories(length=30))
def test_a_duty_is_foretold_by_the_figure_of_that_day_without_the_duty_itself(teller):
    records = teller.told.records
    outcomes = duties(teller.told.at(teller.today), records, METHOD)
    forecasts = duty_forecasts(records, outcomes, METHOD, ())
    for forecast in forecasts:
        day, duty = forecast.duty.foretold_on, forecast.duty
        rows = [row for row in afresh(records, day) if row.act != duty.act]
        point = points_at(rows, [duty.view], end_of_day(day), METHOD)[duty.view]
        (figure,) = forecast.figures
        assert (figure.r, figure.s, figure.a, figure.n) == (point.r, point.s, point.a, point.n)


@pytest.fixture
def story():
    story = partnership(COUNCIL, COUNTY, TENANTS, FORUM, since="2026-01-01")
    story.promised("first", "2026-01-10", due="2026-02-10")
    story.confirmed_done("first", "2026-02-05")
    story.promised("second", "2026-01-10", due="2026-03-31")
    story.confirmed_done("second", "2026-03-20")
    return story


def test_what_came_after_plays_no_part_in_a_forecast(story):
    outcomes = duties(story.at("2026-12-31"), story.records, METHOD)
    first, second = duty_forecasts(story.records, outcomes, METHOD, ())
    base = METHOD.base_rate(first.duty.view.facet)
    assert (first.figures[0].r, first.figures[0].s, first.figures[0].a) == (0, 0, base)
    assert (second.figures[0].n, second.figures[0].s) == (pytest.approx(1), 0)
    assert 0.8 < second.figures[0].r < 0.9  # one kept 43 days before, faded


def test_a_half_life_tried_changes_what_fades_and_nothing_else(story):
    outcomes = duties(story.at("2026-12-31"), story.records, METHOD)
    second = duty_forecasts(story.records, outcomes, METHOD, (None,))[1]
    own, unfading = second.figures
    assert (unfading.r, unfading.s, unfading.a) == (1, 0, own.a)


def test_a_duty_over_before_anything_was_on_record_is_not_foretold(story):
    late = [replace(record, recorded_at=record.recorded_at + timedelta(days=400)) for record in story.records]
    outcomes = duties(
        history_as_known(late, story.at("2028-01-01").as_of, story.at("2028-01-01").as_of),
        late,
        METHOD,
    )
    assert len(outcomes.duties) == 2
    assert duty_forecasts(late, outcomes, METHOD, ()) == []


def stages_of(story, first, count):
    """Check so many days against whole histories; gives what stood, each time that it changed."""
    days = [date.fromisoformat(first) + timedelta(days=number) for number in range(count)]
    stages = []
    for day, rows in evidence_as_known(story.records, days, METHOD):
        stage = substance(rows, end_of_day(day))
        assert stage == substance(afresh(story.records, day), end_of_day(day)), day
        stages += [] if stages and stages[-1] == stage else [stage]
    return stages


def test_minutes_bear_on_what_was_reported_at_their_meeting_and_so_does_who_approved_them():
    story = partnership(COUNCIL, COUNTY, TENANTS, FORUM, since="2026-01-01")
    voters = (Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True))
    story.promised("bench", "2026-01-10", due="2026-02-28")
    story.met("board", "2026-01-20", *voters)
    report = FulfilmentClaimed(
        happened="2026-01-20", commitment_id=an_id("bench"), claimed_by=COUNCIL, interaction_id=an_id("board")
    )
    story.tell(report, by=COUNCIL)
    approving = story.met("after board", "2026-02-01", *voters)
    story.minuted("board", "2026-02-01", Side.GOVERNMENT, recorded="2026-02-05")
    story.corrected(approving, "2026-02-10")(participants=(Participant(COUNTY, voting=True),))
    # Reported; agreed by the minutes; no longer, once the residents were not there; agreed by silence.
    assert [len(stage) for stage in stages_of(story, "2026-01-15", 60)] == [0, 1, 0, 1]


def test_a_seat_bears_on_whose_silence_agrees():
    story = partnership(COUNCIL, since="2026-01-01")
    story.promised("bench", "2026-01-10", due="2026-02-28")
    story.reported_done("bench", "2026-01-20")
    story.joined(TENANTS, "2026-02-01")
    assert [len(stage) for stage in stages_of(story, "2026-01-15", 60)] == [0, 1]


def test_a_report_confirmed_bears_on_how_far_others_of_the_same_body_are_believed():
    story = partnership(COUNCIL, TENANTS, since="2026-01-01")
    for name in ("bench", "path"):
        story.promised(name, "2026-01-10", due="2026-12-31")
        story.reported_done(name, "2026-01-20")
    story.confirmed_done("path", "2026-03-20")
    alone, believed = stages_of(story, "2026-02-20", 40)
    assert (len(alone), len(believed)) == (2, 2)


def test_a_decision_attested_bears_on_how_far_others_of_the_same_body_are_believed():
    story = partnership(COUNCIL, TENANTS, since="2026-01-01")
    for name in ("bench", "path"):
        decision = DecisionTaken(
            happened="2026-01-20",
            decision_id=an_id(name),
            title=words(name),
            decided_by=COUNCIL,
            met_by=(Side.RESIDENTS,),
            led_by=COUNCIL,
            reasons=words("why"),
        )
        story.tell(decision, by=COUNCIL)
    attested = DecisionAttested(
        happened="2026-03-20", decision_id=an_id("path"), attested_by=TENANTS, led_by=COUNCIL, level_practised=None
    )
    story.tell(attested, by=TENANTS)
    assert [len(stage) for stage in stages_of(story, "2026-02-20", 40)] == [2, 2]
