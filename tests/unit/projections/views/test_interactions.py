"""Contacts as rows: what became of each, who came as what, and how it was minuted and noted."""

from hypothesis import given
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.events.interactions import (
    Crowd,
    InteractionCancelled,
    InteractionPlanned,
    InteractionRescheduled,
    NotesShared,
)
from domain.vocabulary import Attendance, Challenge, InteractionKind, Role, Side
from projections.lifecycles.interactions import InteractionState
from projections.rows import TextAt
from projections.views.interactions import interactions
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import (
    CHARITY,
    COUNCIL,
    FORUM,
    ICB,
    RESIDENTS,
    TENANTS,
    PartnershipStory,
    an_id,
    words,
)

METHOD = folkmoot_2026()


def rows(story, as_of, **limits):
    return interactions(story.at(as_of, **limits), METHOD)


def planned(story, name, made_on, for_when, by=COUNCIL):
    body = InteractionPlanned(
        happened=made_on,
        interaction_id=an_id(name),
        kind=InteractionKind.MEETING,
        planned_for=for_when,
        convened_by=by,
    )
    return story.tell(body)


def test_a_plan_is_planned_until_its_day_is_over_and_then_lapsed():
    story = PartnershipStory()
    planned(story, "board", "2026-01-05", "2026-03")
    (row,) = rows(story, "2026-03-31")
    assert (row.state, row.happened, row.attended, row.days_late) == (InteractionState.PLANNED, None, 0, None)
    (row,) = rows(story, "2026-04-01")
    assert row.state is InteractionState.LAPSED


def test_a_plan_that_was_moved_and_held_is_one_contact_with_one_row():
    story = PartnershipStory()
    plan = planned(story, "board", "2026-01-05", "2026-02-01")
    move = story.tell(
        InteractionRescheduled(happened="2026-01-20", interaction_id=an_id("board"), planned_for="2026-02-08")
    )
    meeting = story.met("board", "2026-02-08T19:00:00+00:00", Participant(COUNCIL), recorded="2026-02-20")
    (row,) = rows(story, "2026-03-01")
    assert (row.state, row.times_moved, row.planned_for_on.isoformat()) == (InteractionState.HELD, 1, "2026-02-08")
    assert (row.happened, row.days_late) == ("2026-02-08T19:00:00+00:00", 12)
    assert row.causes == (plan, move, meeting)


def test_a_plan_called_off_says_by_which_side():
    story = PartnershipStory()
    planned(story, "board", "2026-01-05", "2026-02-01")
    story.tell(
        InteractionCancelled(happened="2026-01-30", interaction_id=an_id("board"), cancelled_by=ICB, reasons=words())
    )
    (row,) = rows(story, "2026-03-01")
    assert (row.state, row.cancelled_by_side) == (InteractionState.CANCELLED, Side.AGENCY)


def test_people_are_counted_by_side_and_role_and_nobody_twice():
    anna, ben = an_id("anna"), an_id("ben")
    story = PartnershipStory()
    story.met(
        "board",
        "2026-02-08",
        Participant(TENANTS, Role.RESIDENT_MEMBER, person_id=anna),
        Participant(FORUM, Role.CHAIR, person_id=anna),
        Participant(COUNCIL, Role.OFFICER, count=3),
        Participant(CHARITY, Role.VISITOR, member=False, person_id=ben),
        Participant(ICB, Role.OFFICER, Attendance.APOLOGIES, count=2),
        Participant(RESIDENTS, Role.VISITOR, Attendance.ABSENT),
        details={"crowds": (Crowd(Side.RESIDENTS, 40), Crowd(Side.BUSINESS, 2))},
    )
    (row,) = rows(story, "2026-03-01")
    assert (row.attended, row.members, row.visitors, row.crowd) == (47, 4, 1, 42)
    assert (row.apologies, row.absent) == (2, 1)
    assert row.attended_by_side == {
        Side.RESIDENTS: 41,
        Side.GOVERNMENT: 3,
        Side.COMMUNITY_SECTOR: 1,
        Side.BUSINESS: 2,
    }
    assert row.attended_by_role == {Role.CHAIR: 1, Role.OFFICER: 3, Role.RESIDENT_MEMBER: 1, Role.VISITOR: 1}


def test_minutes_and_notes_stand_beside_the_contact_they_are_of():
    story = PartnershipStory()
    story.met("board", "2026-02-09", Participant(COUNCIL), details={"convened_by": COUNCIL})
    story.minuted("board", "2026-03-09", Side.RESIDENTS)
    for on, sides in (("2026-02-12", (Side.GOVERNMENT,)), ("2026-02-20", (Side.RESIDENTS, Side.GOVERNMENT))):
        story.tell(NotesShared(happened=on, interaction_id=an_id("board"), shared_with=sides))
    (row,) = rows(story, "2026-02-15")
    assert (row.minutes_approved_on, row.notes_shared_with) == (None, (Side.GOVERNMENT,))
    (row,) = rows(story, "2026-04-01")
    assert (row.minutes_approved_on.isoformat(), row.minutes_sides) == ("2026-03-09", (Side.RESIDENTS,))
    assert row.notes_shared_on.isoformat() == "2026-02-12"
    assert row.notes_shared_with == (Side.RESIDENTS, Side.GOVERNMENT)
    assert row.notes_due_on.isoformat() == "2026-02-23"


def test_a_correction_shows_and_reaches_back():
    story = PartnershipStory()
    meeting = story.met("board", "2026-02-09", Participant(COUNCIL), details={"title": words("budget")})
    correction = story.corrected(meeting, "2026-05-01")(happened="2026-02-10", challenges=(Challenge.HEALTH,))
    (before,) = rows(story, "2026-02-28", known_at=1)
    (after,) = rows(story, "2026-02-28")
    assert (before.is_corrected, before.happened, before.challenges) == (False, "2026-02-09", ())
    assert (after.is_corrected, after.happened, after.challenges) == (True, "2026-02-10", (Challenge.HEALTH,))
    assert after.causes == (meeting, correction)
    assert after.title == TextAt(meeting, "title")


def test_a_withdrawn_record_leaves_its_plan_lapsed():
    story = PartnershipStory()
    planned(story, "board", "2026-01-05", "2026-02-01")
    record = story.met("board", "2026-02-01", Participant(COUNCIL))
    story.withdrawn(record, "2026-03-01")
    (row,) = rows(story, "2026-03-02")
    assert (row.state, row.attended) == (InteractionState.LAPSED, 0)


participants = st.lists(
    st.builds(
        Participant,
        st.sampled_from([COUNCIL, ICB, TENANTS, CHARITY]),
        st.sampled_from([Role.OFFICER, Role.VISITOR, Role.CHAIR]),
        st.sampled_from(Attendance),
        member=st.booleans(),
        person_id=st.none() | st.sampled_from([an_id("anna"), an_id("ben"), an_id("carol")]),
        count=st.integers(1, 30),
    ),
    max_size=8,
)


@given(participants, st.integers(0, 50))
def test_who_came_is_members_visitors_and_crowd_and_no_part_exceeds_the_whole(came, crowd):
    story = PartnershipStory()
    story.met("board", "2026-02-08", *came, details={"crowds": (Crowd(Side.RESIDENTS, crowd),)})
    (row,) = rows(story, "2026-03-01")
    assert row.attended == row.members + row.visitors + row.crowd
    assert all(count <= row.attended for count in row.attended_by_side.values())
    assert sum(row.attended_by_side.values()) >= row.attended
    assert sum(row.attended_by_role.values()) >= row.attended - row.crowd
