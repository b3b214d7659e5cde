"""The server on a root that nobody can write, as in the image and the pods that operators copy."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.scripts.test_serve import FOLKMOOT, MEETING, environment, headers, officer_key
from tests.support.announcement import announced_address

__all__ = ["environment"]
_READ_ONLY = 'mount --make-rprivate / && mount --bind / / && mount -o remount,ro,bind / && exec "$@"'
_WRITABLE = Path("/dev/shm")  # noqa: S108 - a mount of its own, in which a folder of a name nobody can guess is made


def in_a_read_only_root(*words):
    return ["unshare", "--mount", "sh", "-c", _READ_ONLY, "sh", *words]


@pytest.fixture
def memorandum_file():
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-test-", dir=_WRITABLE))
    yield folder / "memorandum.jsonl"
    shutil.rmtree(folder)


def may_unshare():
    probe = in_a_read_only_root("test", "!", "-w", "/etc")
    return _WRITABLE.is_mount() and subprocess.run(probe, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not may_unshare(), reason="this machine lets nobody mount a root of their own")
def test_a_server_records_on_a_root_that_it_cannot_write(environment, memorandum_file):
    key = officer_key(environment)
    server = subprocess.Popen(
        in_a_read_only_root(FOLKMOOT, "serve", "--port", "0"),
        env={**environment, "FOLKMOOT_MEMORANDUM_FILE": str(memorandum_file), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with httpx2.Client(base_url=announced_address(server.stderr), timeout=60) as client:
            assert client.get("/readyz").json()["status"] == "ready"
            council = client.get("/v1/parties", headers=headers(key)).json()["data"][0]["details"]["party_id"]
            board = {"name": "A Board", "kind": "neighbourhood-board", "members": [{"party": council}]}
            formed = client.post("/v1/partnerships", headers=headers(key), json={**board, "happened": "2020"})
            path = f"/v1/partnerships/{formed.json()['created']['partnership'][0]}/interactions"
            assert client.post(path, headers=headers(key), json=MEETING).status_code == 201
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
        server.stderr.close()
    assert memorandum_file.exists()
