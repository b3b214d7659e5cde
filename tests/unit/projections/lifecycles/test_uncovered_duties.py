"""Duties that no source would note are asked of nobody, foretold by nobody, and counted beside figures."""

import pytest

from domain.events.covered_acts import EVERYTHING
from domain.vocabulary import Side
from projections.backtest.duties import duties
from projections.lifecycles.consultations import ConsultationState
from projections.method.document import default_method
from projections.method.method import Dimension
from projections.scoring.health.measure import Missing
from projections.views.consultations import consultation_rows
from projections.views.health import health
from projections.views.interactions import interactions
from projections.views.worklist import WorklistTask, worklist
from tests.support.coverage_story import DIARY, NOTES, consulted, declared, met
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS
from tests.support.trust_figures import partnership


@pytest.fixture
def story():
    return partnership(COUNCIL, TENANTS, COUNTY, since="2020-01-01")


def waiting(story, on):
    return {(row.task, row.party_id or row.side) for row in worklist(story.at(on), default_method())}


def test_what_no_source_covers_is_asked_of_nobody(story):
    how = {"mapping": DIARY, "covers": ()}
    met(story, "meeting", "2026-02-02", **how)
    consulted(story, by=COUNCIL, **how)
    assert waiting(story, "2026-12-31") == set()
    assert [row.notes_due_on for row in interactions(story.at("2026-12-31"), default_method())] == [None]
    (row,) = consultation_rows(story.at("2026-12-31"), default_method())
    assert (row.state, row.feedback_due_on) == (ConsultationState.CLOSED, None)
    declared(story, "2026-03-01", *EVERYTHING, mapping=DIARY)
    assert waiting(story, "2026-12-31") == {
        (WorklistTask.SHARE_NOTES, COUNCIL.party_id),
        (WorklistTask.FEED_BACK, COUNCIL.party_id),
    }


def test_the_other_sides_hear_of_it_when_a_source_covers_less(story):
    met(story, "meeting", "2026-02-02", mapping=DIARY, covers=EVERYTHING)
    declared(story, "2026-03-01", NOTES, mapping=DIARY)
    tasks = {(WorklistTask.NOTE_COVERAGE, side) for side in (Side.RESIDENTS, Side.GOVERNMENT)}
    assert tasks <= waiting(story, "2026-03-02")
    assert tasks <= waiting(story, "2026-03-28")
    assert not tasks & waiting(story, "2026-03-29")
    declaration = story.records[-1].event_id
    story.confirmed(declaration, "2026-03-03", by=TENANTS)
    assert tasks & waiting(story, "2026-03-04") == {(WorklistTask.NOTE_COVERAGE, Side.GOVERNMENT)}


def test_covering_more_and_a_first_declaration_of_a_new_source_are_no_news(story):
    met(story, "meeting", "2026-02-02", mapping=DIARY, covers=(NOTES,))
    declared(story, "2026-03-01", *EVERYTHING, mapping=DIARY)
    declared(story, "2026-03-01", mapping="another")
    assert WorklistTask.NOTE_COVERAGE not in {task for task, _ in waiting(story, "2026-03-02")}


def test_an_import_by_a_narrower_mapping_is_heard_of_too(story):
    met(story, "meeting", "2026-02-02", mapping=DIARY, covers=(NOTES,))
    met(story, "next", "2026-03-02", mapping=DIARY, covers=())
    assert (WorklistTask.NOTE_COVERAGE, Side.RESIDENTS) in waiting(story, "2026-03-03")


# What foretells and what is shown of health.


def test_only_duties_that_are_covered_are_foretold(story):
    met(story, "covered", "2026-02-02")
    met(story, "not covered", "2021-02-02", recorded="2026-02-02", mapping=DIARY)
    counts = {
        name: len(duties(story.at("2026-12-31"), story.records, method).duties)
        for name, method in (("2026", folkmoot_2026()), ("2026-11", default_method()))
    }
    assert counts == {"2026": 2, "2026-11": 1}


def measured(story, on="2026-12-31"):
    rows = health(story.at(on), default_method())
    return {(row.dimension, row.name, row.group): row for row in rows}


def test_health_says_how_many_are_not_recorded_of_how_many_and_why_there_is_no_figure(story):
    for month in range(1, 7):
        met(story, f"meeting {month}", f"2026-0{month}-02", mapping=DIARY)
    rows = measured(story)
    assert rows[Dimension.OPENNESS, "headline", ""].missing is Missing.NOT_RECORDED
    assert rows[Dimension.OPENNESS, "notes", ""].missing is Missing.NOT_RECORDED
    assert rows[Dimension.OPENNESS, "reasons", ""].missing is Missing.NOTHING_HAPPENED
    gaps = rows[Dimension.OPENNESS, "not-recorded", "notes"]
    assert (gaps.value, gaps.n, len(gaps.causes)) == (6, 6, 6)
    met(story, "seventh", "2026-07-06")
    met(story, "eighth", "2026-08-03")
    gaps = measured(story)[Dimension.OPENNESS, "not-recorded", "notes"]
    assert (gaps.value, gaps.n) == (6, 8)
    assert measured(story)[Dimension.OPENNESS, "headline", ""].acts == 2


def test_consultations_that_no_source_covers_are_left_out_of_those_fed_back(story):
    how = {"mapping": DIARY, "covers": (), "by": COUNCIL}
    consulted(story, **how)
    rows = measured(story)
    assert rows[Dimension.RESPONSIVENESS, "consultations-fed-back", ""].missing is Missing.NOT_RECORDED
    assert rows[Dimension.RESPONSIVENESS, "responses-covered", ""].missing is Missing.NOT_RECORDED
    gaps = rows[Dimension.RESPONSIVENESS, "not-recorded", "feedback"]
    assert (gaps.value, gaps.n) == (1, 1)
