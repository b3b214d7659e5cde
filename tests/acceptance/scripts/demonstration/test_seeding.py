"""Seeding happens once: it is taken up where it was broken off, and touches no log that holds something else."""

import base64
import secrets
from datetime import date

import pytest

from api.runtime.settings import read_settings
from domain.log.recorder import LogRecorder
from domain.vocabulary import PartyKind
from scripts.commands.key import register_party
from scripts.demonstration import seeding
from scripts.demonstration.county import plan_county
from scripts.demonstration.play import play
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_services_over


@pytest.fixture
def settings(database_url):
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return read_settings({"DATABASE_URL": database_url, "FOLKMOOT_WRAPPING_KEY": key})


@pytest.fixture(scope="module")
def plan():
    return plan_county(1, places=1, begins=date(2026, 5, 1))


def position(database_url):
    with LogRecorder(database_url) as recorder:
        return recorder.head().position


def test_an_empty_log_is_seeded_once(settings, database_url, plan):
    seeding.seed(settings, database_url, plan)
    first = position(database_url)
    seeding.seed(settings, database_url, plan)
    assert 0 < first == position(database_url)


def test_a_seeding_broken_off_is_taken_up_where_it_ended(settings, database_url, plan, monkeypatch):
    def broken_off(plan, handler, _progress):
        def progress_until(act_count):
            if act_count >= len(plan.acts) // 2:
                raise KeyboardInterrupt

        play(plan, handler, progress_until)

    with monkeypatch.context() as patched:
        patched.setattr(seeding, "play", broken_off)
        patched.setattr("scripts.demonstration.play._AT_ONCE", 10)
        with pytest.raises(KeyboardInterrupt):
            seeding.seed(settings, database_url, plan)
    half = position(database_url)
    seeding.seed(settings, database_url, plan)
    with LogRecorder(database_url) as recorder:
        recorded = [event.event_id for event in recorder.stream()]
    assert 0 < half < len(recorded) == len(set(recorded))


def test_a_log_that_holds_something_else_is_left_alone(settings, database_url, plan):
    with open_services_over(settings, database_url, command="test") as services:
        register_party(services, "Somebody else", PartyKind.CHARITY)
    before = position(database_url)
    with pytest.raises(CommandFailed, match="other records") as failed:
        seeding.seed(settings, database_url, plan)
    assert failed.value.code is Exit.CONFIGURATION
    assert position(database_url) == before
