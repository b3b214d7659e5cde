"""An answer that its reader has already is told from its tag, before any history is read or figure made."""

import pytest

from api.resources import OPERATIONS

WITHIN = "/v1/partnerships/{partnership_id}/"
ASKED = {
    "read-crosswalk": {"instrument": "nuffield"},
    "read-what-if": {"half_life": "90"},
}
CONDITIONAL = [operation for operation in OPERATIONS if operation.conditional and operation.path.startswith(WITHIN)]


@pytest.mark.parametrize("operation", CONDITIONAL, ids=lambda operation: operation.name)
def test_what_is_unchanged_is_answered_without_replaying_anything(operation, neighbourhood, steward, monkeypatch):
    path = operation.path.replace("{partnership_id}", str(neighbourhood.partnership))
    asked = ASKED.get(operation.name, {})
    first = steward.get(path, **asked)
    assert first.status_code == 200, first.text
    monkeypatch.setattr("api.reading.as_of.known_partnership", None)
    again = steward.get(path, headers={"If-None-Match": first.headers["ETag"]}, **asked)
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.content == b""
    assert steward.get(path, headers={"If-None-Match": '"another"'}, **asked).status_code == 500


def test_there_is_one_for_every_view():
    assert len(CONDITIONAL) > 20
