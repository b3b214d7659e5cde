"""An upgrade from the release before, with data in it, while that release serves: its own code, as processes."""

import base64
import os
import secrets
import signal
import subprocess
import sys
import tarfile
import threading
from contextlib import closing, contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from uuid import uuid4

import httpx2
import psycopg
import pytest

from domain.checkout import ROOT
from scripts.support.exits import Exit
from scripts.support.schema_files import needed_schema, shipped_schema
from tests.acceptance.scripts.test_privileges import as_login, login
from tests.acceptance.scripts.test_serve import MEETING, Server, a_partnership, folkmoot, headers, serving
from tests.support.log_events import eventually

RELEASE_BEFORE = "77229502"
KEY = "key create --name test --scope record --kind county --register"


@pytest.fixture(scope="module")
def release_before(tmp_path_factory):
    """The code of the release before, out of the history of this checkout."""
    archive = ["git", "-C", str(ROOT), "archive", RELEASE_BEFORE, "domain", "projections", "api", "scripts"]
    try:
        packed = subprocess.run(archive, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the history of this checkout, or git, is not here: the release before cannot be started")
    folder = tmp_path_factory.mktemp("release-before")
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
    return folder


class EarlierRelease:
    """The release before over a database: its commands, and its server."""

    def __init__(self, folder, environment) -> None:
        self.environment = environment | {"PYTHONPATH": str(folder)}
        self._folder = folder
        self._command = (sys.executable, "-P", "-m", "scripts.cli")

    def run(self, *words):
        return subprocess.run(
            [*self._command, *words],
            env=self.environment,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def done(self, *words) -> str:
        ended = self.run(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    @contextmanager
    def serving(self):
        server = Server(self.environment, (*self._command, "serve", "--port", "0"), cwd=self._folder)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.end(signal.SIGKILL)

    @contextmanager
    def following(self):
        follow = [*self._command, "follow"]
        with (
            TemporaryFile() as said,
            subprocess.Popen(
                follow, env=self.environment, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=said
            ) as process,
        ):
            try:
                eventually(lambda: b"Following the log." in os.pread(said.fileno(), 1 << 16, 0), within_s=60)
                yield process
            finally:
                process.terminate()


class SteadyRecorder:
    """Somebody who records one meeting after the other, and reads what was asked for: all must be answered."""

    def __init__(self, server, key, partnership) -> None:
        self._key, self._partnership = key, partnership
        self._client = httpx2.Client(base_url=server.client.base_url, timeout=60)
        self._stopping = threading.Event()
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self._thread = threading.Thread(target=self._record)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._thread.join()
        self._client.close()

    def goes_on(self) -> None:
        """Wait until ten more meetings were recorded."""
        count = len(self.acknowledged) + 10
        eventually(lambda: self.refused or len(self.acknowledged) >= count, within_s=60)
        assert self.refused == []

    def _record(self) -> None:
        while not self._stopping.is_set():
            meeting = MEETING | {"asks": [{**MEETING["asks"][0], "text": f"Bench {uuid4()}"}]}
            recorded = self._client.post(f"{self._partnership}/interactions", headers=headers(self._key), json=meeting)
            read = self._client.get(f"{self._partnership}/asks?limit=200", headers=headers(self._key))
            if recorded.status_code != 201:
                self.refused.append(recorded.text)
            elif read.status_code != 200 or "Bench" not in read.text:
                self.refused.append(read.text)
            else:
                self.acknowledged.append(recorded.json()["created"]["interaction"][0])


@pytest.fixture
def house(server, release_before):
    """A database that the release before made, with its settings."""
    name = f"upgraded_{uuid4().hex}"
    with psycopg.connect(server.dsn(), autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name}")
        ours = {key: value for key, value in os.environ.items() if not key.startswith("FOLKMOOT_")}
        wrapping_key = base64.b64encode(secrets.token_bytes(32)).decode()
        environment = {**ours, "DATABASE_URL": server.dsn(name), "FOLKMOOT_WRAPPING_KEY": wrapping_key}
        earlier = EarlierRelease(release_before, environment)
        earlier.done("migrate")
        try:
            yield earlier, environment
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


def meetings(environment) -> list[str]:
    """The meetings that the log holds, by their ids; one that was recorded twice twice."""
    with closing(psycopg.connect(environment["DATABASE_URL"])) as connection:
        query = "SELECT tag FROM log.tag WHERE type = 'interaction-recorded' AND tag LIKE 'interaction:%%'"
        return [tag.partition(":")[2] for (tag,) in connection.execute(query).fetchall()]


def applied(environment) -> set[tuple[str, int]]:
    with closing(psycopg.connect(environment["DATABASE_URL"])) as connection:
        return set(connection.execute("SELECT part, version FROM log.migration").fetchall())


def test_the_release_before_serves_on_while_the_next_migrates_joins_it_and_takes_over(house):
    earlier, environment = house
    key = earlier.done(*KEY.split(), "The Council")
    earlier.done("rebuild", "--all", "--workers", "1")
    with earlier.serving() as before, earlier.following() as follower:
        partnership = a_partnership(before, key)
        with SteadyRecorder(before, key, partnership) as old:
            old.goes_on()
            migrated = folkmoot(environment, "migrate")
            assert migrated.returncode == 0, migrated.stderr
            assert "finish with `folkmoot migrate --finish`" in migrated.stdout
            assert needed_schema() <= applied(environment)
            old.goes_on()
            with serving(environment) as after, SteadyRecorder(after, key, partnership) as new:
                new.goes_on()
                old.goes_on()
        assert follower.poll() is None
        assert before.end(signal.SIGTERM) == 0
    refused = earlier.run("serve", "--port", "0")
    assert (refused.returncode, "by a newer version" in refused.stderr) == (Exit.CONFIGURATION, True)
    with serving(environment) as after, SteadyRecorder(after, key, partnership) as latest:
        latest.goes_on()
        verified = folkmoot(environment, "verify", "--workers", "1")
        assert "an upgrade is not finished (vault 6)" in " ".join(verified.stderr.split())
        assert verified.returncode == 0, verified.stderr
        finished = folkmoot(environment, "migrate", "--finish")
        assert finished.returncode == 0, finished.stderr
        assert applied(environment) == shipped_schema().keys()
        latest.goes_on()
    acknowledged = [*old.acknowledged, *new.acknowledged, *latest.acknowledged]
    assert sorted(meetings(environment)) == sorted(acknowledged)
    for words in (("rebuild", "--all", "--workers", "1"), ("verify", "--workers", "1")):
        ended = folkmoot(environment, *words)
        assert ended.returncode == 0, ended.stderr


def test_the_next_release_over_the_schema_of_the_one_before_says_what_it_needs_and_disturbs_nobody(server, house):
    earlier, environment = house
    before = applied(environment)
    with earlier.serving() as serving_on, login(server, grants=["folkmoot_writer"]) as member:
        limited = environment | {"DATABASE_URL": as_login(environment["DATABASE_URL"], member)}
        ended = folkmoot(limited, "serve", "--port", "0")
        assert (ended.returncode, "run `folkmoot migrate`" in ended.stderr) == (Exit.CONFIGURATION, True), ended.stderr
        looked = folkmoot(limited, "key", "list")
        assert (looked.returncode, "(without log 7" in looked.stderr) == (Exit.CONFIGURATION, True), looked.stderr
        assert serving_on.client.get("/readyz").status_code == 200
    assert applied(environment) == before
