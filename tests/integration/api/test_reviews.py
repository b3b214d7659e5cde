"""Reviews over the API: registered, frozen, made again and compared in the background; lost jobs are begun again."""

import csv
import hashlib
import io
import json
import time
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from api.access.keys import Scope
from api.jobs import review_work
from api.jobs.asked_jobs import DO_ASKED_JOB
from api.jobs.kept_jobs import hold_job
from api.queue.worker import do_waiting
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.reviews import extract
from projections.reviews.manifest import made_by
from tests.integration.api.test_a_meeting import meeting

SHIPPED = method_sha256(default_method())
CSV_ALONE = {"as_of": "2026-04-30", "forms": ["csv"]}
PATIENCE_S = 60
AT_WORK = pytest.mark.usefixtures("at_work")


@pytest.fixture
def evaluator(steward, people):
    body = steward.records("/v1/parties", name="An Observatory", kind="other-body", happened="2020")
    return people(Scope.RECORD, body["created"]["party"][0])


@pytest.fixture
def registration(neighbourhood):
    return {
        "question": "Do promises hold?",
        "cohort": [neighbourhood.partnership],
        "window_start_on": "2026-03-01",
        "window_end_on": "2999-12-31",
        "outcomes": ["reliability"],
        "method_sha256": SHIPPED,
    }


@pytest.fixture
def review(neighbourhood, evaluator, registration):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    receipt = evaluator.records("/v1/reviews", **registration)
    return f"/v1/reviews/{receipt['created']['review'][0]}"


def ended(person, answer):
    """Wait until a job has ended; gives how."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + PATIENCE_S
    while True:
        job = person.reads(answer.headers["Location"])
        if job["state"] not in {"waiting", "running"}:
            return job
        assert time.monotonic() < until, job
        time.sleep(0.05)


def test_a_review_is_registered_and_read_with_what_was_on_record(evaluator, review, neighbourhood, people):
    answer = people(Scope.READ).reads(review)
    assert answer["registered"]["question"] == "Do promises hold?"
    assert answer["registered"]["cohort_partnership_ids"] == [neighbourhood.partnership]
    beforehand = answer["registered"]["beforehand"]
    assert beforehand["events_in_window"] == beforehand["events_in_window_before_registration"] > 0
    assert (answer["method_sha256"], answer["frozen"]) == (SHIPPED, [])
    (listed,) = evaluator.reads("/v1/reviews")["data"]
    assert listed["details"]["question"] == "Do promises hold?"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"window_end_on": "2026-04-01"}, "#/window_end_on"),
        ({"method_sha256": "0" * 64}, "#/method_sha256"),
        ({"cohort": [str(uuid4())]}, "#/cohort/0"),
        ({"cohort": []}, "#/cohort"),
        ({"happened": "2020"}, "#/happened"),
    ],
)
def test_what_cannot_be_registered_names_the_fault(evaluator, registration, changed, pointer):
    answer = evaluator.post("/v1/reviews", registration | changed)
    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}


@AT_WORK
def test_an_extract_is_frozen_in_the_background_and_its_files_are_taken_away(evaluator, review, people):
    accepted = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    job = ended(evaluator, accepted)
    assert (job["state"], job["done"], job["total"], job["problem"]) == ("done", 1, 1, None)
    reader = people(Scope.READ)
    for file in job["files"]:
        answer = reader.get(file["address"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert len(answer.content) == file["bytes"]
        assert reader.get(file["address"], {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    by_path = {file["path"]: file for file in job["files"]}
    assert by_path["manifest.json"]["sha256"] == job["manifest_sha256"]
    panel = list(csv.DictReader(io.StringIO(reader.get(by_path["panel.csv"]["address"]).text)))
    assert {row["as_of"] for row in panel} == {"2026-03-31", "2026-04-30"}
    (frozen,) = evaluator.reads(review)["frozen"]
    assert (frozen["manifest_sha256"], frozen["position"]) == (job["manifest_sha256"], job["position"])
    assert reader.get(f"{accepted.headers['Location']}/files/secrets.txt").status_code == 404
    assert reader.get(by_path["panel.csv"]["address"], {"Accept": "application/json"}).status_code == 406


@AT_WORK
def test_the_jobs_on_a_review_are_listed_last_first(evaluator, review, people):
    jobs = [ended(evaluator, evaluator.post(f"{review}/freezes", CSV_ALONE)) for _ in range(2)]
    assert people(Scope.READ).reads(f"{review}/jobs")["data"] == jobs[::-1]


@AT_WORK
def test_the_same_key_begins_nothing_twice_and_nothing_else(services, evaluator, review):
    first = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    job = ended(evaluator, first)
    position = services.recorder.head().position
    again = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert again.json() == job
    other = evaluator.post(f"{review}/freezes", {"forms": ["csv"]}, idempotency_key="freeze-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert services.recorder.head().position == position
    third = ended(evaluator, evaluator.post(f"{review}/freezes", CSV_ALONE | {"position": job["position"]}))
    assert third["manifest_sha256"] == job["manifest_sha256"]
    assert services.recorder.head().position == position


def test_a_job_that_is_in_no_queue_any_more_is_said_to_be_lost_and_is_begun_again(
    services, evaluator, review, database_url
):
    """A restore puts jobs back, and not the queue."""
    begun = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    assert begun.json()["state"] == "waiting"
    with psycopg.connect(database_url) as connection:
        connection.execute("TRUNCATE work.procrastinate_jobs CASCADE")
    assert evaluator.reads(begun.headers["Location"])["state"] == "lost"
    again = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    assert (again.json()["job_id"], again.json()["state"]) == (begun.json()["job_id"], "waiting")
    do_waiting(services, [DO_ASKED_JOB])
    job = ended(evaluator, again)
    assert (job["state"], job["position"]) == ("done", begun.json()["position"])


def test_a_job_that_is_asked_for_again_while_it_waits_is_done_once(services, evaluator, review, database_url):
    answers = [evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1") for _ in range(3)]
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM work.procrastinate_jobs").fetchone() == (1,)
    do_waiting(services, [DO_ASKED_JOB])
    assert ended(evaluator, answers[0])["state"] == "done"


def test_nobody_works_at_a_job_while_another_holds_it(services, evaluator, review):
    """The other was thought to be dead, and is not."""
    begun = evaluator.post(f"{review}/freezes", CSV_ALONE)
    held_job = hold_job(services.recorder, UUID(begun.json()["job_id"]), lambda: None)
    held_job.progress(0, 1)
    do_waiting(services, [DO_ASKED_JOB])
    assert evaluator.reads(begun.headers["Location"])["state"] == "running"
    assert hold_job(services.recorder, UUID(begun.json()["job_id"]), lambda: None) is None
    held_job.release()


class TestCancelling:
    """A job that waits or runs is cancelled by who may ask for one."""

    def test_a_job_that_waits_is_not_begun(self, services, evaluator, review):
        begun = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
        cancelled = evaluator.post(f"{begun.headers['Location']}/cancellations", {})
        assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
        do_waiting(services, [DO_ASKED_JOB])
        assert evaluator.reads(begun.headers["Location"])["state"] == "cancelled"
        assert evaluator.reads(review)["frozen"] == []
        again = evaluator.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
        do_waiting(services, [DO_ASKED_JOB])
        assert ended(evaluator, again)["state"] == "done"

    def test_a_job_that_runs_ends_where_it_notes_next_how_far_it_has_come(
        self, services, evaluator, review, monkeypatch
    ):
        begun = evaluator.post(f"{review}/freezes", CSV_ALONE)
        make_extract = review_work.make_extract

        def cancelled_meanwhile(*arguments):
            assert evaluator.post(f"{begun.headers['Location']}/cancellations", {}).json()["state"] == "cancelled"
            return make_extract(*arguments)

        monkeypatch.setattr(review_work, "make_extract", cancelled_meanwhile)
        do_waiting(services, [DO_ASKED_JOB])
        assert evaluator.reads(begun.headers["Location"])["state"] == "cancelled"
        assert evaluator.reads(review)["frozen"] == []

    def test_a_job_that_is_done_stays_done(self, services, evaluator, review):
        begun = evaluator.post(f"{review}/freezes", CSV_ALONE)
        do_waiting(services, [DO_ASKED_JOB])
        job = ended(evaluator, begun)
        assert evaluator.post(f"{begun.headers['Location']}/cancellations", {}).json() == job

    def test_nobody_cancels_a_job_that_they_could_not_ask_for(self, neighbourhood, evaluator, review):
        begun = evaluator.post(f"{review}/freezes", CSV_ALONE)
        refused = neighbourhood.officer.post(f"{begun.headers['Location']}/cancellations", {})
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
        assert evaluator.reads(begun.headers["Location"])["state"] == "waiting"

    def test_nobody_cancels_a_backtest_that_they_could_not_ask_for(self, steward, neighbourhood, evaluator):
        begun = steward.post("/v1/backtests", {})
        for person in (evaluator, neighbourhood.officer):
            refused = person.post(f"{begun.headers['Location']}/cancellations", {})
            assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
        assert steward.reads(begun.headers["Location"])["state"] == "waiting"
        cancelled = steward.post(f"{begun.headers['Location']}/cancellations", {})
        assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")


@AT_WORK
def test_only_who_registered_it_and_stewards_freeze_a_review(neighbourhood, steward, review):
    refused = neighbourhood.officer.post(f"{review}/freezes", CSV_ALONE)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert ended(steward, steward.post(f"{review}/freezes", CSV_ALONE))["state"] == "done"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"as_of": "2999-01-01"}, "#/as_of"),
        ({"as_of": "2026-03-30"}, "#/as_of"),
        ({"position": 1}, "#/position"),
        ({"position": 10_000}, "#/position"),
        ({"forms": []}, "#/forms"),
        ({"forms": ["xlsx"]}, "#/forms/0"),
        ({"manifest_sha256": "0" * 64}, "#/manifest_sha256"),
    ],
)
def test_what_cannot_be_frozen_is_refused_before_it_is_begun(services, evaluator, review, body, pointer):
    answer = evaluator.post(f"{review}/freezes", body)
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    with services.recorder.connections.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM api.job").fetchone() == (0,)


@pytest.fixture
def frozen(evaluator, review, at_work):
    assert at_work is None
    return ended(evaluator, evaluator.post(f"{review}/freezes", CSV_ALONE))


def taken(person, job):
    """Take the files of a job away, by name."""
    return {each["path"]: person.get(each["address"]).content for each in job["files"]}


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_an_extract_made_again_is_the_same_whatever_was_recorded_since(evaluator, review, frozen, neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    request = {"manifest_sha256": frozen["manifest_sha256"]}
    accepted = evaluator.post(f"{review}/reruns", request, idempotency_key="rerun-1")
    job = ended(evaluator, accepted)
    assert (job["kind"], job["state"], job["done"], job["total"]) == ("rerun", "done", 1, 1)
    assert (job["position"], job["as_of"], job["files"]) == (frozen["position"], frozen["as_of"], [])
    rerun = job["rerun"]
    assert (rerun["identical"], rerun["recorded"], rerun["files"]) == (True, True, len(frozen["files"]) - 1)
    assert (rerun["differing"], rerun["because"], rerun["edited"]) == ([], [], [])
    again = evaluator.post(f"{review}/reruns", request, idempotency_key="rerun-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"], again.json()) == (202, "true", job)
    other = evaluator.post(f"{review}/reruns", {"manifest_sha256": "0" * 64}, idempotency_key="rerun-1")
    assert other.json()["code"] == "idempotency-key-reused"


def test_files_that_are_not_the_same_are_named_with_why_and_given(evaluator, review, frozen, monkeypatch):
    other = msgspec.structs.replace(made_by(), sources_sha256="f" * 64)
    monkeypatch.setattr(extract, "made_by", lambda: other)
    job = ended(evaluator, evaluator.post(f"{review}/reruns", {"manifest_sha256": frozen["manifest_sha256"]}))
    assert (job["rerun"]["identical"], job["rerun"]["differing"]) == (False, ["manifest.json"])
    (because,) = job["rerun"]["because"]
    assert (because["what"], because["now"]) == ("made_by.sources_sha256", "f" * 64)
    files = taken(evaluator, job)
    assert json.loads(files["manifest.json"])["made_by"]["sources_sha256"] == "f" * 64
    assert list(files) == ["manifest.json"]


def test_two_extracts_are_compared_with_the_events_behind_every_change(evaluator, review, frozen, neighbourhood):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    later = ended(evaluator, evaluator.post(f"{review}/freezes", CSV_ALONE))
    request = {"manifest_sha256": frozen["manifest_sha256"], "other_manifest_sha256": later["manifest_sha256"]}
    job = ended(evaluator, evaluator.post(f"{review}/diffs", request))
    assert (job["kind"], job["state"], job["position"]) == ("diff", "done", frozen["position"])
    brief, files = job["diff"], taken(evaluator, job)
    cells = rows(files["changed-cells.csv"])
    assert brief["changed"] == brief["because_of"]["events"] == len(cells) > 0
    assert (brief["because_of"]["method"], brief["because_of"]["program"], brief["definitions"]) == (0, 0, [])
    assert {cell["because_of_events"] for cell in cells} == {"true"}
    for cell in cells:
        if cell["change"]:
            parts = [float(cell[f"by_{cause}"]) for cause in ("events", "method", "program")]
            assert float(cell["change"]) == pytest.approx(sum(parts), abs=2e-6)
    recorded = {row["event_id"] for row in rows(files["recorded-between.csv"])}
    assert recorded >= {event["event_id"] for event in receipt["events"]}
    assert sum(brief["recorded"].values()) == len(recorded)
    assert {row["event_id"] for row in rows(files["changed-by.csv"])} <= recorded
    whole = json.loads(files["comparison.json"])
    assert (len(whole["changed"]), whole["in_words"]) == (brief["changed"], brief["in_words"])


def test_an_extract_does_not_differ_from_itself_and_a_stranger_may_be_the_other(
    evaluator, review, frozen, registration
):
    same = {"manifest_sha256": frozen["manifest_sha256"], "other_manifest_sha256": frozen["manifest_sha256"]}
    assert ended(evaluator, evaluator.post(f"{review}/diffs", same))["diff"]["changed"] == 0
    receipt = evaluator.records("/v1/reviews", **registration | {"question": "Does trust grow?"})
    another = f"/v1/reviews/{receipt['created']['review'][0]}"
    stranger = ended(evaluator, evaluator.post(f"{another}/freezes", CSV_ALONE))
    request = same | {"other_manifest_sha256": stranger["manifest_sha256"]}
    assert ended(evaluator, evaluator.post(f"{review}/diffs", request))["state"] == "done"
    answer = evaluator.post(f"{another}/diffs", request)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/manifest_sha256"]


@pytest.mark.parametrize(
    ("work", "body", "pointers"),
    [
        ("reruns", {"manifest_sha256": "0" * 64}, ["#/manifest_sha256"]),
        ("reruns", {"manifest_sha256": "short"}, ["#/manifest_sha256"]),
        ("reruns", {}, ["#/manifest_sha256"]),
        (
            "diffs",
            {"manifest_sha256": "0" * 64, "other_manifest_sha256": "1" * 64},
            ["#/manifest_sha256", "#/other_manifest_sha256"],
        ),
        ("diffs", {"manifest_sha256": "0" * 64}, ["#/other_manifest_sha256"]),
    ],
)
def test_an_extract_that_is_not_here_is_refused_before_anything_is_begun(
    services, evaluator, review, work, body, pointers
):
    answer = evaluator.post(f"{review}/{work}", body)
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers
    with services.recorder.connections.borrow() as connection:
        assert connection.execute("SELECT count(*) FROM api.job").fetchone() == (0,)


def test_only_who_registered_it_and_stewards_make_again_and_compare(neighbourhood, people, steward, review, frozen):
    bodies = {
        "reruns": {"manifest_sha256": frozen["manifest_sha256"]},
        "diffs": {"manifest_sha256": frozen["manifest_sha256"], "other_manifest_sha256": frozen["manifest_sha256"]},
    }
    for work, body in bodies.items():
        for somebody in (neighbourhood.officer, people(Scope.READ)):
            assert somebody.post(f"{review}/{work}", body).status_code == 403
        assert ended(steward, steward.post(f"{review}/{work}", body))["state"] == "done"


def test_work_that_this_log_does_not_allow_fails_with_the_reason(services, database_url, evaluator, review, frozen):
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE api.job_file SET content = convert_to(replace(convert_from(content, 'UTF8'), %s, %s), 'UTF8') "
            "WHERE path = 'manifest.json'",
            (str(services.recorder.head().log_id), str(uuid4())),
        )
    job = ended(evaluator, evaluator.post(f"{review}/reruns", {"manifest_sha256": frozen["manifest_sha256"]}))
    assert (job["state"], job["rerun"], job["files"]) == ("failed", None, [])
    assert "the extract was made from" in job["problem"]


def test_what_is_not_there_is_not_found(evaluator, neighbourhood):
    nowhere = uuid4()
    request = {"manifest_sha256": "0" * 64}
    assert evaluator.post(f"/v1/reviews/{nowhere}/freezes", CSV_ALONE).status_code == 404
    assert evaluator.post(f"/v1/reviews/{nowhere}/reruns", request).status_code == 404
    assert (
        evaluator.post(f"/v1/reviews/{nowhere}/diffs", request | {"other_manifest_sha256": "0" * 64}).status_code == 404
    )
    for path in (f"/v1/reviews/{nowhere}", f"/v1/jobs/{nowhere}", f"/v1/jobs/{nowhere}/files/panel.csv"):
        assert neighbourhood.officer.get(path).status_code == 404
