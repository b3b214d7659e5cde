"""What a correction or a withdrawal mends is resolved alone, from the records by which it stands as it does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import MENDING_BODIES, resolve
from domain.events.records import RecordCorrected, RecordWithdrawn
from projections.engine.live_history import whole_history
from projections.history.record_chains import RecordChains
from projections.history.standing_record import StandingRecord
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
from tests.support.trust_figures import partnership
from tests.unit.projections.history.test_growing_history import FIRST, entries, tell

AS_OF = date(2026, 6, 1)


@given(st.lists(entries, max_size=25))
def test_how_a_record_stands_is_resolved_from_its_chain_alone(acts):
    story = PartnershipStory()
    story.formed(FIRST.isoformat())
    for number, (act, which, day) in enumerate(acts):
        tell(story, act, which, day, FIRST + timedelta(days=number))
    chains, (standing, withdrawn) = RecordChains(story.records), resolve(story.records)
    for record in story.records:
        chain = chains.of(record)
        numbers = {member.event_id for member in chain}
        assert resolve(chain) == (
            [fact for fact in standing if fact.event_id in numbers],
            [other for other in withdrawn if other.event_id in numbers],
        )


def a_partnership():
    story = partnership(COUNCIL, TENANTS, since="2026-01-01")
    story.promised("lights", "2026-01-10", due="2026-03-01", recorded="2026-01-10")
    story.met("walk", "2026-02-01", recorded="2026-02-01")
    return story, story.reported_done("lights", "2026-02-20", recorded="2026-02-20")


def takes_in(story, count=1):
    """Whether the last events of a story can be added to the record of those before them, and what changes by them."""
    records, new_records = story.records[:-count], story.records[-count:]
    record, changed = StandingRecord(whole_history(records, AS_OF), records), set()
    return all(record.add(each, changed) for each in new_records), changed


def test_a_correction_changes_the_record_that_it_corrects_what_that_is_about_and_nothing_else():
    story, report = a_partnership()
    story.corrected(report, "2026-02-22")(happened="2026-02-19")
    is_added, changed = takes_in(story)
    assert is_added
    assert {key for key in changed if isinstance(key, int)} == {
        key.int for key in (report, an_id("lights"), story.records[-1].event_id)
    }
    assert {key for key in changed if isinstance(key, type)} == {FulfilmentClaimed, RecordCorrected}


def test_a_withdrawn_contact_that_nothing_is_about_is_taken_out_alone_and_put_back_alone():
    story, _ = a_partnership()
    walk = next(record for record in story.records if isinstance(record.body, InteractionRecorded))
    withdrawal = story.withdrawn(walk.event_id, "2026-03-01")
    assert takes_in(story)[0]
    story.withdrawn(withdrawal, "2026-03-02")
    is_added, changed = takes_in(story)
    assert is_added
    assert {InteractionRecorded, RecordWithdrawn} <= changed


@pytest.mark.parametrize("moved_to", ["2026-01-05", "2026-01-15"])
def test_what_others_are_about_is_resolved_with_all_of_them_where_it_moves(moved_to):
    story, _ = a_partnership()
    lights = next(record for record in story.records if isinstance(record.body, CommitmentMade))
    story.corrected(lights.event_id, "2026-03-01")(happened=moved_to)
    assert not takes_in(story)[0]


def test_every_mend_of_a_record_is_in_one_chain_with_it():
    story, report = a_partnership()
    correction = story.corrected(report, "2026-02-22")(happened="2026-02-19")
    story.withdrawn(correction, "2026-02-23")
    mends = [record for record in story.records if type(record.body) in MENDING_BODIES]
    chains = RecordChains(story.records)
    assert (
        chains.of(mends[0])
        == chains.of(mends[1])
        == [*(each for each in story.records if each.event_id == report), *mends]
    )
