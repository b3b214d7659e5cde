"""How a partnership was recorded, counted by difference: event by event it is what is counted from nothing."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.vocabulary import Side
from projections.engine.live_history import LiveHistory
from projections.history.recording_delay import RecordingDelay
from projections.method.document import default_method
from projections.scoring.health.material import Material
from projections.scoring.health.recording import RecentRecords, recording
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory

METHOD = default_method()
FIRST, AS_OF = date(2026, 1, 1), date(2026, 12, 31)
acts = st.tuples(
    st.sampled_from(["meet", "minute", "promise", "finish"]),
    st.integers(0, 5),
    st.integers(-400, 300),
    st.sampled_from([0, 13, 14, 15, 34, 35, 36, 60]),
    st.sampled_from([COUNCIL, TENANTS]),
)


def told_one_by_one(entries):
    """The story of a partnership, a little longer each time: meetings, minuted or not, and promises, recorded late."""
    story = PartnershipStory()
    story.formed("2024-01-01")
    story.joined(COUNCIL, "2024-01-01")
    story.joined(TENANTS, "2024-01-01")
    names = {"meet": [], "promise": []}
    for number, (act, which, days, late, by) in enumerate(entries):
        on = FIRST + timedelta(days=days)
        how = {"by": by, "recorded": (on + timedelta(days=late)).isoformat()}
        match act:
            case "meet":
                story.met(f"{number}", on.isoformat(), **how)
            case "minute" if names["meet"]:
                story.minuted(names["meet"][which % len(names["meet"])], on.isoformat(), Side.RESIDENTS, **how)
            case "promise":
                story.promised(f"{number}", on.isoformat(), due="2026-12-01", **how)
            case "finish" if names["promise"]:
                story.reported_done(names["promise"][which % len(names["promise"])], on.isoformat(), **how)
            case _:
                continue
        names.get(act, []).append(f"{number}")
        yield story


@settings(deadline=None)
@given(st.lists(acts, max_size=14))
def test_counted_event_by_event_it_is_what_is_counted_from_nothing(entries):
    live = LiveHistory()
    for story in told_one_by_one(entries):
        material = Material(history=live.known(story.records, AS_OF), method=METHOD)
        assert recording(material) == recording(Material(history=story.at(AS_OF), method=METHOD))


@settings(deadline=None)
@given(st.lists(acts, max_size=14))
def test_records_taken_in_are_those_that_each_side_recorded_and_that_came_late(entries):
    records = RecentRecords()
    for story in told_one_by_one(entries):
        past = story.at(AS_OF)
        records.take_in(past.facts, METHOD.health)
        delay = RecordingDelay(past, METHOD)
        assert +records.pens == Counter(fact.envelope.recorded_by for fact in past.facts)
        assert records.late(delay) == [fact for fact in past.facts if delay.is_late(fact.body, fact.recorded_at)]
