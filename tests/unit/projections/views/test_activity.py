"""How much was recorded, how late, by whose pen, and how much of it was mended."""

from hypothesis import given
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.vocabulary import Side
from projections.views.activity import activity
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory

METHOD = folkmoot_2026()


def rows(story, as_of="2026-12-31", **limits):
    return {(row.month, row.family, row.recorded_by): row for row in activity(story.at(as_of, **limits), METHOD)}


def test_events_count_in_the_month_they_happened_in_by_family_and_pen():
    story = PartnershipStory()
    story.promised("lights", "2026-03-14")
    story.promised("bins", "2026-03-31T23:30:00+00:00", recorded="2026-04-02")
    story.asked("bench", "2026-03-20")
    story.asked("bus", "2026-03-20", pen=Side.GOVERNMENT)
    counts = rows(story)
    assert counts["2026-03", "commitments", Side.GOVERNMENT].events == 1
    assert counts["2026-04", "commitments", Side.GOVERNMENT].events == 1
    assert counts["2026-03", "asks", Side.RESIDENTS].events == 1
    assert counts["2026-03", "asks", Side.GOVERNMENT].events == 1


def test_a_record_is_late_after_fourteen_days():
    story = PartnershipStory()
    story.promised("lights", "2026-03-01", recorded="2026-03-15")
    story.promised("bins", "2026-03-01", recorded="2026-03-16")
    row = rows(story)["2026-03", "commitments", Side.GOVERNMENT]
    assert (row.events, row.late) == (2, 1)


def test_a_stated_month_ends_on_its_last_day():
    story = PartnershipStory()
    story.promised("lights", "2026-03", recorded="2026-04-14")
    assert rows(story)["2026-03", "commitments", Side.GOVERNMENT].late == 0


def test_what_belongs_to_a_minuted_meeting_may_take_thirty_five_days():
    story = PartnershipStory()
    story.met("board", "2026-03-01", Participant(TENANTS), by=COUNCIL, recorded="2026-04-05")
    key = ("2026-03", "interactions", Side.GOVERNMENT)
    assert rows(story)[key].late == 1
    story.minuted("board", "2026-04-10", Side.RESIDENTS, by=TENANTS)
    assert rows(story)[key].late == 0


def test_what_was_mended_is_counted_where_it_stood_and_mending_is_activity_too():
    story = PartnershipStory()
    meeting = story.met("board", "2026-03-01", Participant(TENANTS), by=COUNCIL)
    story.minuted("board", "2026-03-20", Side.RESIDENTS, by=COUNCIL)
    promise = story.promised("lights", "2026-03-14")
    story.corrected(promise, "2026-05-01", by=COUNCIL)(due="2026-06-01")
    story.withdrawn(meeting, "2026-05-02", by=COUNCIL)
    counts = rows(story)
    meetings = counts["2026-03", "interactions", Side.GOVERNMENT]
    assert (meetings.events, meetings.withdrawn, meetings.set_aside) == (2, 1, 1)
    assert counts["2026-03", "commitments", Side.GOVERNMENT].corrected == 1
    assert counts["2026-05", "records", Side.GOVERNMENT].events == 2


@given(st.lists(st.tuples(st.sampled_from(["tell", "correct", "withdraw"]), st.integers(0, 5)), max_size=12))
def test_every_event_is_counted_once_whatever_became_of_it(acts):
    story = PartnershipStory()
    for act, which in acts:
        earlier = story.records[which % len(story.records)].event_id if story.records else None
        if act == "withdraw" and earlier:
            story.withdrawn(earlier, "2026-05-02")
        elif act == "correct" and earlier and story.records[which % len(story.records)].name == "commitment-made":
            story.corrected(earlier, "2026-05-01")(due="2026-06-01")
        else:
            story.promised(f"promise {len(story.records)}", "2026-03-14")
    if story.records:
        counts = activity(story.at("2026-12-31"), METHOD)
        assert sum(row.events for row in counts) == len(story.records)
        causes = sorted(cause for row in counts for cause in row.causes)
        assert causes == sorted(record.event_id for record in story.records)
