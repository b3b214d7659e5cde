"""A service whose database has no space left says so, and is ready again once there is some."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.runtime.services import connected
from domain.embedded_server import EmbeddedPostgres
from domain.vault import WrappingKey
from scripts.support.database_schema import migrate


@pytest.fixture
def small_disk():
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    mount = shutil.which("mount") or pytest.skip("a small disk cannot be mounted here")
    what = [mount, "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(what, check=False, capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
        yield folder
        subprocess.run([f"{mount[:-5]}umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as filled, suppress(OSError):
        while os.write(filled.fileno(), bytes(4096)):
            pass
    assert os.statvfs(disk).f_bavail == 0
    return ballast


def test_a_service_without_space_on_its_disk_is_up_and_not_ready_until_there_is_some(small_disk):
    with EmbeddedPostgres(small_disk / "data", fsync=False) as postgres:
        migrate(postgres.dsn())
        with connected(postgres.dsn(), [WrappingKey.generate()], threads=1) as services:
            client = TestClient(create_app(services))
            assert client.get("/readyz").status_code == 200
            ballast = fill(small_disk)

            answer = client.get("/readyz")
            assert (answer.status_code, answer.json()["checks"]) == (
                503,
                {"record": "the database's disk is full: free space, then try again"},
            )
            assert client.get("/healthz").status_code == 200

            ballast.unlink()
            assert client.get("/readyz").status_code == 200
