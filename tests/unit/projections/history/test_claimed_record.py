"""The record as its sources claim to have known it: laws for every projection there is, and cases worked by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.partnerships import RuleAdopted
from domain.events.records import RecordWithdrawn
from domain.events.stewardship import TextRedacted
from domain.values import day_of, end_of_day
from projections.history.claimed_record import SourceDay, as_claimed, known_as_claimed
from projections.history.history import history
from projections.lifecycles.commitments import commitments
from projections.method.document import default_method
from projections.scoring.trust.trust_rows import view_of
from projections.views import projections
from tests.support.claimed_records import claiming, imported
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
from tests.support.trust_stories import START, stories
from tests.unit.projections.engine.test_laws import FIRST, answers, days, telling, tellings

METHOD = default_method()


def as_sources_knew(records, day, as_of=None):
    """The history of what sources claim to have known by a day; None where they claim to have known nothing."""
    known_records, later = known_as_claimed(records, day)
    if not known_records:
        return None
    last = max(record.position for record in records)
    return history(
        known_records, as_of=as_of or day, position=last, recorded_at=known_records[-1].recorded_at, later=later
    )


def as_recorded(records, day, as_of=None):
    """The history of what a log had recorded by the end of a day."""
    records_then = [record for record in records if record.recorded_at < end_of_day(day)]
    if not records_then:
        return None
    return history(
        records_then, as_of=as_of or day, position=records_then[-1].position, recorded_at=records_then[-1].recorded_at
    )


@given(tellings, days, days)
def test_claims_that_say_what_the_log_says_change_nothing(acts, day, as_of):
    records = [claiming(record) for record in telling(acts).records]
    assert answers(as_sources_knew(records, day, as_of)) == answers(as_recorded(records, day, as_of))


@given(tellings, days, days, st.data())
def test_imported_history_is_replayed_as_a_log_would_that_had_recorded_it_as_it_unfolded(acts, day, as_of, data):
    records = telling(acts).records
    late = imported(records, lambda count: data.draw(st.integers(0, count - 1)))
    assert answers(as_sources_knew(late, day, as_of)) == answers(as_recorded(records, day, as_of))


@given(stories(length=25), st.data())
def test_trust_of_imported_history_is_what_it_was_whatever_the_order_of_the_import(teller, data):
    records = teller.told.records
    late = imported(records, lambda count: data.draw(st.integers(0, count - 1)))
    day = START + timedelta(days=data.draw(st.integers(0, max(0, (teller.today - START).days))))
    trust = projections()["trust"]
    now, then = (read(each, day) for read, each in ((as_sources_knew, late), (as_recorded, records)))
    assert list(trust.project(now, METHOD)) == list(trust.project(then, METHOD))


@given(stories(length=25), st.data())
def test_a_point_of_the_timeline_is_the_figure_of_its_day_by_the_same_claims(teller, data):
    records = teller.told.records
    late = imported(records, lambda count: data.draw(st.integers(0, count - 1)))
    length = max(0, (teller.today - START).days)
    known_on, then = (START + timedelta(days=data.draw(st.integers(0, length))) for _ in range(2))
    trust = projections()["trust"]
    whole = trust.project(as_sources_knew(late, known_on, teller.today), METHOD)
    of_day = trust.project(as_sources_knew(late, known_on, then), METHOD)
    for now in (row for row in of_day if row.current and row.variant == "as-it-stands"):
        points = [row for row in whole if row.variant == "as-it-stands" and row.step and view_of(row) == view_of(now)]
        for point in (row for row in points if row.on == then):
            assert (point.r, point.s, point.a, point.n) == pytest.approx((now.r, now.s, now.a, now.n))


def takes_back_a_withdrawal(records):
    """A withdrawal is withdrawn: until then, what is about the record that it took out is set aside."""
    withdrawals = {each.event_id: each.body.record_id for each in records if isinstance(each.body, RecordWithdrawn)}
    return not withdrawals.keys().isdisjoint(withdrawals.values())


@given(tellings, st.data())
def test_nothing_is_known_before_what_it_is_about_and_all_is_known_in_the_end(acts, data):
    records = [
        replace(
            record,
            envelope=replace(
                record.envelope, source_recorded_at=record.recorded_at - timedelta(days=data.draw(st.integers(-9, 99)))
            ),
        )
        for record in telling(acts).records
    ]
    last = day_of(records[-1].recorded_at)
    claimed = as_claimed(records)
    assert [each.recorded_at for each in claimed] == sorted(each.recorded_at for each in claimed)
    assert all(each.recorded_at <= each.as_logged.recorded_at for each in claimed)
    whole = as_sources_knew(records, last)
    assert {fact.event_id for fact in whole.facts} == {fact.event_id for fact in as_recorded(records, last).facts}
    known_records, _ = known_as_claimed(records, FIRST + timedelta(days=data.draw(st.integers(0, 400))))
    if known_records:
        day = history(
            known_records, as_of=last, position=records[-1].position, recorded_at=known_records[-1].recorded_at
        )
        set_aside_since = {fact.event_id for fact in day.set_aside} - {fact.event_id for fact in whole.set_aside}
        assert not set_aside_since or takes_back_a_withdrawal(records)


@pytest.fixture
def story():
    """Promises of 2016, written down then by their source and imported ten years later."""
    story = PartnershipStory()
    story.formed("2015-01-01", recorded="2026-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2015-01-01", recorded="2026-01-01", claimed="2015-01-01")
    return story


def states(story, day):
    past = as_sources_knew(story.records, date.fromisoformat(day))
    return (
        []
        if past is None
        else [strand.phases[-1].state.value for each in commitments(past, METHOD) for strand in each.strands]
    )


def test_silence_agrees_by_the_claimed_clock(story):
    story.promised("lights", "2016-01-04", due="2016-12-31", recorded="2026-01-01", claimed="2016-01-04")
    story.reported_done("lights", "2016-02-01", recorded="2026-01-01", claimed="2016-02-01")
    assert states(story, "2016-01-03") == []
    assert [states(story, day) for day in ("2016-02-28", "2016-02-29")] == [["reported"], ["fulfilled"]]


def test_what_was_put_right_here_later_is_not_what_the_source_knew(story):
    promise = story.promised("lights", "2016-01-04", due="2016-02-29", recorded="2026-01-01", claimed="2016-01-04")
    story.corrected(promise, "2026-02-01")(due="2016-05-31")
    (then,) = as_sources_knew(story.records, date(2016, 6, 1)).about(an_id("lights"))
    (now,) = as_sources_knew(story.records, date(2026, 2, 1)).about(an_id("lights"))
    assert (then.body.due, now.body.due) == ("2016-02-29", "2016-05-31")


def test_a_correction_that_claims_to_be_older_than_what_it_corrects_waits_for_it(story):
    promise = story.promised("lights", "2016-01-04", due="2016-02-29", recorded="2026-01-01", claimed="2016-03-04")
    story.corrected(promise, "2026-02-01", claimed="2016-01-01")(due="2016-05-31")
    assert as_sources_knew(story.records, date(2016, 3, 3)).amendments == ()
    (fact,) = as_sources_knew(story.records, date(2016, 3, 4)).about(an_id("lights"))
    assert fact.body.due == "2016-05-31"


def test_a_partnership_is_known_with_the_first_thing_that_is_known_of_it(story):
    assert as_sources_knew(story.records, date(2014, 12, 31)) is None
    past = as_sources_knew(story.records, date(2015, 1, 1))
    assert [fact.name for fact in past.facts] == ["partnership-formed", "member-joined", "member-joined"]


def test_a_rule_binds_from_when_its_source_claims_to_have_recorded_it(story):
    rule = RuleAdopted(happened="2016-01-04", rule_id=an_id("rule"), members_min=5)
    story.tell(rule, recorded="2026-01-01", claimed="2016-02-01")
    assert not as_sources_knew(story.records, date(2016, 1, 31)).of(RuleAdopted)
    (adopted,) = as_sources_knew(story.records, date(2016, 2, 1)).of(RuleAdopted)
    assert day_of(adopted.recorded_at) == date(2016, 2, 1)
    assert day_of(adopted.recorded.as_logged.recorded_at) == date(2026, 1, 1)


def test_what_was_taken_out_of_the_record_since_is_not_read_in_what_sources_knew(story):
    details = {"theme": "Jane Q. Example"}
    promise = story.promised(
        "lights", "2016-01-04", due="2016-02-29", recorded="2026-01-01", claimed="2016-01-04", details=details
    )
    story.tell(TextRedacted(happened="2026-05-01", record_id=promise, field="theme", ground="a name"))
    (fact,) = as_sources_knew(story.records, date(2016, 2, 1)).about(an_id("lights"))
    assert fact.body.theme is None


def test_a_question_to_sources_is_written_as_it_is_asked():
    assert str(SourceDay(date(2016, 3, 31))) == "source:2016-03-31"
    assert str(SourceDay(date(2016, 3, 31), 42)) == "source:2016-03-31:42"
