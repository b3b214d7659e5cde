"""Backtests over the API: begun by stewards, done in the background, read by whoever may read, and nothing recorded."""

import pytest

from api.access.keys import Scope
from domain.vocabulary import Facet
from projections.method.document import default_method
from projections.method.method import method_sha256
from tests.integration.api.test_a_meeting import meeting
from tests.integration.api.test_reviews import ended

pytestmark = pytest.mark.usefixtures("at_work")
SHIPPED = method_sha256(default_method())


@pytest.fixture
def met(neighbourhood):
    """Record a meeting with a promise of March, when all of it was over."""
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))


@pytest.mark.usefixtures("met")
def test_a_steward_has_the_figures_of_the_log_checked_and_anybody_may_read_what_came_of_it(services, steward, people):
    position = services.recorder.head().position
    job = ended(steward, steward.post("/v1/backtests", {"split_on": "2026-01-01", "half_lives_days": [90, None]}))
    assert (job["kind"], job["state"], job["problem"]) == ("backtest", "done", None)
    report = people(Scope.READ).reads(f"/v1/jobs/{job['job_id']}")["backtest"]
    assert report["basis"]["position"] == position == services.recorder.head().position
    assert report["basis"]["method_sha256"] == SHIPPED
    assert report["partnerships"] == 1
    assert report["not_foretold"]["over_before_anything_was_known"] > 0
    own = default_method().trust.half_life(Facet.RELIABILITY)
    assert [each["half_life_days"] for each in report["half_lives"][:3]] == [own, 90, None]


@pytest.mark.usefixtures("met")
def test_the_same_key_begins_one_backtest_and_nothing_else(steward):
    first = ended(steward, steward.post("/v1/backtests", {}, idempotency_key="one"))
    again = steward.post("/v1/backtests", {}, idempotency_key="one")
    assert (again.status_code, again.json()["job_id"]) == (202, first["job_id"])
    other = steward.post("/v1/backtests", {"known_by": "source"}, idempotency_key="one")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_log_without_partnerships_is_told_so(steward):
    job = ended(steward, steward.post("/v1/backtests", {}))
    assert (job["state"], job["backtest"]) == ("failed", None)
    assert "nothing to check" in job["problem"]


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({"position": 100_000}, "#/position"),
        ({"method_sha256": "0" * 64}, "#/method_sha256"),
        ({"half_lives_days": [0]}, "#/half_lives_days/0"),
        ({"half_life": [90]}, "#/half_life"),
    ],
)
def test_what_cannot_be_checked_is_refused_at_once(steward, question, pointer):
    answer = steward.post("/v1/backtests", question)
    assert answer.status_code in {400, 422}, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_others_than_stewards_begin_none(people, neighbourhood):
    for person in (people(Scope.READ), neighbourhood.officer):
        assert person.post("/v1/backtests", {}).status_code == 403
