"""Which method an answer is made by: every shipped one is found by name and digest, an old position keeps its own."""

import msgspec
import pytest

from domain.log.recorder import LogRecorder, begin_seeding
from projections.method.document import default_method, load_method, shipped_by, shipped_methods
from projections.method.method import method_document, method_sha256
from tests.integration.api.test_reviews import ended
from tests.support.kept_boards import FOLKMOOT_2026_SHA256
from tests.support.review_county import county, write

STORY = county()


@pytest.fixture(params=shipped_methods(), ids=lambda method: method.id)
def shipped(request):
    return request.param


@pytest.fixture
def path(database_url):
    """A partnership recorded before the newest method was published, whose log went on after that."""
    begin_seeding(database_url)
    with LogRecorder(database_url) as log:
        write(log, STORY.records)
    return f"/v1/partnerships/{STORY.partnerships['Ambleford'].partition_id}"


def test_the_first_shipped_never_changes():
    assert method_sha256(shipped_methods()[0]) == FOLKMOOT_2026_SHA256


def test_every_shipped_method_is_listed_and_read_by_its_name_and_by_its_digest(steward, shipped):
    listed = steward.reads("/v1/shipped-methods")["data"]
    assert [each["id"] for each in listed] == [method.id for method in shipped_methods()]
    for name in (shipped.id, method_sha256(shipped)):
        answer = steward.reads(f"/v1/shipped-methods/{name}")
        assert load_method(answer["document"].encode()) == shipped
        assert answer["method_sha256"] == method_sha256(shipped)
    assert steward.get("/v1/shipped-methods/folkmoot-1066").status_code == 404


def test_an_old_position_is_answered_by_the_method_shipped_by_then(path, steward, services):
    last = STORY.records[-1]
    steward.records("/v1/places", name="Anywhere", kind="ward", code="E05000001")  # recorded today
    first, newest = shipped_methods()[0], default_method()
    assert shipped_by(services.recorder.recorded_at(last.position)) == first
    then = steward.reads(f"{path}/trust", known_at=last.position - 1)
    assert (then["method"], then["method_sha256"]) == (first.id, FOLKMOOT_2026_SHA256)
    assert steward.reads(f"{path}/trust")["method"] == newest.id
    assert steward.reads(f"{path}/trust", known_at=last.position - 1, method=newest.id)["method"] == newest.id


@pytest.mark.usefixtures("at_work")
def test_every_shipped_method_is_named_by_digest_wherever_one_is(path, steward, shipped):
    sha256 = method_sha256(shipped)
    spread = steward.reads(f"{path}/what-if", method=sha256, as_of="2026-06-30")
    assert sha256 in {each["method_sha256"] for each in spread["variants"]}
    job = ended(steward, steward.post("/v1/backtests", {"method_sha256": sha256}))
    assert (job["state"], job["problem"]) == ("done", None)
    registered = {
        "question": "Do promises hold?",
        "cohort": [str(STORY.partnerships["Brackley"].partition_id)],
        "window_start_on": "2025-01-01",
        "window_end_on": "2025-12-31",
        "retrospective": True,
        "method_sha256": sha256,
    }
    assert steward.post("/v1/reviews", registered).status_code == 201
    assert steward.post("/v1/reviews", registered | {"method_sha256": "0" * 64}).status_code == 422


def test_a_method_with_settings_of_its_own_for_some_aspects_is_published_and_used(path, steward):
    trust = msgspec.structs.replace(default_method().trust, half_lives_days={"reliability": None})
    method = msgspec.structs.replace(
        default_method(), id="ours-2026", trust=trust, provenance={"trust.half_lives_days": "The test"}
    )
    document, sha256 = method_document(method).decode(), method_sha256(method)
    published = steward.records("/v1/methods", title="Ours", document=document, method_sha256=sha256)
    (method_id,) = published["created"]["method"]
    figures = steward.reads(f"{path}/trust", method=method_id, as_of="2026-06-30")["figures"]
    reliability = [each for each in figures if each["facet"] == "reliability"]
    assert reliability
    for figure in reliability:
        assert figure["figure"]["r"] == pytest.approx(figure["beside"]["unfading"]["r"])
