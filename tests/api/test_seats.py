"""Nobody gets to another's seat, entry or word through the registers."""

import pytest

from api.auth import Scope
from tests.api.test_a_meeting import MEETING, meeting


@pytest.fixture
def stranger(people, steward):
    body = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")
    return people(Scope.RECORD, body["created"]["party"][0])


def test_a_seat_is_not_taken_over_by_claiming_a_succession(neighbourhood, stranger):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    mine, theirs, here = str(stranger.party), neighbourhood.council, [neighbourhood.partnership]
    for path, claim in (
        ("/v1/successions", {"predecessor": theirs, "successor": mine, "partnerships": here}),
        ("/v1/parties-found-same", {"kept": mine, "duplicate": theirs, "partnerships": here}),
    ):
        assert stranger.post(path, claim).status_code == 403
    assert stranger.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood)).status_code == 403
    assert MEETING["notes"] not in stranger.get(f"{neighbourhood.path}/interactions").text


def test_another_bodys_entry_is_not_said_anew(neighbourhood, stranger):
    entry = f"/v1/parties/{neighbourhood.group}"
    before = neighbourhood.resident.reads(entry)
    answer = stranger.post(f"{entry}/amendments", {"name": "Elsewhere Residents", "kind": "unitary"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "only-who-recorded-it")
    assert neighbourhood.resident.reads(entry) == before
    neighbourhood.resident.records(
        f"{entry}/amendments", name="Mill Lane Tenants", kind="tenants-residents-association"
    )
