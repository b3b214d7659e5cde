"""`kill -9` of a worker that freezes a review: nothing unfinished is given out, and another worker does it, once."""

import base64
import hashlib
import os
import re
import secrets
import signal
import time
from contextlib import contextmanager

import psycopg
import pytest

from projections.method.document import default_method
from projections.method.method import method_sha256
from tests.acceptance.scripts.test_serve import MEETING, Server, a_partnership, headers, officer_key, serving
from tests.support.log_events import eventually
from tests.support.queue_workers import at_work

FREEZE = {"as_of": "2026-04-30", "forms": ["csv"]}
FILES_KEPT = "LOCK TABLE api.job_file IN ACCESS EXCLUSIVE MODE"
PUT_ON_RECORD = "LOCK TABLE log.event IN SHARE MODE"


@pytest.fixture
def environment(database_url):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {**ours, "DATABASE_URL": database_url, "FOLKMOOT_WRAPPING_KEY": key}


class Evaluator:
    """Somebody who asks a server, whichever serves now, about a review of theirs."""

    def __init__(self, environment) -> None:
        self.key = officer_key(environment)

    def at(self, server: Server) -> "Evaluator":
        self.client = server.client
        return self

    def post(self, path, body, key=None):
        return self.client.post(path, headers=headers(self.key, key), json=body)

    def get(self, path):
        return self.client.get(path, headers=headers(self.key))

    def registers(self, server):
        """Register a review of two partnerships in which something happened; gives its address."""
        cohort = [a_partnership(server, self.key) for _ in range(2)]
        for path in cohort:
            assert self.post(f"{path}/interactions", MEETING).status_code == 201
        registered = self.post(
            "/v1/reviews",
            {
                "question": "Do promises hold?",
                "cohort": [path.rpartition("/")[2] for path in cohort],
                "window_start_on": "2026-03-01",
                "window_end_on": "2999-12-31",
                "method_sha256": method_sha256(default_method()),
            },
        )
        return f"/v1/reviews/{registered.json()['created']['review'][0]}"

    def ended(self, answer):
        """Wait until a job is no more under way; gives it."""
        assert answer.status_code == 202, answer.text
        address, jobs = answer.headers["Location"], []

        def is_over():
            jobs.append(self.get(address).json())
            return jobs[-1]["state"] not in {"waiting", "running"}

        eventually(is_over, within_s=120)
        return jobs[-1]

    def sees_nothing_of(self, address):
        """Check that nothing of a job that is not done can be taken away."""
        assert self.get(address).json()["files"] == []
        assert self.get(f"{address}/files/manifest.json").status_code == 404
        assert self.get(f"{address}/files/panel.csv").status_code == 404

    def takes_all_of(self, job):
        for file in job["files"]:
            assert hashlib.sha256(self.get(file["address"]).content).hexdigest() == file["sha256"]


@contextmanager
def held_up(database_url, lock):
    """Take a lock; gives what waits until somebody stands before it."""
    with psycopg.connect(database_url) as connection, psycopg.connect(database_url, autocommit=True) as watching:
        connection.execute(lock)
        table = re.search(r"[a-z]+\.[a-z_]+", lock)[0]

        def somebody_waits():
            query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(%s)"
            return watching.execute(query, (table,)).fetchone() != (0,)

        yield lambda: eventually(somebody_waits)
        connection.rollback()


@pytest.mark.parametrize("lock", [FILES_KEPT, PUT_ON_RECORD], ids=["while-files-are-kept", "while-put-on-record"])
def test_a_freeze_whose_worker_is_killed_is_taken_up_by_another_and_recorded_once(environment, database_url, lock):
    evaluator = Evaluator(environment)
    with serving(environment) as server:
        review = evaluator.at(server).registers(server)
        with at_work(environment) as killed, held_up(database_url, lock) as until_it_waits:
            answer = evaluator.post(f"{review}/freezes", FREEZE, "freeze-1")
            address = answer.headers["Location"]
            until_it_waits()
            assert evaluator.get(address).json()["state"] == "running"
            evaluator.sees_nothing_of(address)
            killed.end(signal.SIGKILL)
        assert evaluator.get(address).json()["state"] == "running"
        with at_work(environment) as other:
            job = evaluator.ended(answer)
            assert other.said("work_put_back")
        assert (job["state"], job["done"], job["total"]) == ("done", 2, 2)
        evaluator.takes_all_of(job)
        (frozen,) = evaluator.get(review).json()["frozen"]
        assert frozen["manifest_sha256"] == job["manifest_sha256"]
    assert events_of_freezing(database_url) == 1


def test_a_freeze_whose_worker_is_killed_half_way_is_done_whole_and_the_same(environment):
    evaluator = Evaluator(environment)
    with serving(environment) as server:
        review = evaluator.at(server).registers(server)
        with at_work(environment) as killed:
            expected = evaluator.ended(evaluator.post(f"{review}/freezes", FREEZE))
            answer = evaluator.post(f"{review}/freezes", FREEZE | {"position": expected["position"]})
            address = answer.headers["Location"]
            eventually(lambda: evaluator.get(address).json()["done"] >= 1)
            killed.end(signal.SIGKILL)
        with at_work(environment):
            job = evaluator.ended(answer)
        assert (job["state"], job["files"]) == ("done", [moved(each, address) for each in expected["files"]])
        evaluator.takes_all_of(job)


def test_a_server_that_is_killed_takes_no_job_with_it(environment):
    evaluator = Evaluator(environment)
    with serving(environment) as server:
        review = evaluator.at(server).registers(server)
        answer = evaluator.post(f"{review}/freezes", FREEZE, "freeze-1")
        server.end(signal.SIGKILL)
    with at_work(environment), serving(environment) as server:
        assert evaluator.at(server).ended(answer)["state"] == "done"


def test_a_worker_that_is_told_to_end_gives_its_work_back_and_another_does_it(environment, database_url):
    evaluator = Evaluator(environment)
    with serving(environment) as server:
        review = evaluator.at(server).registers(server)
        with at_work(environment) as told, held_up(database_url, FILES_KEPT) as until_it_waits:
            answer = evaluator.post(f"{review}/freezes", FREEZE)
            until_it_waits()
            begun_at = time.monotonic()
            code = told.end(signal.SIGTERM)
            assert (code, time.monotonic() - begun_at < 25) == (0, True)
        with at_work(environment) as other:
            assert evaluator.ended(answer)["state"] == "done"
            assert not other.said("work_put_back")  # it was given back, and not found


def test_two_workers_do_every_job_once(environment, database_url):
    evaluator = Evaluator(environment)
    with serving(environment) as server:
        review = evaluator.at(server).registers(server)
        with at_work(environment) as one, at_work(environment) as other:
            answers = [evaluator.post(f"{review}/freezes", FREEZE) for _ in range(3)]
            jobs = [evaluator.ended(answer) for answer in answers]
            assert {job["state"] for job in jobs} == {"done"}
            eventually(lambda: len(one.said("work_done") + other.said("work_done")) == 3)
            begun = [line["queue_id"] for worker in (one, other) for line in worker.said("work_begun")]
    assert (len(begun), len(set(begun))) == (3, 3)
    assert events_of_freezing(database_url) == 1


def events_of_freezing(database_url):
    with psycopg.connect(database_url) as connection:
        (count,) = connection.execute("SELECT count(*) FROM log.event WHERE type = 'review-frozen'").fetchone()
    return count


def moved(file, address):
    return file | {"address": f"{address}/files/{file['path']}"}
