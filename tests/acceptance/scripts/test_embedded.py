"""The PostgreSQL that Folkmoot starts itself: private, durable, found again, and never in anyone's way."""

import codecs
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from domain.checkout import ROOT
from domain.embedded_server import (
    DataDirectoryUnreachable,
    EmbeddedPostgres,
    NoServerPrograms,
    ServerFailed,
    WrongMajorVersion,
    installations,
)
from domain.embedded_server.file_locks import try_lock
from tests.support.log_events import eventually

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="needs root: the server then runs as another user")


@pytest.fixture
def place():
    """A folder that every user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(place):
    return place / "data"


@pytest.fixture
def only_the_wheel(monkeypatch):
    monkeypatch.setattr(installations, "_system_folders", list)
    monkeypatch.setattr(shutil, "which", lambda _: None)


def quick(data_dir: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(data_dir, fsync=False)


def ask(postgres: EmbeddedPostgres, question: str):
    with psycopg.connect(postgres.dsn()) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def write_down(postgres: EmbeddedPostgres) -> None:
    ask(postgres, "create table promise as select 'kept' as state")


def is_written(postgres: EmbeddedPostgres) -> bool:
    return ask(postgres, "select state from promise") == "kept"


def another_process(script: str, data_dir: Path) -> subprocess.Popen:
    """Run a script that knows `postgres`, in a process of its own."""
    opening = f"""
from pathlib import Path
import psycopg, sys, time
from domain.embedded_server import EmbeddedPostgres
postgres = EmbeddedPostgres(Path({str(data_dir)!r}), fsync=False)
"""
    return subprocess.Popen(
        [sys.executable, "-c", opening + script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def as_nobody(folder: Path, job) -> None:
    """Do the job in a forked process of an ordinary user, who owns the folder; fail as it fails.

    Forked, since that user may be unable to reach this Python.
    """
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    codecs.lookup("ascii")  # loaded before, since that user may be unable to load it
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            job()
            status = 0
        except BaseException as error:  # noqa: BLE001 - said to the parent by the exit status
            print(repr(error), file=sys.__stderr__)
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def until_gone(data_dir: Path) -> None:
    """Wait until no process of the server is left."""
    for _ in range(1000):
        if (lock := try_lock(data_dir / "server.lock")) is not None:
            os.close(lock)
            return
        time.sleep(0.01)
    pytest.fail("the server still runs")


def test_a_second_start_finds_the_data_of_the_first(data_dir):
    with quick(data_dir) as postgres:
        write_down(postgres)
    with quick(data_dir) as postgres:
        assert is_written(postgres)


def test_the_server_is_durable_private_and_the_same_everywhere(data_dir, monkeypatch):
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    with EmbeddedPostgres(data_dir) as postgres:
        settings = {
            name: ask(postgres, f"select current_setting('{name}')")
            for name in ("fsync", "full_page_writes", "listen_addresses", "server_encoding", "timezone")
        }
        collation = ask(postgres, "select datcollate from pg_database where datname = current_database()")
        assert settings == {
            "fsync": "on",
            "full_page_writes": "on",
            "listen_addresses": "",
            "server_encoding": "UTF8",
            "timezone": "UTC",
        }
        assert collation == "C"
        for private in ("run", "cluster"):
            assert stat.S_IMODE((data_dir / private).stat().st_mode) == 0o700


def test_what_people_wrote_stays_out_of_the_server_log(data_dir):
    with quick(data_dir) as postgres:
        with pytest.raises(psycopg.DataError):
            ask(postgres, "select 'Mrs Okonkwo'::uuid")
        ask(postgres, "create table person (name text primary key)")
        for _ in range(2):
            error = None
            try:
                ask(postgres, "insert into person values ('Mrs Okonkwo')")
            except psycopg.IntegrityError as raised:
                error = raised
        assert "Mrs Okonkwo" in str(error)
    log = (data_dir / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "Okonkwo" not in log


def test_another_process_joins_the_running_server_and_leaves_it_running(data_dir):
    with quick(data_dir) as postgres:
        write_down(postgres)
        joined = another_process("postgres.start(); print(postgres.pid); postgres.stop()", data_dir)
        output, _ = joined.communicate()
        assert (joined.returncode, int(output)) == (0, postgres.pid)
        assert is_written(postgres)


def test_a_process_that_ends_takes_its_server_with_it(data_dir):
    starter = another_process("postgres.start(); print(postgres.pid)", data_dir)
    output, _ = starter.communicate()
    assert (starter.returncode, int(output) > 0) == (0, True)
    until_gone(data_dir)


def test_the_server_outlives_its_starter_for_as_long_as_others_use_it(data_dir):
    starter = another_process("postgres.start(); print(postgres.pid, flush=True); sys.stdin.read()", data_dir)
    pid = int(starter.stdout.readline())
    with quick(data_dir) as postgres:
        write_down(postgres)
        starter.stdin.close()
        assert starter.wait() == 0
        assert postgres.pid == pid
        assert is_written(postgres)
    until_gone(data_dir)
    starter.stdout.close()


def test_of_users_that_leave_at_once_one_stops_the_server_and_who_comes_then_has_it_again(data_dir):
    together = "postgres.start(); print('ready', flush=True); sys.stdin.read(); postgres.stop()"
    users = [another_process(together, data_dir) for _ in range(4)]
    for user in users:
        assert user.stdout.readline() == "ready\n"
    for user in users:
        user.stdin.close()
    with quick(data_dir) as late:
        assert ask(late, "select 1") == 1
    for user in users:
        assert user.wait() == 0
        user.stdout.close()
    until_gone(data_dir)


def test_a_server_that_is_kept_running_comes_back_by_itself_after_a_kill(data_dir):
    with quick(data_dir) as postgres, quick(data_dir) as other, postgres.kept_running(), other.kept_running():
        write_down(postgres)
        for _ in range(2):
            killed = postgres.pid
            os.kill(killed, signal.SIGKILL)
            eventually(lambda: answers(other) and other.pid != killed)  # noqa: B023 - called within its turn
        assert is_written(postgres)
    until_gone(data_dir)


def answers(postgres: EmbeddedPostgres) -> bool:
    with suppress(psycopg.OperationalError):
        return ask(postgres, "select 1") == 1
    return False


def test_damage_to_a_page_on_disk_is_noticed(data_dir):
    with quick(data_dir) as postgres:
        assert ask(postgres, "select current_setting('data_checksums')") == "on"


def test_two_that_start_at_once_share_one_server(data_dir):
    both = [quick(data_dir), quick(data_dir)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(EmbeddedPostgres.start, both))
    assert both[0].pid == both[1].pid
    write_down(both[0])
    assert is_written(both[1])
    for postgres in both:
        postgres.stop()
    until_gone(data_dir)


def test_after_a_kill_of_the_server_a_start_finds_the_data(data_dir):
    postgres = quick(data_dir)
    postgres.start()
    write_down(postgres)
    os.kill(postgres.pid, signal.SIGKILL)
    postgres.start()
    assert is_written(postgres)
    postgres.stop()


@pytest.mark.parametrize("server_dies_too", [False, True])
def test_after_a_kill_of_its_starter_the_next_start_takes_the_server_over(data_dir, server_dies_too):
    starter = another_process("postgres.start(); print(postgres.pid, flush=True); time.sleep(60)", data_dir)
    pid = int(starter.stdout.readline())
    os.kill(starter.pid, signal.SIGKILL)
    starter.communicate()
    if server_dies_too:
        os.kill(pid, signal.SIGKILL)
    with quick(data_dir) as postgres:
        write_down(postgres)
        assert is_written(postgres)
        assert (postgres.pid == pid) is not server_dies_too
    until_gone(data_dir)


def test_a_set_up_that_was_cut_short_is_begun_again(data_dir):
    unfinished = data_dir / "cluster.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("15")
    data_dir.chmod(0o755)
    with quick(data_dir) as postgres:
        write_down(postgres)


def test_a_path_too_long_for_a_socket_is_no_hindrance(place):
    data_dir = place / ("very" * 30) / "data"
    data_dir.parent.mkdir()
    with quick(data_dir) as postgres:
        write_down(postgres)
        with quick(data_dir) as joined:
            assert is_written(joined)
        socket_dir = Path(str(conninfo_to_dict(postgres.dsn())["host"]))
        assert socket_dir.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert not socket_dir.exists()


def test_a_database_of_an_unknown_major_version_is_left_alone(data_dir):
    with quick(data_dir):
        pass
    (data_dir / "cluster" / "PG_VERSION").write_text("13\n")
    with pytest.raises(WrongMajorVersion, match=r"made by PostgreSQL 13, but here is only \d+"):
        quick(data_dir).start()


def test_a_server_that_cannot_start_says_what_its_log_says(data_dir):
    with quick(data_dir):
        pass
    with (data_dir / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(ServerFailed, match="no_such_setting"):
        quick(data_dir).start()


@pytest.mark.usefixtures("only_the_wheel")
def test_the_programs_of_the_wheel_serve(data_dir):
    with quick(data_dir) as postgres:
        assert ask(postgres, "select current_setting('server_version_num')::int / 10000") >= 18


@pytest.mark.usefixtures("only_the_wheel")
def test_without_programs_it_says_what_to_do(data_dir, monkeypatch):
    monkeypatch.setattr(installations, "_wheel_package", lambda: None)
    with pytest.raises(NoServerPrograms, match="set DATABASE_URL"):
        quick(data_dir).start()


@as_root
@pytest.mark.usefixtures("only_the_wheel")
def test_programs_that_the_server_user_cannot_reach_are_copied(data_dir, tmp_path, monkeypatch):
    package = installations._wheel_package()
    for name in (package.name, f"{package.name}.libs"):
        (tmp_path / name).symlink_to(package.parent / name)
    monkeypatch.setattr(installations, "_wheel_package", lambda: tmp_path / package.name)
    for _ in range(2):
        with quick(data_dir) as postgres:
            assert ask(postgres, "select 1") == 1
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@as_root
def test_a_folder_closed_to_the_server_user_is_named_and_stays_closed(tmp_path):
    tmp_path.chmod(0o700)
    with pytest.raises(DataDirectoryUnreachable, match="choose a data directory") as refusal:
        quick(tmp_path / "data").start()
    assert any(str(folder) in str(refusal.value) for folder in (tmp_path, *tmp_path.parents[:-1]))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@as_root
def test_a_full_folder_that_is_not_ours_keeps_its_permissions(place):
    (place / "something").touch()
    place.chmod(0o700)
    with pytest.raises(DataDirectoryUnreachable):
        quick(place).start()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@as_root
def test_an_ordinary_user_runs_the_server_as_themselves(place):
    def job():
        for _ in range(2):
            with quick(place / "data") as postgres:
                ask(postgres, "create table if not exists promise as select 'kept' as state")
                assert is_written(postgres)
        assert (place / "data" / "cluster").stat().st_uid == os.getuid()

    as_nobody(place, job)


@as_root
def test_a_process_id_used_again_by_another_program_is_seen_through(place):
    def job():
        data_dir = place / "data"
        with quick(data_dir):
            pid_file = data_dir / "cluster" / "postmaster.pid"
            lines = pid_file.read_text().splitlines(keepends=True)
        with subprocess.Popen(["/bin/sleep", "60"]) as other:
            pid_file.write_text("".join([f"{other.pid}\n", *lines[1:]]))
            with quick(data_dir) as postgres:
                assert ask(postgres, "select 1") == 1
            other.kill()

    as_nobody(place, job)


@as_root
def test_a_folder_that_an_ordinary_user_may_not_write_is_refused(place):
    def job():
        place.chmod(0o500)
        with pytest.raises(DataDirectoryUnreachable):
            quick(place).start()

    as_nobody(place, job)
