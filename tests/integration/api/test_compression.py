"""Answers are compressed where asked for; what is unchanged is told so whichever form is held, before it is made."""

import gzip

import pytest

import api.resources.replays
from api.access.keys import Scope
from api.http.compression import WORTH_BYTES, tag_of_compressed, tag_of_state
from api.resources.replays import OPERATIONS as VIEWS
from tests.integration.api.test_a_meeting import meeting

GZIP = {"Accept-Encoding": "gzip"}
AS_IT_IS = {"Accept-Encoding": "identity"}


@pytest.fixture
def path(neighbourhood):
    for _ in range(3):
        neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return f"{neighbourhood.path}/commitments"


def raw(person, path, headers):
    """The bytes as they are sent, and the answer."""
    all_headers = {"Authorization": f"Bearer {person.key}", **headers}
    with person.client.stream("GET", path, headers=all_headers) as answer:
        return b"".join(answer.iter_raw()), answer


def test_the_compressed_answer_is_smaller_and_holds_the_same(neighbourhood, path):
    small, answer = raw(neighbourhood.officer, path, GZIP)
    whole, as_it_is = raw(neighbourhood.officer, path, AS_IT_IS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in as_it_is.headers
    assert gzip.decompress(small) == whole
    assert len(small) < len(whole) / 2
    for response in (answer, as_it_is):
        assert "Accept-Encoding" in response.headers["Vary"].split(", ")
        assert int(response.headers["Content-Length"]) == len(small if response is answer else whole)
    assert answer.headers["ETag"] != as_it_is.headers["ETag"]
    assert raw(neighbourhood.officer, path, GZIP)[0] == small, "a strong ETag is that of the same bytes"


def test_a_tiny_answer_and_one_not_asked_for_stay_as_they_are(client, neighbourhood):
    tiny = client.get("/healthz", headers=GZIP)
    assert (len(tiny.content) < WORTH_BYTES, "Content-Encoding" in tiny.headers) == (True, False)
    assert "Accept-Encoding" in tiny.headers["Vary"]
    assert "Content-Encoding" not in neighbourhood.officer.get("/openapi.json", AS_IT_IS).headers


@pytest.mark.parametrize("held_form", [GZIP, AS_IT_IS])
@pytest.mark.parametrize("wanted_form", [GZIP, AS_IT_IS])
def test_what_is_held_in_either_form_is_known_to_be_unchanged(neighbourhood, path, held_form, wanted_form):
    tag = raw(neighbourhood.officer, path, held_form)[1].headers["ETag"]
    body, answer = raw(neighbourhood.officer, path, wanted_form | {"If-None-Match": f'"other", W/{tag}'})
    assert (answer.status_code, body, answer.headers["ETag"]) == (304, b"", tag)


def test_a_state_read_compressed_can_be_made_a_condition_of_recording(neighbourhood, path):
    assert path
    read = neighbourhood.officer.get(neighbourhood.path, AS_IT_IS).headers["ETag"]
    stale = tag_of_compressed('"1"')
    for tag, status in ((stale, 412), (tag_of_compressed(read), 201)):
        answer = neighbourhood.officer.post(
            f"{neighbourhood.path}/interactions", meeting(neighbourhood), headers={"If-Match": tag}
        )
        assert answer.status_code == status
    assert tag_of_state(tag_of_compressed(read)) == tag_of_state(read) == read


@pytest.mark.parametrize("view", [each.path.rpartition("/")[2] for each in VIEWS if "{partnership_id}" in each.path])
def test_an_unchanged_view_is_told_so_without_being_projected(neighbourhood, path, monkeypatch, view):
    assert path
    where = f"{neighbourhood.path}/{view}"
    tag = neighbourhood.officer.get(where).headers["ETag"]

    def refuse(*_):
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(api.resources.replays, "replay_answer", refuse)
        patched.setattr(api.resources.replays, "read_known", refuse)
        assert neighbourhood.officer.get(where, {"If-None-Match": tag}).status_code == 304
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert neighbourhood.officer.get(where, {"If-None-Match": tag}).status_code == 200


def test_what_one_reader_holds_is_not_what_another_would_get(neighbourhood, path, people):
    tag = neighbourhood.officer.get(path).headers["ETag"]
    assert people(Scope.READ).get(path, {"If-None-Match": tag}).status_code == 200
    assert neighbourhood.officer.get(path, {"If-None-Match": tag}, format="csv").status_code == 200
    assert neighbourhood.officer.get(path, {"If-None-Match": tag}, as_of="2026-04-01").status_code == 200
