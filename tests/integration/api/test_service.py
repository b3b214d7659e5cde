"""Operations that are open to anybody, readiness among them, and the headers of every answer."""

import hashlib
import json
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.runtime.services import connected
from domain.log.errors import LogUnavailable


def test_its_home_leads_on_to_what_is_there(client, steward):
    home = client.get("/").json()
    assert home["name"] == "folkmoot"
    assert {steward.get(address).status_code for address in home["links"].values()} == {200}


def test_it_says_that_it_is_up_and_ready(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "status": "ready",
        "checks": {"record": "ok", "schema": "ok"},
        "warnings": [],
    }


def test_it_is_up_but_not_ready_without_its_database(client, services, monkeypatch):
    def gone(*_, **__):
        raise LogUnavailable("the database has gone")

    with monkeypatch.context() as patched:
        patched.setattr(type(services.recorder), "head", gone)
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"record": "LogUnavailable"})


def test_it_is_not_ready_on_an_older_schema(database_url, wrapping_key):
    newer = frozenset({("log", 1), ("log", 99)})
    with connected(database_url, [wrapping_key], threads=1, schema=newer) as services:
        answer = TestClient(create_app(services)).get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["schema"]) == (
        503,
        "log 99 not applied: run folkmoot migrate",
    )


def test_every_answer_says_its_id_and_takes_no_liberties_with_browsers(client):
    for path in ("/healthz", "/nothing", "/v1/places", "/docs"):
        request_id = str(uuid4())
        answer = client.get(path, headers={"Request-Id": request_id})
        assert answer.headers["Request-Id"] == request_id
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    odd = client.get("/healthz", headers={"Request-Id": "<script>"})
    assert odd.headers["Request-Id"] != "<script>"


def test_the_catalogue_names_every_event_with_its_schema(client):
    catalogue = client.get("/events/catalogue").json()
    names = {each["name"] for each in catalogue["events"]}
    assert {"interaction-recorded", "commitment-made", "record-corrected"} <= names
    for event in catalogue["events"]:
        assert event["schema"]["$ref"].rpartition("/")[2] in catalogue["schemas"]


def test_the_shipped_method_is_the_one_that_figures_name(steward, neighbourhood):
    shipped = steward.reads("/v1/methods/shipped")
    assert steward.reads(f"{neighbourhood.path}/trust")["method_sha256"] == shipped["method_sha256"]


def test_registers_are_read_page_by_page(steward):
    for number in range(5):
        steward.records("/v1/places", name=f"Ward {number}", kind="ward", code=f"E0500000{number}")
    names, address = [], "/v1/places?limit=2"
    while address:
        answer = steward.get(address).json()
        names += [each["details"]["name"] for each in answer["data"]]
        address = answer["next"]
    assert names == [f"Ward {number}" for number in range(5)]


def test_an_amendment_changes_an_entry_and_its_tag(steward, neighbourhood):
    path = f"/v1/parties/{neighbourhood.council}"
    before = steward.get(path)
    steward.records(f"{path}/amendments", name="Ambleford and District Council", kind="unitary")
    after = steward.get(path, {"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json()["details"]["name"]) == (200, "Ambleford and District Council")
    assert steward.get(path, {"If-None-Match": after.headers["ETag"]}).status_code == 304


class TestMethods:
    """Methods are published whole and canonical, adopted, and named by the figures made by them."""

    def test_a_method_is_published_adopted_and_used(self, steward, neighbourhood):
        shipped = steward.reads("/v1/methods/shipped")
        document = shipped["document"].replace(json.dumps(shipped["id"]), '"ours-2026"')
        sha256 = hashlib.sha256(document.encode()).hexdigest()
        published = steward.records("/v1/methods", title="Ours", document=document, method_sha256=sha256)
        method = published["created"]["method"][0]
        assert steward.reads(f"/v1/methods/{method}")["details"]["document"] == document
        assert steward.reads(f"{neighbourhood.path}/trust", method=method)["method_sha256"] == sha256
        neighbourhood.officer.records(f"{neighbourhood.path}/method-adoptions", method=method)
        assert steward.reads(f"{neighbourhood.path}/trust")["method"] == "ours-2026"

    @pytest.mark.parametrize("document", ["{}", "[" * 40_000, "not JSON", '{"id": "x"}', "null"])
    def test_what_is_no_method_is_not_published(self, steward, document):
        sha256 = hashlib.sha256(document.encode()).hexdigest()
        answer = steward.post("/v1/methods", {"title": "Ours", "document": document, "method_sha256": sha256})
        assert answer.status_code == 422
        assert {each["code"] for each in answer.json()["errors"]} == {"invalid-method"}
