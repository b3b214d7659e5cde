"""The client in one file, at a real server: it records once, pages to the end, and says what is wrong."""

import httpx2
import pytest

from api.client import Beginning, Folkmoot, FolkmootProblem, Reading, Recording
from scripts.support.http_server import serving
from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def base(services):
    with serving(services) as address:
        yield address


@pytest.fixture
def officer(base, neighbourhood):
    """The client of an officer, whose every parameter is the board's unless another is given."""
    with Folkmoot(base, neighbourhood.officer.key) as folkmoot:
        yield folkmoot


class Unsteady(httpx2.BaseTransport):
    """A line that does something else than pass on, so many times: before the request arrives, or after."""

    def __init__(self, *failures):
        self._failures, self._line = list(failures), httpx2.HTTPTransport()
        self.asked = 0

    def handle_request(self, request):
        self.asked += 1
        failure = self._failures.pop(0) if self._failures else None
        if failure == "busy":
            return httpx2.Response(503, headers={"Retry-After": "0"}, json={})
        if failure == "lost on the way":
            raise httpx2.ConnectError("lost", request=request)
        answer = self._line.handle_request(request)
        if failure == "lost on the way back":
            answer.read()
            raise httpx2.ReadError("lost", request=request)
        return answer

    def close(self):
        self._line.close()


def unsteady(base, key, *failures):
    line = Unsteady(*failures)
    return Folkmoot(base, key, http=httpx2.Client(base_url=base, transport=line)), line


def test_a_meeting_is_recorded_and_read_page_by_page_to_the_end(officer, neighbourhood):
    board = neighbourhood.partnership
    receipt = officer.record(Recording.RECORD_INTERACTION, meeting(neighbourhood), partnership_id=board)
    assert set(receipt["created"]) == {"interaction", "ask", "commitment"}
    pages = list(officer.pages(Reading.READ_TIMELINE, partnership_id=board, limit=2))
    entries = [entry for page in pages for entry in page["data"]]
    assert len(pages) == -(-len(entries) // 2)
    assert pages[-1]["next"] is None
    assert len({entry["event_id"] for entry in entries}) == len(entries) == pages[0]["entries_in_all"]


def test_a_list_of_values_and_a_truth_value_are_written_as_the_api_reads_them(officer, neighbourhood):
    board = neighbourhood.partnership
    officer.record(Recording.RECORD_INTERACTION, meeting(neighbourhood), partnership_id=board)
    timeline = officer.read(Reading.READ_TIMELINE, partnership_id=board, family=["asks", "commitments"])
    assert {entry["type"] for entry in timeline["data"]} == {"ask-raised", "commitment-made"}
    together = officer.read(Reading.READ_TIMELINE, partnership_id=board, together=True)
    assert {entry["type"] for entry in together["data"]} == {"interaction-recorded"}


def test_what_is_no_json_comes_as_bytes(officer, neighbourhood):
    table = officer.read(Reading.READ_MEMBERS, partnership_id=neighbourhood.partnership, format="csv")
    assert table.startswith(b"member_id") or b"," in table.splitlines()[0]


@pytest.mark.parametrize("failure", ["busy", "lost on the way", "lost on the way back"])
def test_what_is_sent_again_is_recorded_once(base, neighbourhood, failure, monkeypatch):
    monkeypatch.setattr("api.client.folkmoot_client._PAUSE_S", 0)
    folkmoot, line = unsteady(base, neighbourhood.officer.key, failure, failure)
    with folkmoot:
        board = neighbourhood.partnership
        receipt = folkmoot.record(Recording.RECORD_INTERACTION, meeting(neighbourhood), partnership_id=board)
        assert line.asked == 3
        timeline = folkmoot.read(Reading.READ_TIMELINE, partnership_id=board, type="interaction-recorded")
    assert [entry["event_id"] for entry in timeline["data"]] == [receipt["events"][0]["event_id"]]


def test_tries_come_to_an_end(base, neighbourhood, monkeypatch):
    monkeypatch.setattr("api.client.folkmoot_client._PAUSE_S", 0)
    folkmoot, line = unsteady(base, neighbourhood.officer.key, *["busy"] * 9)
    with folkmoot, pytest.raises(FolkmootProblem) as problem:
        folkmoot.read(Reading.READ_ME)
    assert (problem.value.status, line.asked) == (503, 4)
    folkmoot, line = unsteady(base, neighbourhood.officer.key, *["lost on the way"] * 9)
    with folkmoot, pytest.raises(httpx2.ConnectError):
        folkmoot.read(Reading.READ_ME)
    assert line.asked == 4


def test_a_problem_names_every_fault_with_its_place(officer, neighbourhood):
    with pytest.raises(FolkmootProblem) as problem:
        officer.record(
            Recording.RECORD_INTERACTION,
            {"kind": "tea", "happened": "2026-03-27"},
            partnership_id=neighbourhood.partnership,
        )
    assert (problem.value.status, problem.value.code) == (422, "invalid")
    assert {fault["pointer"] for fault in problem.value.errors} == {"#/kind", "#/participants"}
    assert "#/kind" in str(problem.value)


def test_a_key_that_is_used_for_something_else_and_a_state_that_has_moved_are_problems(officer, neighbourhood):
    board, body = neighbourhood.partnership, meeting(neighbourhood)
    receipt = officer.record(Recording.RECORD_INTERACTION, body, partnership_id=board, idempotency_key="one")
    again = officer.record(Recording.RECORD_INTERACTION, body, partnership_id=board, idempotency_key="one")
    assert again == receipt
    with pytest.raises(FolkmootProblem) as reused:
        officer.record(
            Recording.RECORD_INTERACTION, body | {"title": "Another"}, partnership_id=board, idempotency_key="one"
        )
    assert reused.value.code == "idempotency-key-reused"
    correction = {"changes": {"happened": "2026-03-26"}, "reasons": "It was the Thursday"}
    with pytest.raises(FolkmootProblem) as problem:
        officer.record(Recording.CORRECT_RECORD, correction, record=receipt["events"][0]["event_id"], if_match='"1"')
    assert problem.value.code == "changed-meanwhile"


@pytest.mark.usefixtures("at_work")
def test_work_in_the_background_is_begun_and_followed(officer, neighbourhood):
    question = {
        "question": "Do promises hold?",
        "cohort": [neighbourhood.partnership],
        "window_start_on": "2026-01-01",
        "window_end_on": "2026-03-31",
        "method_sha256": officer.read(Reading.READ_SHIPPED_METHOD)["method_sha256"],
        "retrospective": True,
    }
    review = officer.record(Recording.REGISTER_REVIEW, question)["created"]["review"][0]
    job = officer.begin(Beginning.FREEZE_REVIEW, {"forms": ["csv"]}, review=review)
    assert officer.read(Reading.READ_JOB, job=job["job_id"])["kind"] == "freeze"
    while officer.read(Reading.READ_JOB, job=job["job_id"])["state"] in {"waiting", "running"}:
        pass
