"""How much was recorded, how late, by whose pen, and how much of it was mended."""

from hypothesis import given
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.vocabulary import Side
from projections.method.document import default_method
from projections.views.activity import activity
from tests.support.told_partnership import COUNCIL, TENANTS, Told

METHOD = default_method()


def rows(told, as_of="2026-12-31", **known):
    return {(row.month, row.family, row.recorded_by): row for row in activity(told.at(as_of, **known), METHOD)}


def test_events_count_in_the_month_they_happened_in_by_family_and_pen():
    told = Told()
    told.promised("lights", "2026-03-14")
    told.promised("bins", "2026-03-31T23:30:00+00:00", recorded="2026-04-02")
    told.asked("bench", "2026-03-20")
    told.asked("bus", "2026-03-20", pen=Side.GOVERNMENT)
    found = rows(told)
    assert found["2026-03", "commitments", Side.GOVERNMENT].events == 1
    assert found["2026-04", "commitments", Side.GOVERNMENT].events == 1
    assert found["2026-03", "asks", Side.RESIDENTS].events == 1
    assert found["2026-03", "asks", Side.GOVERNMENT].events == 1


def test_a_record_is_late_after_fourteen_days():
    told = Told()
    told.promised("lights", "2026-03-01", recorded="2026-03-15")
    told.promised("bins", "2026-03-01", recorded="2026-03-16")
    row = rows(told)["2026-03", "commitments", Side.GOVERNMENT]
    assert (row.events, row.late) == (2, 1)


def test_a_stated_month_ends_on_its_last_day():
    told = Told()
    told.promised("lights", "2026-03", recorded="2026-04-14")
    assert rows(told)["2026-03", "commitments", Side.GOVERNMENT].late == 0


def test_what_belongs_to_a_minuted_meeting_may_take_thirty_five_days():
    told = Told()
    told.met("board", "2026-03-01", Participant(TENANTS), by=COUNCIL, recorded="2026-04-05")
    key = ("2026-03", "interactions", Side.GOVERNMENT)
    assert rows(told)[key].late == 1
    told.minuted("board", "2026-04-10", Side.RESIDENTS, by=TENANTS)
    assert rows(told)[key].late == 0


def test_what_was_mended_is_counted_where_it_stood_and_mending_is_activity_too():
    told = Told()
    meeting = told.met("board", "2026-03-01", Participant(TENANTS), by=COUNCIL)
    told.minuted("board", "2026-03-20", Side.RESIDENTS, by=COUNCIL)
    promise = told.promised("lights", "2026-03-14")
    told.corrected(promise, "2026-05-01", by=COUNCIL)(due="2026-06-01")
    told.withdrawn(meeting, "2026-05-02", by=COUNCIL)
    found = rows(told)
    meetings = found["2026-03", "interactions", Side.GOVERNMENT]
    assert (meetings.events, meetings.withdrawn, meetings.set_aside) == (2, 1, 1)
    assert found["2026-03", "commitments", Side.GOVERNMENT].corrected == 1
    assert found["2026-05", "records", Side.GOVERNMENT].events == 2


@given(st.lists(st.tuples(st.sampled_from(["tell", "correct", "withdraw"]), st.integers(0, 5)), max_size=12))
def test_every_event_is_counted_once_whatever_became_of_it(acts):
    told = Told()
    for act, which in acts:
        earlier = told.records[which % len(told.records)].event_id if told.records else None
        if act == "withdraw" and earlier:
            told.withdrawn(earlier, "2026-05-02")
        elif act == "correct" and earlier and told.records[which % len(told.records)].name == "commitment-made":
            told.corrected(earlier, "2026-05-01")(due="2026-06-01")
        else:
            told.promised(f"promise {len(told.records)}", "2026-03-14")
    if told.records:
        found = activity(told.at("2026-12-31"), METHOD)
        assert sum(row.events for row in found) == len(told.records)
        assert sorted(cause for row in found for cause in row.causes) == sorted(each.event_id for each in told.records)
