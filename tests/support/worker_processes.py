"""Whole processes that write, follow and rebuild, to be killed; forked from one that has loaded everything."""

import multiprocessing
import random
import threading
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count

from domain.log.connections import Connections
from domain.log.errors import AlreadyRecorded, LogUnavailable
from domain.log.recorder import LogRecorder
from projections.engine.builds import PROJECTOR
from projections.engine.follow import ProjectionFollower
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.seeded_logs import stored
from tests.support.stored_stage import staged
from tests.unit.projections.engine.test_laws import ACTS, tell

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__, "projections.reviews.compare_extracts", "networkx", "scipy.special"])
_AT_ONCE = 6
_ACTS_EACH = 40
_FIRST = date(2025, 1, 1)


def appended(log, seed, pause_s=0.0, *, most=10**9):
    """Write one partnership after another, six at a time, and give the count of events written so far after each."""
    chance, number, total = random.Random(seed), count(), 0  # noqa: S311 - a story, no secret
    stories = [_begun(f"{seed} {next(number)}") for _ in range(_AT_ONCE)]
    recorded_counts = dict.fromkeys(range(_AT_ONCE), 0)
    while total < most:
        which = chance.randrange(_AT_ONCE)
        story = stories[which]
        on = _FIRST + timedelta(days=3 * len(story.records))
        tell(story, chance.choice(ACTS), chance.randrange(30), on.isoformat())
        for record in story.records[recorded_counts[which] :]:
            while not _is_kept(log, record):
                threading.Event().wait(0.02)
            total += 1
        recorded_counts[which] = len(story.records)
        if len(story.records) > _ACTS_EACH:
            stories[which], recorded_counts[which] = _begun(f"{seed} {next(number)}"), 0
        yield total
        if pause_s:
            threading.Event().wait(pause_s)


def _begun(name):
    story = PartnershipStory(name)
    story.formed(_FIRST.isoformat())
    for who in (COUNCIL, TENANTS):
        story.joined(who, _FIRST.isoformat())
    return story


def _is_kept(log, record):
    try:
        log.append([stored(record)])
    except AlreadyRecorded:  # the answer was lost with the server
        return True
    except LogUnavailable:
        return False
    return True


def append(dsn, seed, pause_s=0.002):
    with LogRecorder(dsn, application_name="folkmoot-test-writer", pool_size=1) as log:
        for _ in appended(log, seed, pause_s):
            pass


def follow(dsn, name, batch):
    with LogRecorder(dsn, application_name=name, pool_size=2) as log:
        connections = Connections(
            dsn, role=PROJECTOR, application_name=name, pool_size=1, lock_timeout_s=5.0, statement_timeout_s=0
        )
        ProjectionFollower(log, connections, batch=batch).run(threading.Event())


def rebuild(dsn, shards, workers):
    with staged(dsn) as stage:
        stage.rebuild(shards=shards, workers=workers)


@contextmanager
def process(task, *arguments):
    """Run a task in a process of its own until the block ends; `kill` is SIGKILL."""
    started = _forks.Process(target=task, args=arguments)
    started.start()
    try:
        yield started
    finally:
        started.kill()
        started.join()
