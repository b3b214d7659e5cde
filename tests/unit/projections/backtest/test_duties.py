"""Duties and their outcomes: what counts as one, the day before anything was known of it, and whether it was met."""

from datetime import date

import pytest

from domain.events.commitments import CommitmentReleased, CommitmentRenegotiated, CommitmentWithdrawn, PartSettled
from domain.events.consultations import ConsultationClosed, ConsultationOpened
from domain.events.declaration import Participant
from domain.events.interactions import NotesShared
from domain.vocabulary import Extent, Facet, Side
from projections.backtest.duties import duties
from projections.history.claimed_record import as_claimed
from projections.method.document import default_method
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, FORUM, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = folkmoot_2026()


@pytest.fixture
def story():
    return partnership(COUNCIL, TENANTS, FORUM, since="2026-01-01")


def outcomes(story, as_of="2026-12-31"):
    """Duties by act and side: foretold on, met; and the numbers of those that are none."""
    record = duties(story.at(as_of), story.records, METHOD)
    by_act = {each.act.partition(" ")[0]: (each.foretold_on.isoformat(), each.is_met) for each in record.duties}
    return by_act, record.undated, record.undecided


def test_a_promise_kept_is_foretold_the_day_before_it_was_reported(story):
    story.promised("kept", "2026-02-01", due="2026-03-31")
    story.confirmed_done("kept", "2026-03-10", recorded="2026-03-20")
    assert outcomes(story) == ({"promise": ("2026-03-19", True)}, 0, 0)


def test_a_promise_reported_only_later_is_foretold_the_day_before_it_was_due(story):
    story.promised("kept", "2026-02-01", due="2026-03-31")
    story.confirmed_done("kept", "2026-04-20", details={"done": "2026-03-30"})
    assert outcomes(story) == ({"promise": ("2026-03-30", True)}, 0, 0)


def test_a_promise_within_the_days_of_grace_is_met_and_one_after_them_is_not(story):
    story.promised("in grace", "2026-02-01", due="2026-03-31")
    story.confirmed_done("in grace", "2026-04-14")
    assert outcomes(story)[0]["promise"] == ("2026-03-30", True)
    story.promised("late", "2026-02-01", due="2026-03-31")
    story.confirmed_done("late", "2026-04-15")
    rows = duties(story.at("2026-12-31"), story.records, METHOD).duties
    assert [each.is_met for each in rows if each.act == f"promise {an_id('late')}"] == [False]


def test_a_promise_that_is_open_past_its_day_of_grace_is_not_met_and_before_that_is_none(story):
    story.promised("open", "2026-02-01", due="2026-03-31")
    assert outcomes(story, "2026-04-13") == ({}, 0, 0)
    assert outcomes(story, "2026-04-15") == ({"promise": ("2026-03-30", False)}, 0, 0)


def test_a_promise_without_a_day_is_no_duty(story):
    story.promised("some time", "2026-02-01")
    story.confirmed_done("some time", "2026-02-20")
    by_act, undated, _ = outcomes(story)
    assert (by_act, undated) == ({}, 1)


def test_without_evidence_of_it_a_promise_without_a_day_is_still_counted_among_those_that_are_none(story):
    story.promised("some time", "2026-02-01")
    story.confirmed_done("some time", "2026-02-20")
    record = duties(story.at("2026-12-31"), story.records, default_method())
    assert (record.duties, record.undated) == ((), 1)


@pytest.mark.parametrize("ending", ["nothing more", "settled for", "finished late", "finished in time"])
def test_a_promise_done_in_part_is_met_only_where_it_is_finished_in_time(story, ending):
    story.promised("begun", "2026-02-01", due="2026-03-31")
    part = {"extent": Extent.PART, "fraction": 0.9}
    story.confirmed_done("begun", "2026-03-10", details=part)
    match ending:
        case "settled for":
            body = PartSettled(happened="2026-06-01", commitment_id=an_id("begun"), settled_by=TENANTS, fraction=0.9)
            story.tell(body, by=TENANTS)
        case "finished late":
            story.confirmed_done("begun", "2026-06-01")
        case "finished in time":
            story.confirmed_done("begun", "2026-04-14")
    (duty,) = duties(story.at("2026-12-31"), story.records, default_method()).duties
    assert duty.is_met is (ending == "finished in time")
    assert duty.foretold_on.isoformat() == "2026-03-09"


def test_a_promise_let_off_in_time_is_no_duty(story):
    story.promised("let off", "2026-02-01", due="2026-06-30")
    release = CommitmentReleased(
        happened="2026-03-01", commitment_id=an_id("let off"), released_by=TENANTS, promisers=(COUNCIL,)
    )
    story.tell(release, by=TENANTS)
    assert outcomes(story) == ({}, 0, 0)


def test_a_promise_withdrawn_is_not_met_and_foretold_before_anybody_said_so(story):
    story.promised("withdrawn", "2026-02-01", due="2026-06-30")
    withdrawal = CommitmentWithdrawn(happened="2026-03-01", commitment_id=an_id("withdrawn"), withdrawn_by=COUNCIL)
    story.tell(withdrawal, by=COUNCIL)
    assert outcomes(story) == ({"promise": ("2026-02-28", False)}, 0, 0)


@pytest.mark.parametrize(("asked_on", "is_met"), [("2026-03-01", True), ("2026-05-01", False)])
def test_a_day_moved_by_agreement_counts_if_it_was_moved_in_time(story, asked_on, is_met):
    story.promised("moved", "2026-02-01", due="2026-03-31")
    change = CommitmentRenegotiated(
        happened=asked_on, commitment_id=an_id("moved"), asked_by=COUNCIL, due="2026-07-31", agreed_by=(TENANTS,)
    )
    story.tell(change, by=TENANTS)
    story.confirmed_done("moved", "2026-07-20", recorded="2026-07-20")
    expected = "2026-07-19" if is_met else "2026-03-30"
    assert outcomes(story)[0] == {"promise": (expected, is_met)}


def test_an_ask_is_met_by_an_answer_within_its_term(story):
    story.asked("bins", "2026-03-02")
    story.answered("bins", "2026-03-20")
    assert outcomes(story)[0] == {"ask": ("2026-03-19", True)}


def test_an_ask_that_nobody_answers_is_foretold_the_day_before_its_term_is_up(story):
    story.asked("bins", "2026-03-02")
    # Twenty working days after 2 March 2026 is 30 March.
    assert outcomes(story)[0] == {"ask": ("2026-03-29", False)}


def test_feedback_on_a_consultation_is_a_duty_to_each_side_consulted(story):
    opened = ConsultationOpened(
        happened="2026-02-01",
        consultation_id=an_id("plan"),
        opened_by=COUNCIL,
        subject=None,
        consulted=(Side.RESIDENTS,),
    )
    story.tell(opened, by=COUNCIL)
    closed = ConsultationClosed(happened="2026-03-01", consultation_id=an_id("plan"), closed_by=COUNCIL, responses=9)
    story.tell(closed, by=COUNCIL)
    rows = duties(story.at("2026-12-31"), story.records, METHOD).duties
    assert [(each.view.facet, each.view.truster_side, each.due_on, each.is_met) for each in rows] == [
        (Facet.OPENNESS, Side.RESIDENTS, date(2026, 5, 24), False)
    ]


def test_an_outcome_is_known_from_the_day_it_was_both_so_and_on_record(story):
    story.promised("open", "2026-02-01", due="2026-03-31")
    story.promised("kept", "2026-02-01", due="2026-03-31")
    story.confirmed_done("kept", "2026-03-10", recorded="2026-05-20")
    rows = duties(story.at("2026-12-31"), story.records, METHOD).duties
    assert sorted((each.is_met, each.known_on.isoformat()) for each in rows) == [
        (False, "2026-04-15"),
        (True, "2026-05-20"),
    ]


def test_by_the_clock_of_the_source_a_report_is_known_when_the_source_says_it_wrote_it(story):
    story.promised("kept", "2026-02-01", due="2026-03-31", recorded="2026-10-01", claimed="2026-02-01")
    story.confirmed_done("kept", "2026-03-10", recorded="2026-10-01", claimed="2026-03-12")
    assert outcomes(story)[0] == {"promise": ("2026-03-30", True)}
    story.records = as_claimed(story.records)
    assert outcomes(story)[0] == {"promise": ("2026-03-11", True)}


def test_notes_shared_late_are_a_duty_not_met(story):
    story.met("board", "2026-03-02", Participant(COUNCIL), Participant(TENANTS), details={"convened_by": COUNCIL})
    shared = NotesShared(happened="2026-04-30", interaction_id=an_id("board"), shared_with=(Side.RESIDENTS,))
    story.tell(shared, by=COUNCIL)
    assert outcomes(story)[0] == {"notes": ("2026-03-15", False)}
