"""The view of promises: one row each, by what most needs attention."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.events.commitments import CommitmentAcknowledged
from domain.vocabulary import Side
from projections.engine.digest import digest
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.rows import TextAt
from projections.views import projection_called
from projections.views.commitments import commitment_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, FORUM, ICB, TENANTS, PartnershipStory, an_id

METHOD = folkmoot_2026()


def rows(story, as_of, **limits):
    return commitment_rows(story.at(as_of, **limits), METHOD)


def test_a_promise_made_by_two_to_two_is_one_row_showing_what_most_needs_attention():
    story = PartnershipStory()
    story.promised("lights", "2026-01-01", who=(COUNCIL, ICB), to=(TENANTS, FORUM), due="2026-02-01", by=COUNCIL)
    story.tell(CommitmentAcknowledged(happened="2026-01-02", commitment_id=an_id("lights"), acknowledged_by=ICB))
    story.confirmed_done("lights", "2026-01-20", by=FORUM)
    (row,) = rows(story, "2026-03-01")
    assert (row.state, row.strands, row.strands_kept) == (State.OVERDUE, 4, 2)
    assert (row.promiser_sides, row.promisee_sides) == ((Side.GOVERNMENT, Side.AGENCY), (Side.RESIDENTS,))
    assert row.days_past_due == 28


def test_met_and_late_promises_are_told_apart_by_calendar_days():
    story = PartnershipStory()
    for number, done_on in enumerate(("2026-01-30", "2026-02-01", "2026-02-02")):
        story.promised(f"permit {number}", "2026-01-01", due="2026-02-01")
        story.confirmed_done(f"permit {number}", "2026-02-10", details={"done": done_on})
    assert [row.days_late for row in rows(story, "2026-03-01")] == [0, 0, 1]


def test_a_correction_that_waits_for_the_other_side_is_shown_as_waiting():
    story = PartnershipStory()
    record = story.promised("lights", "2026-01-01", due="2026-02-01")
    story.tell(CommitmentAcknowledged(happened="2026-01-03", commitment_id=an_id("lights"), acknowledged_by=TENANTS))
    correction = story.corrected(record, "2026-01-05", by=COUNCIL)(due="2026-05-01")
    (row,) = rows(story, "2026-01-10")
    assert (row.due_on, row.has_unagreed_terms) == (date(2026, 2, 1), True)
    story.confirmed(correction, "2026-01-11")
    (row,) = rows(story, "2026-01-11")
    assert (row.due_on, row.first_due_on, row.has_unagreed_terms) == (date(2026, 5, 1), date(2026, 2, 1), False)


def test_its_words_are_referred_to_and_never_shown():
    story = PartnershipStory()
    record = story.promised("lights", "2026-01-01")
    (row,) = rows(story, "2026-01-10")
    assert row.text == TextAt(record, "text")
    assert row.measure is None


def test_a_withdrawn_meeting_keeps_its_promises():
    story = PartnershipStory()
    meeting = story.met("board", "2026-01-01")
    story.promised("lights", "2026-01-01", details={"interaction_id": an_id("board")})
    story.withdrawn(meeting, "2026-01-05")
    assert [row.commitment_id for row in rows(story, "2026-01-10")] == [an_id("lights")]


DAYS = st.integers(0, 200).map(lambda n: (date(2026, 1, 1) + timedelta(n)).isoformat())
PROMISES = st.lists(st.tuples(DAYS, DAYS, st.none() | DAYS), max_size=6)


def tell(story, promises):
    for number, (made_on, due, done_on) in enumerate(promises):
        story.promised(f"promise {number}", made_on, due=due)
        if done_on is not None and done_on >= made_on:
            story.confirmed_done(f"promise {number}", done_on)


@given(promises=PROMISES, late=PROMISES, as_of=DAYS)
def test_what_is_recorded_later_never_changes_an_earlier_answer(promises, late, as_of):
    story = PartnershipStory()
    story.formed("2025-12-01")
    tell(story, promises)
    position, before = story.head, rows(story, as_of)
    for number, (made_on, due, _) in enumerate(late):
        story.promised(f"late {number}", made_on, due=due)
        story.said_not_done(f"promise {number}", made_on)
    assert rows(story, as_of, known_at=position) == before


@given(promises=PROMISES, as_of=DAYS, step=st.integers(1, 50))
def test_figures_do_not_depend_on_what_others_recorded_in_between(promises, as_of, step):
    alone, among = PartnershipStory(), PartnershipStory(positions=range(step, step + 1000 * step, step))
    tell(alone, promises)
    tell(among, promises)
    if not alone.records:
        return
    for one, other in zip(rows(alone, as_of), rows(among, as_of), strict=True):
        assert (one.state, one.due_on, one.done_on, one.days_late) == (
            other.state,
            other.due_on,
            other.done_on,
            other.days_late,
        )


@given(promises=PROMISES.filter(bool), as_of=DAYS)
def test_the_same_question_has_the_same_digest(promises, as_of):
    story, again = PartnershipStory(), PartnershipStory()
    tell(story, promises)
    tell(again, promises)
    view = projection_called("commitments")
    assert digest(view, rows(story, as_of)) == digest(view, reversed(rows(again, as_of)))
