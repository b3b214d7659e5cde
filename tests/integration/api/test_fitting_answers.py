"""Answers about a long record fit into so many bytes, and their pages put together are the whole."""

import pytest

from api.reading import capped_causes, fitted_answers
from api.resources import trust_marks

SMALL = 3_000


@pytest.fixture
def board(neighbourhood):
    """Let the council keep nine promises to the group."""
    council, group = neighbourhood.council, neighbourhood.group
    for month in range(1, 10):
        promise = neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments",
            promisers=[council],
            promisees=[group],
            text=f"Mend gate {month}",
            happened=f"2026-0{month}-02",
            due=f"2026-0{month}-20",
        )["created"]["commitment"][0]
        neighbourhood.resident.records(
            f"{neighbourhood.path}/commitments/{promise}/confirmations",
            confirmed_by=group,
            happened=f"2026-0{month}-12",
        )
    return neighbourhood


def pages_of(person, path, **asked):
    """Every page of an answer, each of which fits."""
    answer = person.get(path, **asked)
    while True:
        assert answer.status_code == 200, answer.text
        assert len(answer.content) <= SMALL
        page = answer.json()
        yield page
        assert (page["next"] is not None) == ("next" in answer.links)
        if page["next"] is None:
            return
        answer = person.get(page["next"])


def test_pages_of_trust_put_together_are_the_whole_timelines(board, monkeypatch):
    path = f"{board.path}/trust"
    whole = board.officer.reads(path, timeline="all")
    assert whole["next"] is None
    monkeypatch.setattr(fitted_answers, "ANSWER_BYTES", SMALL)
    pages = list(pages_of(board.officer, path, timeline="all"))
    assert len(pages) > 1
    assert {page["digest"] for page in pages} == {whole["digest"]}
    timelines = {}
    for figure in (figure for page in pages for figure in page["figures"]):
        key = (figure["facet"], figure["truster_side"], figure["trustee_id"])
        timelines.setdefault(key, []).extend(figure["timeline"])
    expected = {
        (figure["facet"], figure["truster_side"], figure["trustee_id"]): figure["timeline"]
        for figure in whole["figures"]
    }
    assert timelines == expected


@pytest.mark.parametrize("view", ["commitments", "activity", "worklist"])
def test_pages_of_a_view_put_together_are_all_its_rows(board, monkeypatch, view):
    path = f"{board.path}/{view}"
    whole = board.officer.reads(path)
    monkeypatch.setattr(fitted_answers, "ANSWER_BYTES", SMALL)
    pages = list(pages_of(board.officer, path))
    assert [row for page in pages for row in page["rows"]] == whole["rows"]
    assert {page["rows_in_all"] for page in pages} == {len(whole["rows"])}


def test_pages_of_marks_put_together_are_all_marks(board, monkeypatch):
    path = f"{board.path}/trust/marks"
    whole = board.officer.reads(path)
    monkeypatch.setattr(trust_marks, "_MARKS", 4)
    pages = list(pages_of(board.officer, path))
    assert len(pages) > 1
    marks = [mark for page in pages for body in page["bodies"] for mark in body["marks"]]
    assert marks == [mark for body in whole["bodies"] for mark in body["marks"]]


def test_no_timeline_is_answered_unless_asked_for(board):
    assert all(not figure["timeline"] for figure in board.officer.reads(f"{board.path}/trust")["figures"])
    whole = board.officer.reads(f"{board.path}/trust", timeline="all")
    assert any(figure["timeline"] for figure in whole["figures"])


def test_so_many_causes_are_listed_in_one_place_unless_more_are_asked_for(board, monkeypatch):
    monkeypatch.setattr(capped_causes, "CAUSES", 2)
    figure = board.officer.reads(f"{board.path}/trust", facet="reliability", trustee=board.council)["figures"][0]
    assert len(figure["causes"]) == 2 < figure["causes_in_all"]
    more = board.officer.reads(f"{board.path}/trust", facet="reliability", trustee=board.council, causes=1000)
    assert len(more["figures"][0]["causes"]) == figure["causes_in_all"]
