"""Every view of a partnership, as of any day and as known at any position, in JSON and CSV."""

import csv
import io

import pytest

from api.resources.views import OPERATIONS as VIEWS
from tests.api.test_a_meeting import meeting

OF_PARTNERSHIPS = [each.path.rpartition("/")[2] for each in VIEWS if "partnership_id" in each.path]


@pytest.fixture
def met(neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return neighbourhood


@pytest.mark.parametrize("view", [*OF_PARTNERSHIPS, "trust", "health"])
def test_a_view_says_what_it_rests_on_and_answers_the_same_question_with_the_same_bytes(met, view):
    asked = {"as_of": "2026-11-01", "known_at": 6}
    first, again = (met.officer.get(f"{met.path}/{view}", **asked) for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.content == again.content
    answer = first.json()
    assert (answer["position"], answer["as_of"]) == (6, "2026-11-01")
    assert len(answer["digest"]) == len(answer["tree_root"]) == len(answer["method_sha256"]) == 64
    unchanged = met.officer.get(f"{met.path}/{view}", {"If-None-Match": first.headers["ETag"]}, **asked)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_a_header_may_be_spread_over_several_lines(met):
    path = f"{met.path}/members"
    who = ("Authorization", f"Bearer {met.officer.key}")
    known = met.officer.get(path).headers["ETag"]
    lines = [who, ("If-None-Match", '"another"'), ("If-None-Match", known)]
    assert met.officer.client.get(path, headers=lines).status_code == 304
    lines = [who, ("Accept", "image/png"), ("Accept", "text/csv")]
    assert met.officer.client.get(path, headers=lines).headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("view", [*OF_PARTNERSHIPS, "trust", "health"])
def test_a_view_is_given_as_csv_by_format_or_by_accept(met, view):
    by_format = met.officer.get(f"{met.path}/{view}", format="csv")
    by_accept = met.officer.get(f"{met.path}/{view}", {"Accept": "text/csv"})
    assert by_format.headers["Content-Type"].startswith("text/csv"), by_format.text
    assert by_format.content == by_accept.content
    lengths = {len(row) for row in csv.reader(io.StringIO(by_format.text))}
    assert len(lengths) == 1
