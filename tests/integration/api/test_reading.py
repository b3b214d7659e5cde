"""Every view of a partnership, as of any day and as known at any position, in JSON and CSV."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

import api.resources.replays
from api.http.operations import XLSX
from api.resources.replays import OPERATIONS as VIEWS
from tests.integration.api.test_a_meeting import meeting

OF_PARTNERSHIPS = [each.path.rpartition("/")[2] for each in VIEWS if "partnership_id" in each.path]


@pytest.fixture
def board(neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return neighbourhood


@pytest.mark.parametrize("view", [*OF_PARTNERSHIPS, "trust", "health"])
def test_a_view_says_what_it_rests_on_and_answers_the_same_question_with_the_same_bytes(board, view):
    parameters = {"as_of": "2026-11-01", "known_at": 6}
    first, again = (board.officer.get(f"{board.path}/{view}", **parameters) for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.content == again.content
    answer = first.json()
    assert (answer["position"], answer["as_of"]) == (6, "2026-11-01")
    assert len(answer["digest"]) == len(answer["tree_root"]) == len(answer["method_sha256"]) == 64
    unchanged = board.officer.get(f"{board.path}/{view}", {"If-None-Match": first.headers["ETag"]}, **parameters)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_header_may_be_spread_over_several_lines(board):
    path = f"{board.path}/members"
    who = ("Authorization", f"Bearer {board.officer.key}")
    etag = board.officer.get(path).headers["ETag"]
    lines = [who, ("If-None-Match", '"another"'), ("If-None-Match", etag)]
    assert board.officer.client.get(path, headers=lines).status_code == 304
    lines = [who, ("Accept", "image/png"), ("Accept", "text/csv")]
    assert board.officer.client.get(path, headers=lines).headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("view", [*OF_PARTNERSHIPS, "trust", "health", "return"])
def test_a_view_is_given_as_csv_by_format_or_by_accept(board, view):
    by_format = board.officer.get(f"{board.path}/{view}", format="csv")
    by_accept = board.officer.get(f"{board.path}/{view}", {"Accept": "text/csv"})
    assert by_format.headers["Content-Type"].startswith("text/csv"), by_format.text
    assert by_format.content == by_accept.content
    lengths = {len(row) for row in csv.reader(io.StringIO(by_format.text))}
    assert len(lengths) == 1


@pytest.mark.parametrize("view", [*OF_PARTNERSHIPS, "trust", "health", "return"])
def test_a_view_is_given_as_a_workbook_with_the_columns_of_its_csv(board, view):
    by_format = board.officer.get(f"{board.path}/{view}", format="xlsx")
    by_accept = board.officer.get(f"{board.path}/{view}", {"Accept": XLSX})
    assert by_format.headers["Content-Type"] == XLSX, by_format.text
    assert by_format.content == by_accept.content
    table = list(csv.reader(io.StringIO(board.officer.get(f"{board.path}/{view}", format="csv").text)))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(by_format.content)).get_sheet_by_name("Data")
    headings, *rows = sheet.to_python(skip_empty_area=False)[4:]
    assert headings == table[0]
    assert len(rows) == len(table) - 1


class TestPages:
    """A view of a long partnership is given a page at a time; nothing is left out without saying so."""

    @pytest.fixture
    def long(self, neighbourhood):
        for number in range(5):
            title = f"Meeting {number}"
            neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood, title=title))
        return neighbourhood

    def test_pages_put_together_are_the_whole(self, long):
        whole = long.officer.reads(f"{long.path}/interactions")
        assert (whole["rows_in_all"], whole["next"]) == (5, None)
        pages = [long.officer.get(f"{long.path}/interactions", limit=2)]
        while address := pages[-1].json()["next"]:
            assert pages[-1].headers["Link"] == f'<{address}>; rel="next"'
            long.officer.records(f"{long.path}/interactions", **meeting(long, title="Meanwhile"))
            pages.append(long.officer.get(address))
        assert [len(each.json()["rows"]) for each in pages] == [2, 2, 1]
        assert [row for each in pages for row in each.json()["rows"]] == whole["rows"]
        assert {each.json()["digest"] for each in pages} == {whole["digest"]}
        assert {each.json()["rows_in_all"] for each in pages} == {5}
        for page in pages:
            contact_ids = {row["interaction_id"] for row in page.json()["rows"]}
            assert contact_ids == set(page.json()["labels"]) == set(page.json()["participants"])

    def test_a_long_answer_is_cut_by_itself_and_says_so(self, long, monkeypatch):
        monkeypatch.setattr(api.resources.replays, "ROWS", 3)
        first = long.officer.reads(f"{long.path}/commitments")
        assert (len(first["rows"]), first["rows_in_all"]) == (3, 5)
        assert len(long.officer.reads(first["next"])["rows"]) == 2
        table = long.officer.get(f"{long.path}/commitments", format="csv").text
        assert len(list(csv.DictReader(io.StringIO(table)))) == 5, "a table to take away is whole unless cut on purpose"

    @pytest.mark.parametrize("limit", [0, 5001, -1, "all"])
    def test_a_limit_out_of_bounds_is_named(self, long, limit):
        answer = long.officer.get(f"{long.path}/commitments", limit=limit)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "limit")
