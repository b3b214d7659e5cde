"""Marks: what became of each act that a figure of trust rests on, and what belongs to the story beside it."""

from datetime import date

from hypothesis import given, settings

from domain.events import Participant
from domain.events.commitments import CommitmentFailed, CommitmentReleased
from domain.events.interactions import NotesShared
from domain.vocabulary import Facet, Side
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.tally import counts
from projections.scoring.trust.marks import MarkKind, trust_marks
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, an_id
from tests.support.trust_figures import method, partnership
from tests.support.trust_stories import stories

THE_COUNCIL = (Side.RESIDENTS, COUNCIL.side, COUNCIL.party_id)


def marks(story, as_of="2026-06-01", facet=Facet.RELIABILITY, view=THE_COUNCIL):
    history = story.at(as_of)
    return trust_marks(history, method(), evidence(history, method())).get((facet, *view), [])


def kinds(story, as_of="2026-06-01", **which):
    return [mark.kind for mark in marks(story, as_of, **which)]


def test_a_promise_kept_in_time_is_marked_on_the_day_it_was_done_by_the_record_that_says_so():
    story = partnership()
    story.promised("a", "2025-03-01", due="2025-05-01")
    confirmed = story.confirmed_done("a", "2025-04-20")
    (mark,) = marks(story)
    assert (mark.kind, mark.on, mark.due_on) == (MarkKind.KEPT, date(2025, 4, 20), date(2025, 5, 1))
    assert (mark.about, mark.record) == (an_id("a"), confirmed)


def test_a_promise_kept_late_keeps_the_day_it_was_due():
    story = partnership()
    story.promised("a", "2025-03-01", due="2025-05-01")
    story.confirmed_done("a", "2025-09-20")
    (mark,) = marks(story)
    assert (mark.kind, mark.due_on, mark.on) == (MarkKind.LATE, date(2025, 5, 1), date(2025, 9, 20))


def test_an_overdue_promise_is_marked_on_the_day_it_was_due_by_its_own_record():
    story = partnership()
    promised = story.promised("a", "2025-03-01", due="2025-05-01")
    (mark,) = marks(story)
    assert (mark.kind, mark.on, mark.record) == (MarkKind.OVERDUE, date(2025, 5, 1), promised)


def test_a_promise_given_up_is_broken_and_one_let_off_is_marked_though_it_is_no_evidence():
    story = partnership()
    for name in ("a", "b"):
        story.promised(name, "2025-03-01", due="2025-05-01")
    story.tell(CommitmentFailed(happened="2025-04-01", commitment_id=an_id("a"), said_by=COUNCIL), by=COUNCIL)
    released = CommitmentReleased(
        happened="2025-04-02", commitment_id=an_id("b"), released_by=TENANTS, promisers=(COUNCIL,)
    )
    story.tell(released, by=TENANTS)
    assert kinds(story) == [MarkKind.BROKEN, MarkKind.LET_OFF]


def test_a_dispute_stays_marked_when_the_promise_is_kept_later():
    story = partnership()
    story.promised("a", "2025-03-01", due="2025-05-01")
    story.reported_done("a", "2025-04-20")
    story.said_not_done("a", "2025-04-25")
    story.confirmed_done("a", "2025-06-01")
    assert kinds(story) == [MarkKind.KEPT, MarkKind.DISPUTED]


def test_a_disputed_record_is_marked_beside_what_it_says():
    story = partnership()
    story.promised("a", "2025-03-01", due="2025-05-01")
    story.disputed(story.confirmed_done("a", "2025-04-20"), "2025-04-28", by=COUNCIL)
    assert MarkKind.DISPUTED in kinds(story)


def test_asks_are_answered_in_time_or_late_or_not_at_all():
    story = partnership()
    for name in ("a", "b", "c"):
        story.asked(name, "2025-03-03", by=TENANTS, of=COUNCIL)
    story.answered("a", "2025-03-10")
    story.answered("b", "2025-09-10")
    assert sorted(kinds(story, facet=Facet.RESPONSIVENESS)) == ["in-time", "late", "no-answer"]


def test_notes_are_marked_after_the_meeting_they_are_of():
    story = partnership()
    there = (Participant(COUNCIL), Participant(TENANTS))
    meeting = story.met("m", "2025-03-03", *there, details={"convened_by": COUNCIL})
    shared = NotesShared(happened="2025-03-05", interaction_id=an_id("m"), shared_with=(Side.RESIDENTS,))
    record = story.tell(shared, by=COUNCIL)
    (mark,) = marks(story, facet=Facet.OPENNESS)
    assert (mark.kind, mark.about, mark.record) == (MarkKind.KEPT, meeting, record)


def test_a_body_is_marked_by_what_it_did_itself():
    story = partnership(COUNCIL, COUNTY, TENANTS, FORUM)
    story.promised("a", "2025-03-01", due="2025-05-01", who=COUNTY, by=COUNTY)
    assert marks(story) == []
    assert len(marks(story, view=(Side.RESIDENTS, COUNTY.side, COUNTY.party_id))) == 1


@settings(deadline=None)
@given(stories())
def test_there_are_as_many_marks_as_the_plain_counts_have_acts(teller):
    history = teller.told.at(teller.today)
    rows = evidence(history, method())
    for (facet, side, trustee_side, trustee_id), own in trust_marks(history, method(), rows).items():
        standing = [
            row
            for row in rows
            if (row.facet, row.truster.side, row.trustee.side, row.trustee.party_id)
            == (facet, side, trustee_side, trustee_id)
        ]
        plain = counts(standing, history.end)
        acts = [mark for mark in own if mark.kind not in (MarkKind.DISPUTED, MarkKind.LET_OFF)]
        assert len(acts) == plain.acts
        assert sum(mark.kind in (MarkKind.OVERDUE, MarkKind.NO_ANSWER) for mark in acts) == plain.owed
        assert sum(mark.kind in (MarkKind.KEPT, MarkKind.IN_TIME) for mark in acts) == plain.whole
