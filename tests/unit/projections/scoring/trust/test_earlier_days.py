"""Trust as of an earlier day, cut from the lines of a later one, is what a replay comes to: the same rows, in order."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events.commitments import CommitmentRenegotiated, PartSettled
from domain.events.records import DisputeResolved, RecordCorrected
from domain.values import day_of
from domain.vocabulary import ResolutionOutcome
from projections.engine.live_history import LiveHistory, whole_history
from projections.method.document import default_method
from projections.scoring.trust.earlier_day import trust_on_earlier_day
from projections.views.trust import trust
from tests.support.growing_stories import GrowingStory, recorded
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
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


def board():
    """A board of the council and the tenants."""
    story = PartnershipStory()
    story.formed("2025-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2025-01-01")
    return story


def new_terms(happened, due):
    return CommitmentRenegotiated(happened=happened, commitment_id=an_id("lights"), asked_by=TENANTS, due=due)


def hold_all_days(story, until):
    story.rated("later", until, (1, 1, 1, 1, 1))
    later = whole_history(story.records, date.fromisoformat(until))
    hold_cut_as_replayed(story.records, later, range(1, 200))


def test_what_is_settled_before_silence_agrees_to_new_terms_changes_no_day_before_it():
    story = board()
    story.promised("lights", "2025-02-01", due="2025-03-01", by=TENANTS)
    story.tell(new_terms("2025-02-05", "2025-02-10"), by=TENANTS, recorded="2025-02-06")
    story.reported_done("lights", "2025-02-08")
    settled = PartSettled(
        happened="2025-02-20", commitment_id=an_id("lights"), settled_by=TENANTS, fraction=0.5, agreed_by=(COUNCIL,)
    )
    story.tell(settled, by=TENANTS)
    hold_all_days(story, "2025-08-01")


def test_whoever_promised_corrects_no_day_after_new_terms_were_asked_for_whatever_day_that_happened_on():
    story = board()
    promise = story.promised("lights", "2025-02-01", due="2025-06-01", by=COUNCIL)
    story.tell(new_terms("2025-03-20", "2025-06-20"), by=TENANTS)
    story.corrected(promise, "2025-03-22", by=COUNCIL)(due="2025-02-10")
    hold_all_days(story, "2025-08-01")
