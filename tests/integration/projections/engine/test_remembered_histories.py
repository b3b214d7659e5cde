"""Histories that are remembered: whatever is recorded meanwhile, they answer what a fresh replay answers."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.events.records import RecordWithdrawn
from domain.events.stewardship import TextRedacted
from domain.log.recorder import LogRecorder
from domain.values import day_of
from projections.engine.remembered_histories import RememberedHistories
from projections.engine.replay import UnknownPartnership, known_partnership, replay_answer
from projections.history.claimed_record import SourceDay
from projections.history.history import History
from projections.method.document import default_method
from projections.views import projections as declared
from projections.what_if import question
from projections.what_if.readings import read_variant
from tests.support.everything_told import a_partnership
from tests.support.partnership_story import PartnershipStory, noon, words
from tests.support.seeded_logs import seeded, write

METHOD = default_method()
DAYS = [noon(day).date() for day in ("2025-06-01", "2026-01-01", "2026-09-01")]


@pytest.fixture
def log(database_url):
    with seeded(database_url) as recorder:
        yield recorder


@pytest.fixture
def shipped_method(monkeypatch):
    """Leave it at the method shipped: the one that the story adopts was never published."""
    monkeypatch.setattr("projections.engine.replay.adoption", lambda _: None)


def answers(log, partition_id, position, day, remembered=None, method=METHOD):
    partnership = known_partnership(
        log, partition_id, as_of=day, known_at=position, method=method, remembered=remembered
    )
    of_partnerships = [each for each in declared().values() if each.name != "observations"]
    return partnership.basis, [replay_answer(partnership, each).digest for each in of_partnerships]


def _claimed_earlier(record):
    """Let every second record claim to have been written down half a year before it was recorded."""
    claimed = record.recorded_at - timedelta(days=183) if record.position % 2 else None
    return replace(record, envelope=replace(record.envelope, source_recorded_at=claimed))


def test_every_past_is_answered_alike_while_more_is_recorded(log: LogRecorder):
    story, remembered = a_partnership(), RememberedHistories(most_events=60)
    story.records = [_claimed_earlier(record) for record in story.records]
    count = 0
    for upto in range(1, len(story.records) + 1, 9):
        write(log, story.records[count:upto])
        count = upto
        for position in {1, (upto + 1) // 2, upto, *(SourceDay(day, upto) for day in DAYS)}:
            for day in DAYS:
                fresh = answers(log, story.partition_id, position, day)
                assert answers(log, story.partition_id, position, day, remembered) == fresh
                assert answers(log, story.partition_id, position, day, remembered) == fresh


@pytest.mark.usefixtures("shipped_method")
def test_the_present_day_is_answered_alike_while_it_grows(log: LogRecorder):
    story, remembered = a_partnership(), RememberedHistories()
    today, count, histories = day_of(log.head().now), 0, []
    for upto in range(3, len(story.records) + 1, 7):
        write(log, story.records[count:upto])
        count = upto
        with remembered.held():
            assert answers(log, story.partition_id, upto, today, remembered, method=None) == answers(
                log, story.partition_id, upto, today, method=None
            )
            histories.append(known_partnership(log, story.partition_id, remembered=remembered).history)
    assert len(set(map(id, histories))) < len(histories)


@pytest.mark.usefixtures("shipped_method")
def test_who_comes_while_another_holds_the_present_day_is_answered_alike(log: LogRecorder):
    story, remembered = a_partnership(), RememberedHistories()
    today = day_of(log.head().now)
    write(log, story.records)

    def asked():
        with remembered.held():
            return known_partnership(log, story.partition_id, remembered=remembered).history

    with remembered.held(), ThreadPoolExecutor(1) as another:
        history = known_partnership(log, story.partition_id, remembered=remembered).history
        assert another.submit(asked).result() is not history
        assert asked() is history
        fresh = answers(log, story.partition_id, len(story.records), today, method=None)
        assert (
            another.submit(answers, log, story.partition_id, len(story.records), today, remembered).result()[1]
            == fresh[1]
        )
    assert asked() is history


@pytest.mark.usefixtures("shipped_method")
def test_in_doubt_every_history_is_made_from_nothing(log: LogRecorder):
    story, remembered = PartnershipStory(), RememberedHistories(grows=False)
    story.formed("2026-01-01")
    write(log, story.records)
    with remembered.held():
        assert type(known_partnership(log, story.partition_id, remembered=remembered).history) is History


@pytest.mark.usefixtures("shipped_method")
def test_what_was_worked_out_before_an_error_is_forgotten(log: LogRecorder):
    story, remembered = a_partnership(), RememberedHistories()
    write(log, story.records)
    with suppress(ZeroDivisionError), remembered.held():
        failed = known_partnership(log, story.partition_id, remembered=remembered).history
        raise ZeroDivisionError
    with remembered.held():
        assert known_partnership(log, story.partition_id, remembered=remembered).history is not failed


@pytest.mark.usefixtures("shipped_method")
def test_what_was_worked_out_before_a_refusal_is_kept(log: LogRecorder):
    story, remembered = a_partnership(), RememberedHistories()
    write(log, story.records)
    with suppress(UnknownPartnership), remembered.held():
        kept = known_partnership(log, story.partition_id, remembered=remembered).history
        known_partnership(log, PartnershipStory("another").partition_id, remembered=remembered)
    with remembered.held():
        assert known_partnership(log, story.partition_id, remembered=remembered).history is kept


@pytest.mark.usefixtures("shipped_method")
def test_what_if_is_read_off_a_history_of_its_own(log: LogRecorder, monkeypatch):
    story, remembered, histories = a_partnership(), RememberedHistories(), []
    write(log, story.records)
    monkeypatch.setattr(question, "read_variant", lambda each, *_: histories.append(each.history) or read_variant(each))
    with remembered.held():
        partnership = known_partnership(log, story.partition_id, remembered=remembered)
        question.what_if(log, partnership, question.WhatIfQuestion(half_lives_days=(30.0,)))
    assert len(histories) == 2
    assert partnership.history not in histories


def test_what_is_taken_out_later_is_taken_out_of_a_past_that_was_remembered(log: LogRecorder):
    story, remembered = PartnershipStory(), RememberedHistories()
    story.formed("2026-01-01")
    promise = story.promised("lights", "2026-01-10", due="2026-03-01", details={"theme": "Jane Q. Example"})
    write(log, story.records)
    partnership = known_partnership(log, story.partition_id, known_at=2, as_of=DAYS[-1], remembered=remembered)
    assert partnership.history.facts[-1].body.theme == "Jane Q. Example"
    story.tell(TextRedacted(happened="2026-05-01", record_id=promise, field="theme", ground="a name"))
    write(log, story.records[2:])
    partnership = known_partnership(log, story.partition_id, known_at=2, as_of=DAYS[-1], remembered=remembered)
    assert partnership.history.facts[-1].body.theme != "Jane Q. Example"


def test_a_history_is_read_once_until_something_is_recorded_in_it(log: LogRecorder):
    here, elsewhere, remembered = (
        PartnershipStory("here", positions=[1, 2, 5]),
        PartnershipStory("elsewhere", positions=[3, 4]),
        RememberedHistories(),
    )
    for story, month in ((here, "2026-01"), (elsewhere, "2026-02")):
        story.formed(f"{month}-01")
        story.promised("lights", f"{month}-10", due="2026-03-01")
    write(log, here.records)
    first = known_partnership(log, here.partition_id, as_of=DAYS[-1], remembered=remembered).history
    write(log, elsewhere.records)
    assert known_partnership(log, here.partition_id, as_of=DAYS[-1], remembered=remembered).history is first
    here.tell(RecordWithdrawn(happened="2026-05-01", record_id=here.records[1].event_id, reasons=words()))
    write(log, here.records[2:])
    now = known_partnership(log, here.partition_id, as_of=DAYS[-1], remembered=remembered).history
    assert now is not first
    assert len(now.withdrawn) == 1


def test_only_what_was_recorded_since_is_read_again(log: LogRecorder, monkeypatch):
    story, remembered = PartnershipStory(), RememberedHistories()
    story.formed("2026-01-01")
    write(log, story.records)
    assert len(known_partnership(log, story.partition_id, remembered=remembered).records) == 1
    story.promised("lights", "2026-01-10", due="2026-03-01")
    write(log, story.records[1:])
    read_events = []
    monkeypatch.setattr(
        log, "read_partition", lambda *request, **more: noted(LogRecorder.read_partition(log, *request, **more))
    )

    def noted(events):
        read_events.extend(events)
        return events

    assert len(known_partnership(log, story.partition_id, remembered=remembered).records) == 2
    assert len(known_partnership(log, story.partition_id, known_at=1, remembered=remembered).records) == 1
    assert [event.position for event in read_events] == [2]


def _three(log):
    """A partnership of seven events, one of three, and one of five, in a log of their own."""
    lengths, stories, first = (7, 3, 5), [], 1
    for name, length in zip(("long", "short", "middling"), lengths, strict=True):
        story = PartnershipStory(name, positions=list(range(first, first + length)))
        story.formed(f"2026-0{len(stories) + 1}-01")
        for number in range(length - 1):
            story.promised(f"{name} {number}", f"2026-0{len(stories) + 1}-10", due="2026-12-01")
        write(log, story.records)
        stories.append(story)
        first += length
    return stories


@pytest.mark.usefixtures("shipped_method")
@pytest.mark.parametrize("day", [DAYS[-1], None], ids=["another day", "today"])
def test_the_longest_is_not_forgotten_over_others(log: LogRecorder, day):
    long, short, middling = _three(log)
    remembered = RememberedHistories(most_events=4)

    def asked(story):
        with remembered.held():
            return known_partnership(log, story.partition_id, as_of=day, remembered=remembered).history

    first, brief = asked(long), asked(short)
    asked(middling)
    assert asked(long) is first
    assert asked(short) is not brief


def test_of_a_very_long_record_two_days_are_kept(log: LogRecorder, monkeypatch):
    monkeypatch.setattr("projections.engine.remembered_histories._EVENTS_OF_DAYS", 1)
    story, remembered = PartnershipStory(), RememberedHistories()
    story.formed("2025-01-01")
    write(log, story.records)

    def asked(day):
        return known_partnership(log, story.partition_id, as_of=day, remembered=remembered).history

    first, second, third = map(asked, DAYS)
    assert (asked(DAYS[1]), asked(DAYS[2])) == (second, third)
    assert asked(DAYS[1]) is second
    assert asked(DAYS[0]) is not first


@pytest.mark.usefixtures("shipped_method")
@pytest.mark.parametrize("day", [DAYS[-1], None], ids=["another day", "today"])
def test_what_is_forgotten_is_gone_without_a_search_for_garbage(log: LogRecorder, day):
    story, remembered = a_partnership(), RememberedHistories()
    write(log, story.records)
    gc.collect()
    gc.disable()
    try:
        with remembered.held():
            partnership = known_partnership(log, story.partition_id, as_of=day, remembered=remembered)
            for projection in declared().values():
                if projection.name != "observations":
                    replay_answer(partnership, projection)
            memo = weakref.ref(partnership.history.memo)
        del partnership, remembered
        assert memo() is None
    finally:
        gc.enable()


def test_what_nobody_recorded_is_known_to_nobody(log: LogRecorder):
    story = PartnershipStory()
    story.formed("2026-01-01")
    write(log, story.records)
    with pytest.raises(UnknownPartnership):
        known_partnership(log, PartnershipStory("another").partition_id, remembered=RememberedHistories())
