"""`kill -9` of a follower or of a rebuild at any moment: whoever goes on ends with what replay says."""

import random
import time
from concurrent.futures import Executor, ThreadPoolExecutor

from projections.engine.rebuild import Rebuild, RebuildPlan
from projections.engine.shard_tasks import DatabaseAddresses
from projections.views import stored_projections
from tests.support.log_events import eventually
from tests.support.worker_processes import append, appended, follow, process, rebuild

KILLS = 50
LEADER = """
    SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.objid = x'666F6C6C'::bigint::oid AND l.granted
"""


def given_events(stage, events):
    for _ in appended(stage.log, "before", most=events):
        pass


def leader(stage):
    with stage.owner() as connection:
        row = connection.execute(LEADER).fetchone()
    return row[0].removesuffix("-follow") if row else None


def test_a_follower_killed_at_any_moment_loses_and_doubles_nothing(stage):
    chance = random.Random(7)  # noqa: S311 - moments, no secret
    given_events(stage, 200)
    stage.rebuild()
    with process(append, stage.dsn, "while killing"):
        for _ in range(KILLS):
            with process(follow, stage.dsn, "folkmoot-killed", chance.choice([1, 20, 1000])) as follower:
                before = stage.live()["trust"].position
                eventually(lambda: leader(stage))
                if chance.random() < 0.5:  # in the midst of following; else as it begins
                    eventually(lambda before=before: stage.live()["trust"].position > before)
                time.sleep(chance.uniform(0, 0.1))
                follower.kill()
    stage.follower().catch_up()
    assert stage.is_level()
    assert stage.hold_to_replay()
    assert not stage.verify().drifts


def test_a_rebuild_killed_at_any_moment_leaves_nothing_half_built(stage):
    chance = random.Random(11)  # noqa: S311 - moments, no secret
    given_events(stage, 400)
    stage.rebuild()
    killed = 0
    with process(append, stage.dsn, "while killing"):
        while killed < KILLS:
            with process(rebuild, stage.dsn, chance.choice([2, 5, 9]), 1) as rebuilding:
                rebuilding.join(chance.uniform(0, 1.2))
                killed += rebuilding.is_alive()
                rebuilding.kill()
    report = stage.rebuild()
    assert report.is_swapped
    assert not report.drifts
    stage.follower().catch_up()
    assert stage.hold_to_replay()


def test_a_rebuild_goes_on_with_the_parts_that_were_not_done(stage):
    given_events(stage, 400)
    with process(rebuild, stage.dsn, 12, 1) as rebuilding:
        eventually(lambda: shards(stage))
        rebuilding.kill()
        rebuilding.join()
    before = shards(stage)
    assert 0 < len(before) < 12
    report = stage.rebuild(shards=12)
    assert report.is_resumed
    assert report.is_swapped
    after = shards(stage)
    assert len(after) == 12
    assert {shard: after[shard] for shard in before} == before
    assert report.run.events == stage.log.head().position
    assert stage.hold_to_replay()


def shards(stage):
    """The transaction by which each part that is done was written."""
    with stage.owner() as connection:
        return dict(connection.execute("SELECT shard, xmin::text FROM projection.shard").fetchall())


def test_workers_end_with_the_rebuild_that_is_killed(stage):
    given_events(stage, 200)
    stage.rebuild()
    with stage.owner() as holder, process(rebuild, stage.dsn, 4, 2) as rebuilding:
        with holder.transaction():
            holder.execute("LOCK TABLE projection.row_set IN SHARE MODE")
            eventually(lambda: len(shard_sessions(stage, waiting=True)) == 2)
            rebuilding.kill()
            rebuilding.join()
        eventually(lambda: not shard_sessions(stage))
    report = stage.rebuild(workers=2)
    assert report.is_resumed
    assert report.is_swapped
    assert stage.hold_to_replay()


def shard_sessions(stage, *, waiting=False):
    with stage.owner() as connection:
        return connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'folkmoot-shard%%' "
            "AND (wait_event_type = 'Lock' OR NOT %s)",
            (waiting,),
        ).fetchall()


class Twice(Executor):
    """Runs every task in two threads at once, as a cluster may that lost sight of the first."""

    def submit(self, task, order):
        with ThreadPoolExecutor(2) as threads:
            first, second = threads.submit(task, order), threads.submit(task, order)
        assert (first.result().events, first.result().rows) == (second.result().events, second.result().rows)
        return second


def test_a_part_that_two_workers_take_is_done_once(stage):
    given_events(stage, 200)
    declared = tuple(stored_projections().values())
    plan = RebuildPlan(projections=declared, shards=4, source=DatabaseAddresses(stage.dsn))
    report = Rebuild(stage.log, stage.connections, Twice(), plan).run()
    assert report.run.events == stage.log.head().position
    assert stage.hold_to_replay()


def test_of_two_followers_one_leads_and_the_other_takes_over(stage):
    given_events(stage, 200)
    stage.rebuild()
    with (
        process(append, stage.dsn, "meanwhile"),
        process(follow, stage.dsn, "one", 1000) as one,
        process(follow, stage.dsn, "other", 1000) as other,
    ):
        followers = {"one": one, "other": other}
        eventually(lambda: leader(stage))
        first = leader(stage)
        before = stage.live()["trust"].position
        eventually(lambda: stage.live()["trust"].position > before)
        followers.pop(first).kill()
        ((second, _),) = followers.items()
        eventually(lambda: leader(stage) == second)
        before = stage.live()["trust"].position
        eventually(lambda: stage.live()["trust"].position > before)
        with process(follow, stage.dsn, "third", 1000):
            time.sleep(0.5)
            assert leader(stage) == second
    stage.follower().catch_up()
    assert stage.hold_to_replay()
