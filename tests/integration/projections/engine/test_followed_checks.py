"""Rows that a follower makes by difference are never trusted: some are projected from nothing too, and compared."""

from argparse import ArgumentParser

import pytest
from structlog.testing import capture_logs

from projections.engine.follow import ProjectionFollower
from projections.engine.held_partitions import HOLD, WholePartition
from scripts.commands import follow
from tests.support.stored_stage import DAY, record

FALSE = "commitments"


class ForgetfulPartition:
    """A partition that, while `forgets`, leaves out the last row of one projection wherever it has grown."""

    forgets = False

    def __init__(self, records):
        self._partition = HOLD(records)

    def __getattr__(self, name):
        return getattr(self._partition, name)

    def rows(self, as_of, method, projections):
        for projection, rows in self._partition.rows(as_of, method, projections):
            is_false = self.forgets and projection.name == FALSE and not self.made_whole
            yield projection, rows[:-1] if is_false else rows


@pytest.fixture
def forgetful(monkeypatch):
    monkeypatch.setattr(ForgetfulPartition, "forgets", True)
    return ForgetfulPartition


def follower(stage, **how):
    return ProjectionFollower(stage.log, stage.connections, today=lambda: DAY, batch=1, **how)


def settle(lead):
    while lead.step():
        pass


def promise(stage, story, number):
    story.promised(f"promise {number}", "2025-03-01", due="2025-09-01")
    record(stage, story)


def test_rows_that_are_false_are_found_named_and_written_anew_from_the_log(stage, two, forgetful):
    one, _ = two
    following = follower(stage, hold=forgetful, checked_one_in=4)
    with following.leading() as lead, capture_logs() as lines:
        for number in range(5):  # the first time it is made whole
            promise(stage, one, number)
            assert lead.step()
        assert (following.counts.checks, following.counts.differences) == (0, 0)
        with pytest.raises(AssertionError):
            stage.hold_to_replay()
        settle(lead)
    assert (following.counts.checks, following.counts.differences) == (1, 1)
    assert stage.hold_to_replay()
    errors = [line for line in lines if line["log_level"] == "error"]
    assert errors == [
        {
            "event": "rows that were followed are not those of the log",
            "log_level": "error",
            "partition": str(one.partition_id),
            "projections": [FALSE],
        }
    ]


def test_what_was_remembered_of_a_partition_with_false_rows_is_forgotten(stage, two, forgetful, monkeypatch):
    one, _ = two
    following = follower(stage, hold=forgetful, checked_one_in=1)
    with following.leading() as lead:
        for number in range(2):
            promise(stage, one, number)
            settle(lead)
        assert following.counts.differences == 1
        monkeypatch.setattr(ForgetfulPartition, "forgets", False)
        made_before = following.counts.whole["first"]
        promise(stage, one, 2)
        settle(lead)
    assert following.counts.whole["first"] == made_before + 1
    assert following.counts.differences == 1
    assert stage.hold_to_replay()


def test_one_in_fifty_partitions_that_grew_is_checked_and_none_differs(stage, two):
    following = follower(stage)
    with following.leading() as lead:
        for number in range(102):  # each is made whole once
            promise(stage, two[number % 2], number)
            settle(lead)
    assert (following.counts.checks, following.counts.differences) == (2, 0)
    assert stage.hold_to_replay()


def test_a_follower_that_is_told_to_makes_everything_from_nothing(stage, two, monkeypatch):
    monkeypatch.setattr(follow, "configure_logging", lambda: None)
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    monkeypatch.setenv("FOLKMOOT_FOLLOW_WHOLE", "yes")
    parser = ArgumentParser()
    follow.configure(parser)
    promise(stage, two[0], 1)
    with capture_logs() as lines:
        follow.run(parser.parse_args(["--once"]))
    assert [line["whole"].keys() for line in lines if "whole" in line] == [{"followed whole"}]
    following = follower(stage, hold=WholePartition, checked_one_in=1)
    promise(stage, two[0], 2)
    following.catch_up()
    assert following.counts.whole.keys() == {"followed whole"}
    assert following.counts.checks == 0
    assert stage.hold_to_replay()


def test_a_follower_at_rest_takes_partitions_into_memory_so_that_their_next_event_makes_little_again(stage, two):
    one, other = two
    following = follower(stage)
    with following.leading() as lead:
        assert lead.prepare()
        assert lead.prepare()
        assert not lead.prepare()
        assert following.counts.whole == {"first": 2}
        for story in (one, other):
            promise(stage, story, 1)
            settle(lead)
        assert following.counts.whole == {"first": 2}
        assert following.counts.rows_written < 2 * following.counts.rows_encoded
    assert stage.hold_to_replay()


def test_rows_that_another_hand_changed_are_not_taken_for_stored_before_their_next_event(stage, two):
    one, _ = two
    with stage.owner() as connection:
        connection.execute(f"UPDATE projection.{stage.live()[FALSE].table} SET due_on = '1999-01-01'")  # noqa: S608 - our own
    with follower(stage).leading() as lead:
        while lead.prepare():
            pass
        promise(stage, one, 1)
        promise(stage, two[1], 1)
        settle(lead)
    assert stage.hold_to_replay()


def test_no_more_is_taken_into_memory_before_its_time_than_there_is_room_for(stage, two):
    following = follower(stage, cached_events=len(two[0].records))
    with following.leading() as lead:
        assert lead.prepare()
        assert not lead.prepare()
    assert following.counts.whole == {"first": 1}
