"""A backtest of a real log: the same by one worker and by many, whatever was recorded after the position."""

from datetime import date, timedelta

import pytest

from domain.log.errors import BeyondHead
from projections.backtest.backtest import BacktestQuestion, NothingForetold, backtest
from projections.engine.executors import open_executor
from projections.method.document import default_method
from projections.method.method import method_sha256
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, noon
from tests.support.seeded_logs import interleaved, seeded, write

METHOD = default_method()


@pytest.fixture
def stories():
    """Return two partnerships of a council: it keeps all its promises to the one, and none to the other."""
    positions = iter(range(1, 10_000))
    both = [PartnershipStory(name, positions=positions) for name in ("kept", "broken")]
    for hour, story in enumerate(both):
        story.formed("2025-01-01", recorded=at(date(2025, 1, 1), hour))
        for who in (COUNCIL, TENANTS):
            story.joined(who, "2025-01-01", recorded=at(date(2025, 1, 1), hour))
    day = date(2025, 1, 10)
    for number in range(12):
        due, done_on = day + timedelta(days=14), day + timedelta(days=10)
        for hour, story in enumerate(both):
            name = f"{number} of {story.partition_id}"
            story.promised(name, day.isoformat(), due=due.isoformat(), recorded=at(day, hour))
        both[0].confirmed_done(f"{number} of {both[0].partition_id}", done_on.isoformat(), recorded=at(done_on, 0))
        day += timedelta(days=30)
    both[1].joined(TENANTS, "2026-06-01", seat="again", recorded=at(date(2026, 6, 1), 0))
    return both


def at(day, hour):
    return noon(day) + timedelta(hours=hour)


@pytest.fixture
def log(database_url, stories):
    with seeded(database_url) as recorder:
        write(recorder, interleaved(*stories))
        yield recorder


@pytest.fixture
def check(log, database_url):
    def checked(workers=1, **what):
        question = BacktestQuestion(method=METHOD, **({"position": log.head().position} | what))
        with open_executor(workers) as executor:
            return backtest(log, database_url, question, executor)

    return checked


def test_every_duty_of_every_partnership_is_foretold_and_scored(check, log):
    report = check()
    assert (report.partnerships, report.duties, report.tried) == (2, 24, 1)
    (whole,) = report.stretches
    reliability = whole.aspects[1].scores
    assert (reliability.forecasts, reliability.share) == (24, 0.5)
    assert reliability.skill > 0.5
    assert reliability.area_under_curve > 0.9
    assert report.basis.tree_root == log.root(log.head().position).hex()
    assert report.basis.method_sha256 == method_sha256(METHOD)


def test_workers_change_nothing(check):
    split = date(2025, 8, 1)
    assert check(split_on=split) == check(workers=2, split_on=split)


def test_what_was_recorded_after_the_position_plays_no_part(check, log):
    position = log.head().position // 2
    before = check(position=position)
    assert 0 < before.duties < 24
    assert before.basis.as_of == log.recorded_at(position).date()


def test_progress_is_told_partnership_by_partnership(log, database_url):
    steps = []
    question = BacktestQuestion(method=METHOD, position=log.head().position)
    with open_executor(1) as executor:
        backtest(log, database_url, question, executor, lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]


def test_a_position_beyond_the_head_is_refused(check):
    with pytest.raises(BeyondHead):
        check(position=100_000)


def test_a_log_without_partnerships_has_nothing_to_check(check):
    with pytest.raises(NothingForetold):
        check(position=0)
