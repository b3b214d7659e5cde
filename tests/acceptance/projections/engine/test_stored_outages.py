"""A server that is killed, a disk that is full, a reader in the way: what is live stays, and the next run goes on."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from domain.log.errors import LogUnavailable
from domain.log.sessions import connect
from projections.engine import swap
from projections.engine.runs import parked, recent_runs
from projections.engine.swap import SwapBlocked
from tests.support.log_events import eventually
from tests.support.stored_stage import staged
from tests.support.worker_processes import append, appended, follow, process


def given_events(stage, events):
    for _ in appended(stage.log, "before", most=events):
        pass


def kill(server):
    os.kill(server.pid, signal.SIGKILL)


def restarted(server):
    dsn = server.dsn("own")
    server.start()
    assert server.dsn("own") == dsn


def test_a_follower_outlives_its_server(own_server):
    dsn = own_server.dsn("own")
    with staged(dsn) as stage:
        given_events(stage, 150)
        stage.rebuild()
        with process(append, dsn, "meanwhile", 0.01), process(follow, dsn, "folkmoot-follower", 20) as follower:
            for seconds in (0.1, 0.7, 0.3):
                before = stage.live()["trust"].position
                eventually(lambda before=before: stage.live()["trust"].position > before)
                time.sleep(seconds)
                kill(own_server)
                restarted(own_server)
            before = stage.live()["trust"].position
            eventually(lambda: stage.live()["trust"].position > before)
            assert follower.is_alive()
        stage.follower().catch_up()
        with stage.owner() as connection:
            assert not parked(connection, stage.live().values())
        assert stage.hold_to_replay()


@pytest.mark.parametrize(("phase", "after"), [("filling", 3), ("proving", 2), ("proving", 6)])
def test_a_rebuild_that_loses_its_server_says_so_and_is_gone_on_with(own_server, phase, after):
    def lose(progress):
        if (progress.phase, progress.done) == (phase, after):
            kill(own_server)

    with staged(own_server.dsn("own")) as stage:
        given_events(stage, 150)
        stage.rebuild()
        before, live = stage.stored(), stage.live()
        with pytest.raises(LogUnavailable):
            stage.rebuild(shards=6, report_progress=lose)
        restarted(own_server)
        assert (stage.stored(), stage.live()) == (before, live)
        report = stage.rebuild(shards=6)
        assert report.is_resumed
        assert report.is_swapped
        assert not report.drifts
        assert stage.hold_to_replay()


@contextmanager
def small_disk(server):
    """Mount a disk of 2 MiB that the server may use; skips where that is not allowed."""
    folder = server.data_dir / "small"
    folder.mkdir()
    mount = shutil.which("mount") or pytest.skip("a small disk cannot be mounted here")
    what = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if (mounted := subprocess.run(what, check=False, capture_output=True, text=True)).returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        user = pwd.getpwuid((server.data_dir / "cluster").stat().st_uid)
        os.chown(folder, user.pw_uid, user.pw_gid)
        yield folder
    finally:
        server.stop()
        subprocess.run([f"{mount[:-5]}umount", str(folder)], check=True)


def fill(disk, *, leaving):
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - leaving))
    return ballast


def test_a_full_disk_leaves_what_is_live_and_once_there_is_space_the_next_run_succeeds(own_server):
    with small_disk(own_server) as disk, staged(own_server.dsn("own")) as stage:
        given_events(stage, 150)
        stage.rebuild()
        before, live = stage.stored(), stage.live()
        with stage.owner() as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            connection.execute("GRANT CREATE ON TABLESPACE small TO folkmoot_projector")
            connection.execute("ALTER DATABASE own SET default_tablespace = small")
        ballast = fill(disk, leaving=120_000)
        with pytest.raises(LogUnavailable, match="disk is full: free space"):
            stage.rebuild()
        with stage.owner() as connection:
            (night, *_) = recent_runs(connection)
        assert (night.state, "disk is full" in night.fault) == ("failed", True)
        assert (stage.stored(), stage.live()) == (before, live)
        ballast.unlink()
        assert stage.rebuild().is_swapped
        assert stage.hold_to_replay()


def test_a_reader_who_does_not_end_keeps_builds_from_being_swapped_and_nothing_else(stage, monkeypatch):
    monkeypatch.setattr(swap, "_TRIES", 2)
    given_events(stage, 100)
    stage.rebuild()
    before, live = stage.stored(), stage.live()
    with connect(stage.dsn, application_name="folkmoot-test") as reader:
        reader.execute("SELECT count(*) FROM projection.trust")
        with pytest.raises(SwapBlocked, match="nothing was swapped"):
            stage.rebuild()
        assert (stage.stored(), stage.live()) == (before, live)
        assert stage.follower().catch_up() == stage.log.head().position
    report = stage.rebuild()
    assert report.is_resumed
    assert report.is_swapped
    assert stage.hold_to_replay()
