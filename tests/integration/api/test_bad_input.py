"""Bad input of every kind gets a clear problem document and changes nothing."""

import gzip
import json
import time
import tracemalloc
from datetime import date, timedelta
from uuid import uuid4

import pytest

from api.http.paging import cursor_of
from api.http.problems import Problem
from api.http.validation import read_query
from api.reading.as_of import PastQuery

GOOD = {
    "kind": "meeting",
    "happened": "2026-03-27",
    "participants": [{"party": {"name": "A Group", "kind": "charity"}}],
}
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011 - a calendar day, with a day to spare

UNREADABLE = {
    "nothing at all": b"",
    "JSON that breaks off": b'{"kind": "meeting", "happened": ',
    "no object": b"[]",
    "the same key twice": b'{"kind": "meeting", "kind": "call"}',
    "a number that is none": b'{"count": NaN}',
    "a number without end": b'{"count": 1e999}',
    "a whole number of five thousand digits": b'{"count": ' + b"9" * 5000 + b"}",
    "bytes that are not UTF-8": b'{"notes": "\xff\xfe"}',
    "half of a character pair": b'{"notes": "\\ud800"}',
    "nesting without end": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "nesting that is merely deep": b'{"a":' * 40 + b"1" + b"}" * 40,
}
NOT_UNDERSTOOD = {
    "an unknown field": ({**GOOD, "colour": "red"}, ["#/colour"]),
    "a field of the wrong type": ({**GOOD, "notes": 7}, ["#/notes"]),
    "a missing field": ({"happened": "2026-03-27", "participants": GOOD["participants"]}, ["#/kind"]),
    "a code that is on no list": ({**GOOD, "kind": "party"}, ["#/kind"]),
    "a date that is no date": ({**GOOD, "happened": "yesterday"}, ["#/happened"]),
    "a date that the calendar does not have": ({**GOOD, "happened": "2026-02-30"}, ["#/happened"]),
    "a date in the future": ({**GOOD, "happened": TOMORROW}, ["#/happened"]),
    "nobody": ({**GOOD, "participants": []}, ["#/participants"]),
    "an unknown organisation": ({**GOOD, "convened_by": str(uuid4())}, ["#/convened_by"]),
    "an unknown person": (
        {**GOOD, "participants": [{"party": {"name": "A Group", "kind": "charity"}, "person": "x" * 43}]},
        ["#/participants/0/person"],
    ),
    "a note of 70 kB": ({**GOOD, "notes": "a" * 70_000}, ["#/notes"]),
    "a note of nothing but spaces": ({**GOOD, "notes": "   "}, ["#/notes"]),
    "many faults at once": (
        {
            **GOOD,
            "colour": 1,
            "mode": "by-pigeon",
            "crowds": [{"side": "residents", "count": -1}],
            "asks": [{"text": ""}],
        },
        ["#/colour", "#/mode", "#/crowds/0/count", "#/asks/0/kind", "#/asks/0/raised_by", "#/asks/0/text"],
    ),
}


@pytest.fixture
def interactions(neighbourhood):
    return f"{neighbourhood.path}/interactions"


@pytest.fixture(autouse=True)
def nothing_is_recorded(services, neighbourhood):  # noqa: ARG001 - what it records comes before
    before = services.recorder.head().position
    yield
    assert services.recorder.head().position == before


def is_problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"/problems/{code}")
    assert problem["instance"] == f"urn:uuid:{answer.headers['Request-Id']}"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    return problem


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_400(neighbourhood, interactions, body):
    answer = neighbourhood.officer.post(interactions, content=body, headers={"Content-Type": "application/json"})
    is_problem(answer, 400, "unreadable")


@pytest.mark.parametrize(("body", "pointers"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_valid_is_422_naming_every_field(neighbourhood, interactions, body, pointers):
    problem = is_problem(neighbourhood.officer.post(interactions, body), 422, "invalid")
    assert sorted(each["pointer"] for each in problem["errors"]) == sorted(pointers), problem
    assert all(each["code"] and each["detail"] for each in problem["errors"])


def test_a_hundred_thousand_faults_are_counted_and_a_hundred_named(neighbourhood, interactions):
    """And nothing is held for the others: neither of a body nor of a query."""
    body = json.dumps({**GOOD, "themes": [7] * 300_000})
    headers = {"Content-Type": "application/json"}
    tracemalloc.start()
    answer = neighbourhood.officer.post(interactions, content=body, headers=headers)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    problem = is_problem(answer, 422, "invalid")
    assert (len(problem["errors"]), problem["more_errors"]) == (100, 299_900)
    assert problem["detail"].startswith("300,000 things are wrong")
    assert len(answer.content) < 50_000
    assert most < 60_000_000


def test_a_query_of_many_faults_is_answered_at_once():
    started_s = time.monotonic()
    with pytest.raises(Problem) as refused:
        read_query([(f"x{number}", "1") for number in range(20_000)] + [("as_of", "1")] * 20_000, PastQuery)
    assert (len(refused.value.errors), refused.value.more) == (100, 19_902)
    assert time.monotonic() - started_s < 20


@pytest.mark.parametrize(("query", "suggestion"), [("asof=2026-01-01", "as_of"), ("format=jsn", "json")])
def test_a_slip_in_a_query_is_answered_with_what_was_meant(neighbourhood, query, suggestion):
    answer = neighbourhood.officer.get(f"{neighbourhood.path}/members?{query}")
    assert f"did you mean {suggestion}?" in is_problem(answer, 400, "invalid-query")["errors"][0]["detail"]


def test_ten_megabytes_are_413(neighbourhood, interactions):
    answer = neighbourhood.officer.post(interactions, {**GOOD, "notes": "a" * 10_000_000})
    is_problem(answer, 413, "too-large")


def test_one_entry_of_more_than_60_kb_is_413(neighbourhood, interactions):
    themes = ["x" * 90 + str(number) for number in range(700)]
    is_problem(neighbourhood.officer.post(interactions, {**GOOD, "themes": themes}), 413, "too-large")


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/json; charset=latin-1", ""])
def test_what_does_not_say_it_is_json_is_415(neighbourhood, interactions, media):
    answer = neighbourhood.officer.post(interactions, content=json.dumps(GOOD), headers={"Content-Type": media})
    is_problem(answer, 415, "unsupported-media-type")


def test_what_is_compressed_is_415(neighbourhood, interactions):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    content = gzip.compress(json.dumps(GOOD).encode())
    is_problem(
        neighbourhood.officer.post(interactions, content=content, headers=headers), 415, "unsupported-media-type"
    )


def test_a_format_that_is_not_offered_is_406(neighbourhood, interactions):
    is_problem(neighbourhood.officer.post(interactions, GOOD, headers={"Accept": "image/png"}), 406, "not-acceptable")
    is_problem(
        neighbourhood.officer.get(f"{neighbourhood.path}/members", {"Accept": "image/png"}), 406, "not-acceptable"
    )


def test_an_unknown_partnership_is_404(neighbourhood):
    is_problem(neighbourhood.officer.post(f"/v1/partnerships/{uuid4()}/interactions", GOOD), 404, "not-found")
    is_problem(neighbourhood.officer.post("/v1/partnerships/none/interactions", GOOD), 404, "not-found")
    is_problem(neighbourhood.officer.get(f"/v1/partnerships/{uuid4()}/members"), 404, "not-found")


def test_an_id_of_something_else_is_no_partnership(neighbourhood):
    is_problem(neighbourhood.officer.get(f"/v1/partnerships/{neighbourhood.council}/members"), 404, "not-found")


def test_an_unknown_thing_in_the_address_is_404(neighbourhood):
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/asks/{uuid4()}/answers", {"answered_by": neighbourhood.council, "answer": "adopted"}
    )
    is_problem(answer, 404, "not-found")


def test_what_the_address_says_is_not_said_again(neighbourhood):
    ask = str(uuid4())
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/asks/{ask}/answers",
        {"ask": ask, "answered_by": neighbourhood.council, "answer": "adopted"},
    )
    assert is_problem(answer, 422, "invalid")["errors"][0]["pointer"] == "#/ask"


def test_another_method_is_405_and_names_those_there_are(neighbourhood, interactions):
    answer = neighbourhood.officer.client.delete(interactions)
    is_problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_no_such_address_is_404(client):
    is_problem(client.get("/v2/nothing"), 404, "not-found")
    is_problem(client.get("/v1/places/"), 404, "not-found")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("as_off=2026-01-01", "as_off"),
        ("as_of=2026-02-30", "as_of"),
        ("as_of=soon", "as_of"),
        ("as_of=0001-01-01", "as_of"),
        (f"as_of={TOMORROW}", "as_of"),
        ("as_of=9999-12-31", "as_of"),
        ("known_at=-1", "known_at"),
        ("known_at=2026-13-01T00:00:00Z", "known_at"),
        ("known_at=1&known_at=2", "known_at"),
        ("format=xml", "format"),
        ("method=no-such-method", "method"),
    ],
)
def test_a_query_that_cannot_be_used_is_400_and_names_what_there_is(neighbourhood, query, parameter):
    answer = neighbourhood.officer.get(f"{neighbourhood.path}/members?{query}")
    problem = is_problem(answer, 400, "invalid-query")
    assert [each["parameter"] for each in problem["errors"]] == [parameter]


def test_an_explanation_names_the_day_that_cannot_be_used(neighbourhood):
    figure = f"facet=reliability&truster_side=residents&trustee={neighbourhood.council}"
    for days, parameter in (("from=0001-01-01&to=2026-01-01", "from"), ("from=2026-01-01&to=9999-12-31", "to")):
        answer = neighbourhood.officer.get(f"{neighbourhood.path}/trust/explanation?{days}&{figure}")
        problem = is_problem(answer, 400, "invalid-query")
        assert [each["parameter"] for each in problem["errors"]] == [parameter]


@pytest.mark.parametrize("cursor", ["", "MQ==", "é", "LTE", cursor_of(2**63), cursor_of(10**18)])
def test_a_cursor_that_was_never_given_is_400(neighbourhood, cursor):
    for path in ("/v1/parties", f"{neighbourhood.path}/timeline"):
        answer = neighbourhood.officer.get(path, cursor=cursor)
        problem = is_problem(answer, 400, "invalid-query")
        assert [each["parameter"] for each in problem["errors"]] == ["cursor"]


def test_asking_beyond_the_record_is_400(neighbourhood):
    is_problem(neighbourhood.officer.get(f"{neighbourhood.path}/members?known_at=999999"), 400, "invalid-query")
    is_problem(
        neighbourhood.officer.get(f"{neighbourhood.path}/members?known_at=2999-01-01T00:00:00Z"), 400, "invalid-query"
    )


def test_what_is_wrong_with_us_says_nothing_of_the_inside(services, neighbourhood, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("a secret of the inside")

    with monkeypatch.context() as patched:
        patched.setattr(type(services.recorder), "head", broken)
        answer = neighbourhood.officer.get(f"{neighbourhood.path}/members")
    is_problem(answer, 500, "internal-error")
    assert "secret" not in answer.text


def test_every_code_of_a_problem_or_an_error_has_a_page(client):
    listed = client.get("/problems").json()
    assert {each["code"] for each in listed} >= {"invalid", "unknown-field", "unknown-party", "not-a-member"}
    for problem in listed:
        assert client.get(f"/problems/{problem['code']}").json() == problem
