"""Trust as of an earlier day, cut from the lines of a later one, is what a replay comes to: the same rows, in order."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events.records import DisputeResolved, RecordCorrected
from domain.values import day_of
from domain.vocabulary import ResolutionOutcome
from projections.engine.live_history import LiveHistory, whole_history
from projections.method.document import default_method
from projections.scoring.trust.earlier_day import trust_on_earlier_day
from projections.views.trust import trust
from tests.support.growing_stories import GrowingStory, recorded
from tests.support.partnership_story import COUNCIL, PartnershipStory
from tests.support.trust_stories import stories

METHOD = default_method()
FIRST = date(2025, 1, 6)

days_before = st.lists(st.integers(1, 700), min_size=1, max_size=4)
steps = st.lists(st.one_of(recorded, recorded, recorded, st.just("a fortnight")), max_size=60)


def hold_cut_as_replayed(records, later, days):
    for earlier_on in (later.as_of - timedelta(days=count) for count in days):
        cut_rows = trust_on_earlier_day(whole_history(records, earlier_on), later, METHOD)
        assert cut_rows == trust(whole_history(records, earlier_on), METHOD)


def test_an_earlier_day_is_cut_as_it_is_replayed(rounds):
    @settings(max_examples=rounds(150))
    @given(stories(), st.integers(0, 400), days_before)
    def cut(teller, days_since, days):
        records = teller.told.records
        later_on = max(day_of(record.occurred_at) for record in records) + timedelta(days=days_since)
        hold_cut_as_replayed(records, whole_history(records, later_on), days)

    cut()


def test_so_it_is_from_a_history_that_grows_by_whatever_can_happen(rounds):
    @settings(max_examples=rounds(100))
    @given(steps, days_before)
    def cut(story_steps, days):
        growing, live = GrowingStory(PartnershipStory(), FIRST), LiveHistory()
        growing.begin()
        for step in story_steps:
            if step == "a fortnight":
                growing.today += timedelta(days=14)
                later = live.known(growing.story.records, growing.today)
                hold_cut_as_replayed(growing.story.records, later, days[:1])
            elif step[0][0] is not RecordCorrected:  # the example of one puts nothing in place that can be read
                growing.grow(*step)
        later = live.known(growing.story.records, growing.today)
        hold_cut_as_replayed(growing.story.records, later, days)

    cut()


def test_the_end_of_a_dispute_that_was_not_there_is_no_cause_once_there_is_one():
    story = PartnershipStory()
    story.formed("2025-01-01")
    story.joined(COUNCIL, "2025-01-01")
    promise = story.promised("lights", "2025-01-10", due="2025-02-01")
    too_soon = DisputeResolved(
        happened="2025-02-10", record_id=promise, agreed_by=COUNCIL, outcome=ResolutionOutcome.STANDS
    )
    resolution = story.tell(too_soon, by=COUNCIL, recorded="2025-02-10")
    story.disputed(promise, "2025-03-01")
    rows = trust(whole_history(story.records, date(2025, 3, 10)), METHOD)
    assert rows
    assert all(resolution not in row.causes for row in rows)
