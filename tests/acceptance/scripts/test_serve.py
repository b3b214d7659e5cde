"""The real server, as a process: killed in the middle of a burst, told to stop, started again."""

import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from tests.support.announcement import announced_address
from tests.support.log_events import eventually

FOLKMOOT = Path(sys.executable).with_name("folkmoot")
MEETING = {
    "kind": "meeting",
    "happened": "2026-03-27",
    "notes": "Zebulon Quartermain spoke at length",
    "participants": [{"party": {"name": "Mill Lane Residents", "kind": "charity"}}],
    "asks": [{"kind": "request", "raised_by": {"name": "Mill Lane Residents", "kind": "charity"}, "text": "A bench"}],
}


class Server:
    """A serving process of ours, and what it said."""

    def __init__(self, environment, command=(FOLKMOOT, "serve", "--port", "0"), cwd=None) -> None:
        self.process = subprocess.Popen(
            command,
            env=environment,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self.reading = threading.Thread(target=lambda: self.log.extend(self.process.stdout))
        self.reading.start()
        self.client = httpx2.Client(base_url=announced_address(self.process.stderr), timeout=60)

    def end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.reading.join()
        self.process.stderr.close()
        self.process.stdout.close()
        self.client.close()
        return code


@contextmanager
def serving(environment):
    server = Server(environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end(signal.SIGKILL)


@pytest.fixture
def environment(database_url):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {**ours, "DATABASE_URL": database_url, "FOLKMOOT_WRAPPING_KEY": key}


def folkmoot(environment, *words):
    return subprocess.run([FOLKMOOT, *words], env=environment, capture_output=True, text=True, check=False, timeout=120)


def officer_key(environment):
    process = folkmoot(
        environment,
        "key",
        "create",
        "--name",
        "test",
        "--scope",
        "record",
        "--register",
        "The Council",
        "--kind",
        "county",
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


def headers(key, idempotency_key=None):
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key or str(uuid4())}


def a_partnership(server, key):
    council = server.client.get("/v1/parties", headers=headers(key)).json()["data"][0]["details"]["party_id"]
    formed = server.client.post(
        "/v1/partnerships",
        headers=headers(key),
        json={"name": "The Board", "kind": "neighbourhood-board", "members": [{"party": council}], "happened": "2020"},
    )
    return f"/v1/partnerships/{formed.json()['created']['partnership'][0]}"


def test_kill_9_in_the_middle_of_a_burst_loses_no_acknowledged_meeting(environment):
    key = officer_key(environment)
    acknowledged: dict[str, bytes] = {}
    enough = threading.Event()
    with serving(environment) as server:
        path = a_partnership(server, key)

        def record(number):
            try:
                answer = server.client.post(
                    f"{path}/interactions", headers=headers(key, str(number)), json=MEETING, timeout=10
                )
            except httpx2.HTTPError:
                return
            if answer.status_code == 201:
                acknowledged[str(number)] = answer.content
            if len(acknowledged) >= 25:
                enough.set()

        with ThreadPoolExecutor(4) as pool:
            burst = [pool.submit(record, number) for number in range(400)]
            assert enough.wait(60)
            server.end(signal.SIGKILL)
            for request in burst:
                request.cancel()
    assert 25 <= len(acknowledged) < 400

    with serving(environment) as server:
        for number, answer in acknowledged.items():
            again = server.client.post(f"{path}/interactions", headers=headers(key, number), json=MEETING)
            assert again.headers["Idempotency-Replayed"] == "true"
            assert again.content == answer
        rows = server.client.get(f"{path}/interactions", headers=headers(key)).json()["rows"]
        assert len(rows) >= len(acknowledged)
        assert server.end(signal.SIGTERM) == 0


def test_a_request_under_way_is_finished_when_the_server_is_told_to_stop(environment):
    key = officer_key(environment)
    with serving(environment) as server:
        path = a_partnership(server, key)
        with ThreadPoolExecutor(4) as pool:
            requests = [
                pool.submit(server.client.post, f"{path}/interactions", headers=headers(key), json=MEETING)
                for _ in range(4)
            ]
            assert requests[0].result().status_code == 201
            assert server.end(signal.SIGTERM) == 0
        answers = [each.result() for each in requests if each.exception() is None]
        assert {each.status_code for each in answers} == {201}


def test_the_log_is_one_json_object_a_line_without_names_texts_or_keys(environment):
    key = officer_key(environment)
    with serving(environment) as server:
        path = a_partnership(server, key)
        assert server.client.post(f"{path}/interactions", headers=headers(key), json=MEETING).status_code == 201
        assert (
            server.client.post(f"{path}/interactions", headers=headers(key), json={"notes": "Zebulon"}).status_code
            == 422
        )
        assert server.client.get(f"{path}/timeline", headers=headers(key)).text.count("A bench") == 1
        server.end(signal.SIGTERM)
    lines = [json.loads(line) for line in server.log]
    requests = [(line["operation"], line["status"]) for line in lines if "operation" in line]
    assert requests[-3:] == [("record-interaction", 201), ("record-interaction", 422), ("read-timeline", 200)]
    for secret in ("Zebulon", "Mill Lane", "A bench", "The Council", key[-43:], path):
        assert secret not in "".join(server.log)


def test_with_nothing_but_a_folder_it_serves_and_finds_its_data_again(environment):
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    bare = {name: value for name, value in environment.items() if name not in {"DATABASE_URL", "FOLKMOOT_WRAPPING_KEY"}}
    bare["FOLKMOOT_DATA_DIR"] = str(folder)
    try:
        with serving(bare) as server:
            key = officer_key(bare)
            path = a_partnership(server, key)
            server.client.post(f"{path}/interactions", headers=headers(key), json=MEETING)
            assert server.end(signal.SIGTERM) == 0
        with serving(bare) as server:
            assert "A bench" in server.client.get(f"{path}/timeline", headers=headers(key)).text
            assert server.end(signal.SIGTERM) == 0
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def bare(environment):
    """An environment in which Folkmoot runs a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    ours = {name: value for name, value in environment.items() if name not in {"DATABASE_URL", "FOLKMOOT_WRAPPING_KEY"}}
    yield {**ours, "FOLKMOOT_DATA_DIR": str(folder)}
    shutil.rmtree(folder)


def test_commands_given_all_at_once_to_an_empty_folder_share_one_database_to_the_end(bare):
    command = ("key", "create", "--name", "first", "--scope", "read")
    with ThreadPoolExecutor(3) as people:
        runs = [people.submit(folkmoot, bare, *command) for _ in range(2)]
        with serving(bare) as server:
            assert [each.result().stderr for each in runs] == ["", ""]
            key = runs[0].result().stdout.strip()
            assert server.client.get("/v1/parties", headers=headers(key)).status_code == 200
            assert len(folkmoot(bare, "key", "list").stdout.splitlines()) == 2
            assert server.client.get("/v1/parties", headers=headers(key)).status_code == 200


def test_who_started_the_database_may_end_while_another_serves(bare):
    follower = subprocess.Popen([FOLKMOOT, "follow"], env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually((Path(bare["FOLKMOOT_DATA_DIR"]) / "cluster" / "postmaster.pid").exists)
        with serving(bare) as server:
            follower.terminate()
            assert follower.wait(60) == 0
            assert server.client.get("/readyz").status_code == 200
            assert server.end(signal.SIGTERM) == 0
    finally:
        follower.kill()
        follower.wait()


def test_a_database_of_ours_that_is_killed_under_a_server_is_there_again_within_seconds(bare):
    key = officer_key(bare)
    with serving(bare) as server:
        path = a_partnership(server, key)
        assert server.client.get(path, headers=headers(key)).status_code == 200
        postmaster = Path(bare["FOLKMOOT_DATA_DIR"], "cluster", "postmaster.pid")
        os.kill(int(postmaster.read_text().splitlines()[0]), signal.SIGKILL)

        assert server.client.get("/healthz").status_code == 200
        eventually(lambda: server.client.get("/readyz").status_code == 200, within_s=60)
        assert server.client.get(path, headers=headers(key)).status_code == 200
        assert server.client.post(f"{path}/interactions", headers=headers(key), json=MEETING).status_code == 201
        assert server.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("FOLKMOOT_PROT", "1", "FOLKMOOT_PORT"),
        ("FOLKMOOT_PORT", "high", "whole number"),
        ("FOLKMOOT_THREADS", "95", "set it to 86 or less, or raise max_connections"),
        ("FOLKMOOT_PUBLIC_URL", "http://example.org", "https://"),
        ("FOLKMOOT_WRAPPING_KEY", "short", "base64"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_with_78_and_says_what_to_do(environment, variable, value, sentence):
    process = folkmoot({**environment, variable: value}, "serve", "--port", "0")
    assert process.returncode == 78
    assert variable in process.stderr
    assert sentence in process.stderr


def test_a_port_that_is_taken_ends_with_78(environment):
    with serving(environment) as server:
        process = folkmoot(environment, "serve", "--port", str(server.client.base_url.port))
    assert process.returncode == 78
    assert "--port" in process.stderr


def test_keys_are_listed_and_revoked(environment):
    key = officer_key(environment)
    listed = folkmoot(environment, "key", "list").stdout
    assert key not in listed
    assert "record" in listed
    key_id = listed.split()[0]
    assert folkmoot(environment, "key", "revoke", key_id).returncode == 0
    assert folkmoot(environment, "key", "revoke", key_id).returncode == 2
    assert "revoked" in folkmoot(environment, "key", "list").stdout


@pytest.mark.parametrize(
    "words",
    [
        ["--scope", "record"],
        ["--scope", "read", "--register", "A Council"],
        ["--scope", "read", "--days", "0"],
        ["--scope", "record", "--party", "6f2b1f0e-3a4d-4a53-9d0e-1f6d3c1a2b4c"],
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(environment, words):
    assert folkmoot(environment, "key", "create", "--name", "test", *words).returncode == 2
    assert folkmoot(environment, "key", "list").stdout == ""
