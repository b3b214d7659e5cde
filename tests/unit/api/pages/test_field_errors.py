"""Faults that the API found, at the fields of a form: where an answer is wrongly written, in words for people."""

import pytest

from api.http.problems import Problem
from api.http.validation import read_struct
from api.pages.ground.field_errors import field_errors
from domain.decisions.interactions import RecordInteraction
from tests.support.walked_page import NEVER


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "meeting", "happened": "2026-02-31x", "participants": [{"party": "nobody"}]},
        {"kind": 7, "happened": None, "participants": "all"},
        {"commitments": [{"promisers": ["x"], "text": "\0" * 20_000}]},
    ],
)
def test_no_fault_speaks_to_programs(body):
    with pytest.raises(Problem) as problem:
        read_struct(body, RecordInteraction)
    errors = field_errors(problem.value, {}, otherwise="when")
    assert errors
    assert [each.words for each in errors if NEVER.search(each.words) or each.words.startswith("Give")] == []


def test_words_of_a_page_come_before_ours():
    with pytest.raises(Problem) as problem:
        read_struct({"kind": "meeting"}, RecordInteraction)
    words = {each.words for each in field_errors(problem.value, {}, otherwise="when", words={"missing": "Say when"})}
    assert words == {"Say when"}
