"""Following inside the server, as a process beside it: lists are there at once, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.scripts.test_serve import (  # noqa: F401 - a fixture among them
    MEETING,
    a_partnership,
    environment,
    folkmoot,
    headers,
    officer_key,
    serving,
)

ASKS = "/v1/projections/asks"


@pytest.fixture
def following(environment):  # noqa: F811 - the fixture
    return {**environment, "FOLKMOOT_FOLLOW": "yes"}


def recorded(server, key, path):
    answer = server.client.post(f"{path}/interactions", headers=headers(key), json=MEETING)
    assert answer.status_code == 201, answer.text
    return answer.json()


def waited_for(server, key, receipt):
    """Read the list of asks once it holds what was recorded."""
    parameters = {"min-position": receipt["position"], "limit": 200}
    answer = server.client.get(ASKS, params=parameters, headers={**headers(key), "Prefer": "wait=30"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Preference-Applied"] == "wait=30"
    return {each["ask_id"] for each in answer.json()["data"]}


def until(is_so):
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(is_so.__name__)


def children(pid):
    """List the processes that a process has started and that still run."""
    pids = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            pids.append(int(stat.parent.name))
    return pids


def nobody_follows(database_url):
    with psycopg.connect(database_url) as connection:
        cursor = connection.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%follow%'"
        )
        return cursor.fetchone() is None


def test_what_was_recorded_is_in_the_list_for_who_waits(following, database_url):
    key = officer_key(following)
    with serving(following) as server:
        path = a_partnership(server, key)
        for _ in range(3):
            receipt = recorded(server, key, path)
            assert set(receipt["created"]["ask"]) <= waited_for(server, key, receipt)
        assert server.client.get("/readyz").json()["warnings"] == []
        assert server.end(signal.SIGTERM) == 0
    assert nobody_follows(database_url)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child where Linux lists processes")
def test_a_follower_that_is_killed_is_started_again(following):
    key = officer_key(following)
    with serving(following) as server:
        path = a_partnership(server, key)
        waited_for(server, key, recorded(server, key, path))
        (child,) = children(server.process.pid)
        os.kill(child, signal.SIGKILL)
        receipt = recorded(server, key, path)
        assert set(receipt["created"]["ask"]) <= waited_for(server, key, receipt)
        assert children(server.process.pid) != [child]
        assert server.end(signal.SIGTERM) == 0
    assert any('"process ended"' in line for line in server.log)


def test_a_server_that_is_killed_leaves_no_follower_behind(following, database_url):
    key = officer_key(following)
    with serving(following) as server:
        waited_for(server, key, recorded(server, key, a_partnership(server, key)))
        assert not nobody_follows(database_url)
        server.end(signal.SIGKILL)
        until(lambda: nobody_follows(database_url))


def test_a_server_that_is_told_not_to_follow_does_not(following, database_url):
    with serving({**following, "FOLKMOOT_FOLLOW": "no"}) as server:
        assert server.client.get("/readyz").json()["warnings"] == []
        assert nobody_follows(database_url)
        assert server.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("end", ["signal", "input"])
def test_the_command_ends_in_order_when_told_to_or_when_its_input_ends(environment, database_url, end):  # noqa: F811 - the fixture that is imported
    assert folkmoot(environment, "follow", "--once").returncode == 0
    with subprocess.Popen(
        [Path(sys.executable).with_name("folkmoot"), "follow", "--until-stdin-ends"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as follower:
        assert "Following" in follower.stderr.readline()
        if end == "signal":
            follower.send_signal(signal.SIGTERM)
        else:
            follower.stdin.close()
        assert follower.wait(timeout=60) == 0
    assert nobody_follows(database_url)
