"""Histories of very long partnerships, worked out in the background before anybody asks."""

import itertools
from dataclasses import replace
from datetime import timedelta
from threading import Event
from types import SimpleNamespace
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from projections.engine.remembered_histories import RememberedHistories
from projections.engine.replay import known_partnership
from projections.history.memo import is_worked_out
from projections.scoring.behaviour import evidence
from projections.scoring.trust.timeline import lines_by_side
from scripts.support import long_histories
from scripts.support.long_histories import long_histories_ready

PATIENCE_S = 20


@pytest.fixture
def done(monkeypatch):
    """The partnerships whose histories were worked out, in order, and the event that one more was."""
    partnerships, one_more, work_out = [], Event(), long_histories.work_out

    def noted(services, partnership_id):
        work_out(services, partnership_id)
        partnerships.append(partnership_id)
        one_more.set()

    monkeypatch.setattr(long_histories, "work_out", noted)
    monkeypatch.setattr(long_histories, "_PAUSE_S", 0.01)
    monkeypatch.setattr(long_histories, "_LOOK_S", 0.01)
    return partnerships, one_more


@pytest.fixture
def is_ready(services, neighbourhood):
    def ready():
        with services.histories.held():
            partnership = known_partnership(
                services.recorder, UUID(neighbourhood.partnership), remembered=services.histories
            )
            return all(is_worked_out(partnership.history, each) for each in (evidence, lines_by_side))

    return ready


def test_a_long_one_is_there_before_anybody_asks(services, neighbourhood, done, is_ready, monkeypatch):
    partnerships, one_more = done
    monkeypatch.setattr(long_histories, "LONG", 1)
    assert not is_ready()
    with long_histories_ready(services):
        assert one_more.wait(PATIENCE_S)
        assert is_ready()
    assert partnerships == [UUID(neighbourhood.partnership)]


def test_it_is_worked_out_again_on_the_next_day(services, neighbourhood, done, monkeypatch):
    partnerships, one_more = done
    monkeypatch.setattr(long_histories, "LONG", 1)
    with long_histories_ready(services):
        assert one_more.wait(PATIENCE_S)
        one_more.clear()
        monkeypatch.setattr(long_histories, "day_of", lambda now: now.date() + timedelta(days=1))
        assert one_more.wait(PATIENCE_S)
    assert partnerships == 2 * [UUID(neighbourhood.partnership)]


def test_it_waits_until_nothing_is_asked(services, neighbourhood, done, monkeypatch):
    partnerships, one_more = done
    worked_s = itertools.count()
    monkeypatch.setattr(long_histories, "LONG", 1)
    monkeypatch.setattr(long_histories, "time", SimpleNamespace(process_time=lambda: next(worked_s)))
    with long_histories_ready(services):
        assert not one_more.wait(0.5)
        monkeypatch.setattr(long_histories, "time", SimpleNamespace(process_time=lambda: 0.0))
        assert one_more.wait(PATIENCE_S)
    assert partnerships == [UUID(neighbourhood.partnership)]


@pytest.mark.usefixtures("neighbourhood")
def test_others_are_left_until_they_are_asked_about(services, done):
    with long_histories_ready(services):
        assert not done[1].wait(0.5)


@pytest.mark.usefixtures("neighbourhood")
def test_none_is_kept_where_answers_are_replayed_whole(services, done, monkeypatch):
    monkeypatch.setattr(long_histories, "LONG", 1)
    with long_histories_ready(replace(services, histories=RememberedHistories(grows=False))):
        assert not done[1].wait(0.5)


def test_the_others_are_there_whatever_befalls_one_of_which_no_words_are_shown(services, boards, done, monkeypatch):
    work_out = long_histories.work_out

    def failing(services, partnership_id):
        if str(partnership_id) == first:
            raise ValueError("words of somebody")
        work_out(services, partnership_id)

    monkeypatch.setattr(long_histories, "LONG", 1)
    first = str(long_histories._remembered_at_once(services)[0])
    monkeypatch.setattr(long_histories, "work_out", failing)
    with capture_logs() as logs, long_histories_ready(services):
        assert done[1].wait(PATIENCE_S)
        done[1].clear()
        monkeypatch.setattr(long_histories, "day_of", lambda now: now.date() + timedelta(days=1))
        assert done[1].wait(PATIENCE_S)
    assert {*map(str, done[0])} == {*boards} - {first}
    kept = {"event": "a long history is not ready", "log_level": "warning", "error": "ValueError"}
    assert {**kept, "partnership_id": first} in logs


def test_only_so_many_are_worked_out_as_are_remembered_at_once(services, boards, monkeypatch):
    monkeypatch.setattr(long_histories, "LONG", 1)
    assert sorted(map(str, long_histories._remembered_at_once(services))) == boards
    monkeypatch.setattr(long_histories, "MOST_EVENTS", 1)
    assert len(long_histories._remembered_at_once(services)) == 1
