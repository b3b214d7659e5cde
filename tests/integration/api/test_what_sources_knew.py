"""Knowledge that sources claim to have had by a day: imported history is answered as it unfolded, as a claim."""

from datetime import UTC, datetime

import pytest

from api.access.keys import Scope
from api.reading.as_of import PastQuery
from api.reading.stored_projections import STORED_LISTS
from api.resources import OPERATIONS
from domain.values import day_of
from tests.integration.api.test_bad_input import is_problem
from tests.support.claimed_records import imported_now
from tests.support.partnership_story import COUNCIL, PartnershipStory
from tests.support.seeded_logs import stored

FIGURE = {"facet": "reliability", "truster_side": "residents", "trustee": str(COUNCIL.party_id)}
MORE = {
    "explain-trust": {**FIGURE, "from": "2016-02-01", "to": "2016-12-31"},
    "explain-health": {"dimension": "H1", "from": "2016-02-01", "to": "2016-12-31"},
    "compare-health": {"from": "2016-02-01", "to": "2016-12-31"},
    "list-trust-causes": FIGURE,
    "list-health-causes": {"dimension": "H1"},
    "read-crosswalk": {"instrument": "nuffield"},
    "list-warning-causes": {"rule": "nothing-recorded"},
}
ASKED = [each for each in OPERATIONS if issubclass(each.query, PastQuery) and "{partnership_id}" in each.path]


@pytest.fixture
def imported(services, people):
    reader = people(Scope.READ)
    reader.path = f"/v1/partnerships/{imported_now(services.recorder)}"
    return reader


def promises(reader, **past):
    rows = reader.reads(f"{reader.path}/commitments", **past)["rows"]
    return {str(row["state"]) for row in rows}, len(rows)


def test_imported_promises_unfold_as_their_source_wrote_them_down(imported):
    assert promises(imported, as_of="2016-12-31", known_at=imported.reads("/status")["log"]["position"])[1] == 2
    answers = [
        promises(imported, as_of="2016-12-31", known_by=f"source:{day}")
        for day in ("2016-02-14", "2016-02-15", "2016-03-07", "2016-09-01")
    ]
    assert answers == [({"overdue"}, 1), ({"fulfilled"}, 1), ({"fulfilled", "overdue"}, 2), ({"fulfilled"}, 2)]


def test_an_answer_says_that_it_is_a_claim_what_was_read_and_which_rules_bind_so(imported):
    head = imported.reads("/status")["log"]["position"]
    answer = imported.reads(f"{imported.path}/composition", known_by="source:2016-04-02", as_of="2016-12-31")
    assert (answer["known_by"], answer["position"]) == ("source:2016-04-02", head)
    assert len(answer["rules_as_claimed"]) == 1
    assert imported.reads(f"{imported.path}/composition", known_by="source:2016-04-01")["rules_as_claimed"] == []
    assert imported.reads(f"{imported.path}/composition", as_of="2016-12-31")["known_by"] is None


def test_the_record_of_an_event_still_says_when_it_was_taken_here(imported):
    (entry, *_) = imported.reads(f"{imported.path}/timeline", known_by="source:2016-01-04", order="newest")["data"]
    assert (entry["type"], entry["source_recorded_at"]) == ("commitment-made", "2016-01-04T00:00:00Z")
    assert day_of(datetime.fromisoformat(entry["recorded_at"])) >= datetime(2026, 1, 1, tzinfo=UTC).date()
    assert entry["position"] == 6


@pytest.mark.parametrize("operation", ASKED, ids=lambda operation: operation.name)
def test_whatever_can_be_asked_as_known_at_a_position_can_be_asked_as_sources_knew_it(imported, operation):
    path = operation.path.format(partnership_id=imported.path.rpartition("/")[2])
    past = {"known_by": "source:2016-06-01", **MORE.get(operation.name, {"as_of": "2016-12-31"})}
    first = imported.get(path, **past)
    assert first.status_code == 200, first.text
    assert first.json()["known_by"] == "source:2016-06-01"
    another = imported.get(path, **{**past, "known_by": "source:2016-09-01"})
    assert another.headers.get("ETag") is None or another.headers["ETag"] != first.headers["ETag"]


def test_pages_of_such_an_answer_stay_about_what_was_read_first(imported, services):
    first = imported.reads(f"{imported.path}/timeline", known_by="source:2016-12-31", limit=3)
    late = PartnershipStory("imported", positions=[99])
    late.promised("path", "2015-06-01", due="2016-06-30", claimed="2015-06-01")
    services.recorder.append([stored(late.records[0])])
    second = imported.reads(first["next"])
    assert second["position"] == first["position"]
    assert first["entries_in_all"] == second["entries_in_all"]
    whole = imported.reads(f"{imported.path}/timeline", known_by="source:2016-12-31")
    assert whole["entries_in_all"] == first["entries_in_all"] + 1


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("known_by=source:2016-02-30", ["known_by"]),
        ("known_by=source:2999-01-01", ["known_by"]),
        ("known_by=record:2016-01-01", ["known_by"]),
        ("known_by=source", ["known_by"]),
        ("known_at=1&known_by=source:2016-01-01", ["known_at", "known_by"]),
    ],
)
def test_a_question_that_sources_cannot_be_asked_names_what_is_wrong(imported, query, parameters):
    for path in ("members", "timeline", "trust/marks"):
        problem = is_problem(imported.get(f"{imported.path}/{path}?{query}"), 400, "invalid-query")
        assert [each["parameter"] for each in problem["errors"]] == parameters


def test_more_than_is_on_record_cannot_be_asked_of_sources_either(imported):
    is_problem(imported.get(f"{imported.path}/members?known_by=source:2016-01-01:99999"), 400, "invalid-query")


def test_before_a_source_claims_anything_nothing_was_known(imported):
    is_problem(imported.get(f"{imported.path}/members?known_by=source:2014-12-31"), 404, "not-found")


def test_a_list_across_partnerships_cannot_be_asked_of_sources(imported):
    problem = is_problem(imported.get(f"{STORED_LISTS}/commitments?known_by=source:2016-12-31"), 400, "invalid-query")
    assert [each["parameter"] for each in problem["errors"]] == ["known_by"]


def test_a_place_is_read_as_its_source_knew_it(steward, services):
    receipt = steward.records("/v1/places", name="Abbey", kind="ward", code="E05000002", happened="2003-04-01")
    place, today = f"/v1/places/{receipt['created']['place'][0]}", day_of(services.recorder.head().now)
    entry = steward.reads(place, known_by=f"source:{today}")
    assert (entry["details"]["name"], entry["known_by"]) == ("Abbey", f"source:{today}")
    is_problem(steward.get(f"{place}?known_by=source:2025-12-31"), 404, "not-found")


def test_without_an_event_what_sources_knew_is_figured_without_it(imported):
    past = {"as_of": "2016-12-31", "known_by": "source:2016-09-01"}
    (confirmation,) = [
        entry["event_id"]
        for entry in imported.reads(f"{imported.path}/timeline", **past)["data"]
        if entry["type"] == "fulfilment-confirmed" and entry["source_recorded_at"].startswith("2016-02")
    ]
    answer = imported.reads(f"{imported.path}/what-if", without_event=confirmation, **past)
    assert answer["known_by"] == "source:2016-09-01"
    too_early = imported.get(f"{imported.path}/what-if", without_event=confirmation, known_by="source:2016-02-14")
    problem = is_problem(too_early, 400, "invalid-query")
    assert [each["parameter"] for each in problem["errors"]] == ["without_event"]
