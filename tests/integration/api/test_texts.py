"""Texts where they enter: nothing that the tables cannot hold, at any field, parameter or address."""

import re
from uuid import uuid4

import msgspec
import pytest

from api.resources import OPERATIONS
from tests.integration.api.test_bad_input import is_problem


@pytest.fixture
def nothing_is_recorded(services, neighbourhood):  # noqa: ARG001 - what it records comes before
    before = services.recorder.head().position
    yield
    assert services.recorder.head().position == before


PROMISE = {"text": "x", "due": "2099-12-31"}
UNFIT = {
    "a NUL in a label": ({"theme": "a\x00b"}, "#/theme"),
    "a line break after a label": ({"theme": "a\n"}, "#/theme"),
    "a NUL in a text": ({"text": "a\x00b"}, "#/text"),
    "a text of signs that cannot be seen": ({"text": "\u200b\u200d"}, "#/text"),
    "a name in passing that cannot be seen": (
        {"promisees": [{"name": "\u2800", "kind": "charity"}]},
        "#/promisees/0/name",
    ),
    "a key that holds a NUL": ({"the\x00me": "x"}, "#/the\x00me"),
}


@pytest.mark.usefixtures("nothing_is_recorded")
@pytest.mark.parametrize(("change", "pointer"), UNFIT.values(), ids=UNFIT)
def test_an_unfit_text_is_422_at_its_field(neighbourhood, change, pointer):
    promise = {**PROMISE, "promisers": [neighbourhood.council], "promisees": [neighbourhood.group]}
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/commitments", promise | change)
    problem = is_problem(answer, 422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]


@pytest.mark.usefixtures("nothing_is_recorded")
@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/places", {"name": "Eastmoor", "kind": "ward", "code": "E05000002\n"}, "#/code"),
        ("/v1/places", {"name": "East\u202emoor", "kind": "ward"}, "#/name"),
        ("/v1/parties", {"name": "\u3164", "kind": "charity"}, "#/name"),
        ("/v1/parties", {"name": "A", "kind": "charity", "identifiers": ["GB-COH-01234567\n"]}, "#/identifiers/0"),
        ("/v1/people", {"name": "\u00ad"}, "#/name"),
        ("/v1/people", {"name": "Mo", "contact": "a\x07b"}, "#/contact"),
    ],
)
def test_a_register_takes_no_unfit_name_or_code(steward, path, body, pointer):
    problem = is_problem(steward.post(path, body), 422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]


@pytest.mark.usefixtures("nothing_is_recorded")
def test_a_currency_has_no_line_break(neighbourhood):
    award = {
        "funder": neighbourhood.council,
        "recipient": neighbourhood.group,
        "amount": {"minor_units": 1, "currency": "GBP\n"},
    }
    problem = is_problem(neighbourhood.officer.post(f"{neighbourhood.path}/awards", award), 422, "invalid")
    assert "#/amount/currency" in [each["pointer"] for each in problem["errors"]]


@pytest.mark.usefixtures("nothing_is_recorded")
def test_a_correction_is_held_to_the_same_texts(neighbourhood, steward):
    entry = steward.reads(f"/v1/parties/{neighbourhood.council}")["event_id"]
    for changes, pointer in (
        ({"name": "\u200b"}, "#/changes/name"),
        ({"identifiers": ["GB-COH-01234567\n"]}, "#/changes/identifiers/0"),
        ({"contact": "a\x00"}, "#/changes/contact"),
    ):
        answer = steward.post(f"/v1/records/{entry}/corrections", {"changes": changes, "reasons": "a slip"})
        assert [each["pointer"] for each in is_problem(answer, 422, "invalid")["errors"]] == [pointer]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\x00null"])
def test_a_nul_in_any_parameter_is_400(steward, neighbourhood, text):
    """Every parameter of every operation that can be read, and one that does not exist."""
    for operation in OPERATIONS:
        if operation.method != "GET" or "{file}" in operation.path:
            continue
        path = operation.path.replace("{partnership_id}", neighbourhood.partnership)
        path = re.sub(r"{code}", "invalid", re.sub(r"{(party|trustee)}", neighbourhood.council, path))
        path = re.sub(r"{\w+}", str(uuid4()), path)
        for name in (*(each.encode_name for each in msgspec.structs.fields(operation.query)), "other"):
            answer = steward.get(path, **{name: text})
            assert answer.status_code in {400, 404}, (path, name, answer.text)


@pytest.mark.parametrize("name", ["a%00b", "%00", "%ff", "%ED%A0%80"])
def test_a_nul_in_any_address_is_404(steward, name):
    for operation in OPERATIONS:
        if operation.method == "GET" and "{" in operation.path:
            answer = steward.get(re.sub(r"{\w+}", name, operation.path))
            assert answer.status_code in {400, 404}, (operation.path, answer.text)
