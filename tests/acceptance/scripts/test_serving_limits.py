"""The real server, as a process, while one caller asks for more than their share: others are answered, memory holds."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.scripts.test_serve import (
    MEETING,
    a_partnership,
    environment,
    folkmoot,
    headers,
    officer_key,
    serving,
)

__all__ = ["environment"]

BODIES, FAULTS, MOST_MB = 12, 95_000, 50
DEAR = 16


def held_mb(process):
    lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Memory:
    """The most memory that a process held beyond what it held at first, while a block ran."""

    def __init__(self, process):
        self._process, self._done = process, threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self.first = self.most = held_mb(process)

    def __enter__(self):
        self._watching.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._watching.join()

    def _watch(self):
        while not self._done.wait(0.01):
            self.most = max(self.most, held_mb(self._process))

    @property
    def more_mb(self):
        return self.most - self.first


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says so what a process holds")
def test_twelve_bodies_of_faults_at_once_hold_bounded_memory_and_name_the_first_hundred(environment):
    key = officer_key(environment)
    faults = ",".join(f'"{number:x}":0' for number in range(FAULTS))
    body = f'{{"kind":"meeting",{faults}}}'
    with serving(environment) as server:
        path = a_partnership(server, key)

        def send(_):
            sent = {**headers(key), "Content-Type": "application/json"}
            return server.client.post(f"{path}/interactions", headers=sent, content=body)

        send(0)
        with Memory(server.process) as memory, ThreadPoolExecutor(BODIES) as senders:
            answers = [answer for _ in range(2) for answer in senders.map(send, range(BODIES))]
        problems = [answer.json() for answer in answers if answer.status_code == 422]
        assert problems
        assert {answer.status_code for answer in answers} <= {422, 429}
        for problem in problems:
            assert len(problem["errors"]) == 100
            assert problem["more_errors"] >= FAULTS - 100
        assert max(len(answer.content) for answer in answers) < 100_000
        assert memory.more_mb < MOST_MB


def test_others_are_answered_while_sixteen_of_the_dearest_reads_of_one_caller_are_under_way(environment):
    key, other = officer_key(environment), _reader(environment)
    with serving(environment) as server:
        path = a_partnership(server, key)
        for number in range(20):
            recorded = server.client.post(f"{path}/interactions", headers=headers(key, f"{number}"), json=MEETING)
            assert recorded.status_code == 201

        def ask(number):
            answer = server.client.get(f"{path}/what-if?sensitivity=true&half_life={50 + number}", headers=headers(key))
            return answer.status_code

        with ThreadPoolExecutor(DEAR) as callers:
            asking = [callers.submit(ask, number) for number in range(DEAR)]
            answered_meanwhile = 0
            while not all(each.done() for each in asking):
                for address in ("/healthz", "/sign-in", "/v1/me", f"{path}/trust?timeline=no"):
                    assert server.client.get(address, headers=headers(other)).status_code == 200
                    answered_meanwhile += not all(each.done() for each in asking)
            statuses = [each.result() for each in asking]
        assert answered_meanwhile > DEAR
        assert statuses.count(200) >= 1
        assert set(statuses) <= {200, 429}


def _reader(environment):
    made = folkmoot(environment, "key", "create", "--name", f"reader {uuid4()}", "--scope", "read")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()
