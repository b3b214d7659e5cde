"""A rebuild ends: by itself however fast others record, in the time it is given, and never where it failed before."""

import time
from argparse import ArgumentParser

import psycopg
import pytest

from projections.engine import swap, updater
from projections.engine.row_sets import project_row_sets
from projections.engine.shard_tasks import OutOfTime
from projections.engine.swap import SwapBlocked
from scripts.commands import rebuild
from scripts.support.exits import CommandFailed, Exit
from tests.support.log_events import eventually
from tests.support.stored_stage import DAY, record
from tests.support.worker_processes import append, appended, follow, process

FAILED_IN_ITSELF = (ZeroDivisionError, psycopg.errors.DataException, psycopg.errors.ProgramLimitExceeded)
INTERRUPTED = (psycopg.OperationalError, psycopg.errors.DiskFull, psycopg.errors.LockNotAvailable, SwapBlocked)
_SAID = r"it ended here|cannot be used now|what it should not|disk is full|held the log"


def rebuild_that_ends_with(stage, monkeypatch, error):
    def end(*_):
        raise error("it ended here")

    with monkeypatch.context() as patch:
        patch.setattr("projections.engine.rebuild.index_build", end)
        with pytest.raises(Exception, match=_SAID):
            stage.rebuild(today=DAY)


@pytest.mark.parametrize("error", FAILED_IN_ITSELF)
def test_a_run_that_failed_in_itself_is_begun_anew_at_the_head(stage, two, monkeypatch, error):
    one, _ = two
    rebuild_that_ends_with(stage, monkeypatch, error)
    one.promised("bins", "2025-03-01")
    head = record(stage, one)
    report = stage.rebuild(today=DAY)
    assert (report.is_resumed, report.run.position, report.is_swapped) == (False, head, True)
    assert stage.hold_to_replay()


@pytest.mark.parametrize("error", INTERRUPTED)
def test_a_run_that_was_interrupted_is_gone_on_with(stage, two, monkeypatch, error):
    one, _ = two
    begun_at = stage.log.head().position
    rebuild_that_ends_with(stage, monkeypatch, error)
    one.promised("bins", "2025-03-01")
    record(stage, one)
    report = stage.rebuild(today=DAY)
    assert (report.is_resumed, report.run.position, report.is_swapped) == (True, begun_at, True)
    assert stage.hold_to_replay()


def test_a_rebuild_ends_while_more_is_recorded_than_it_takes_in(stage, monkeypatch):
    for _ in appended(stage.log, "before", most=120):
        pass
    stage.rebuild()
    before = stage.live()["asks"]
    monkeypatch.setattr(swap, "_NEAR", 5)
    monkeypatch.setattr(swap, "_BATCH", 20)

    def slowly(*arguments):
        time.sleep(0.03)  # as long as a large partnership takes
        return project_row_sets(*arguments)

    with process(append, stage.dsn, "meanwhile", 0.005), process(follow, stage.dsn, "folkmoot-follower", 50):
        eventually(lambda: stage.live()["asks"].position > before.position)
        with monkeypatch.context() as patch:
            patch.setattr(updater, "project_row_sets", slowly)
            position = stage.live()["asks"].position
            report = stage.rebuild(max_seconds=60)
        assert report.is_swapped
        after = stage.live()["asks"]
        assert after.build != before.build
        assert after.position >= position  # nobody sees less than before
        eventually(lambda: stage.live()["asks"].position > after.position)  # the follower takes the rest
    stage.follower().catch_up()
    assert stage.hold_to_replay()
    assert not stage.verify().drifts


def test_a_rebuild_that_is_out_of_time_puts_nothing_in_place_and_is_gone_on_with(stage, two):
    assert two
    live = stage.live()
    with pytest.raises(OutOfTime, match="run again, and it goes on where it was"):
        stage.rebuild(today=DAY, max_seconds=0)
    assert stage.live() == live
    report = stage.rebuild(today=DAY, max_seconds=600)
    assert (report.is_resumed, report.is_swapped) == (True, True)


def test_the_command_out_of_time_ends_with_a_sentence_and_may_be_tried_again(stage, two, monkeypatch):
    assert two
    monkeypatch.setenv("DATABASE_URL", stage.dsn)
    parser = ArgumentParser()
    rebuild.configure(parser)
    with pytest.raises(CommandFailed, match="the time given is over") as refusal:
        rebuild.run(parser.parse_args(["--all", "--workers", "1", "--max-duration", "0s"]))
    assert refusal.value.code is Exit.ANOTHER_RUN_HOLDS_THE_LOCK
