"""A log that answers the same question once: what is recorded meanwhile does not come between two answers."""

import pytest

from domain.events import name_of
from domain.events.commitments import CommitmentMade
from domain.events.partnerships import PartnershipFormed
from domain.events.selection import Selection
from domain.log.find_records import find_records, last_position
from domain.log.read_once import ReadOnce
from tests.support.partnership_story import PartnershipStory
from tests.support.seeded_logs import seeded, write


@pytest.fixture
def log(database_url):
    with seeded(database_url) as recorder:
        yield recorder


@pytest.fixture
def story():
    story = PartnershipStory()
    story.formed("2026-01-01")
    for number in range(3):
        story.promised(f"promise {number}", "2026-01-10")
    return story


def of(body):
    """A selection of all events of one type."""
    return frozenset({Selection(frozenset({name_of(body)}), frozenset())})


def answers(log, story):
    """Everything that is read once: the head, records by selection, last positions and ends of a partition."""
    promises = of(CommitmentMade)
    return (
        log.head(),
        [record.event_id for record in find_records(log, promises)],
        last_position(log, promises),
        log.ends_of_partition(story.partition_id, 10),
    )


def test_it_answers_as_the_log_did_when_it_was_asked_first(log, story):
    write(log, story.records[:2])
    page = ReadOnce(log)
    before = answers(page, story)
    assert [*before[1:]] == [*answers(log, story)[1:]]
    write(log, story.records[2:])
    assert answers(page, story) == before
    assert len(answers(log, story)[1]) == 3
    assert answers(ReadOnce(log), story)[1:] == answers(log, story)[1:]


def test_other_questions_have_other_answers(log, story):
    write(log, story.records)
    page = ReadOnce(log)
    formed = of(PartnershipFormed)
    promises = of(CommitmentMade)
    for selections in (formed, promises, formed | promises):
        for after in (0, 1, 2):
            for upto in (2, 3, None):
                for limit in (1, None):
                    bounds = {"after": after, "upto": upto, "limit": limit}
                    assert find_records(page, selections, **bounds) == find_records(log, selections, **bounds)
        assert last_position(page, selections) == last_position(log, selections)
        assert last_position(page, selections, upto=2) == last_position(log, selections, upto=2)
    for upto in (1, 2, 4):
        assert page.ends_of_partition(story.partition_id, upto) == log.ends_of_partition(story.partition_id, upto)
        instant = log.recorded_at(upto)
        assert page.position_at(instant) == log.position_at(instant)


def test_it_asks_the_database_once(log, story, monkeypatch):
    write(log, story.records)
    page = ReadOnce(log)
    answers(page, story)
    monkeypatch.setattr(log.connections, "borrow", None)
    answers(page, story)
