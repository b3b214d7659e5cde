"""The description as it is served: of every route that answers, with its page, at the server it was read from."""

import re

import pytest

from api.http.dispatch import Endpoint
from api.http.problems import PROBLEMS
from api.http.shown_operations import MAIN_JOB
from api.pages import PAGES
from api.pages.ground.page_templates import ASSETS
from api.resources import OPERATIONS
from api.resources import described as description


@pytest.fixture
def document():
    return description()


def test_every_route_that_answers_is_described(client, document):
    described_routes = [route for route in client.app.routes if isinstance(route.endpoint, Endpoint)]
    answering = {(route.path, method) for route in described_routes for method in route.methods} - {
        (route.path, "HEAD") for route in described_routes
    }
    assert answering == {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}


def test_every_other_route_is_a_page_or_a_file_of_ours(client):
    others = {route.path for route in client.app.routes if not isinstance(route.endpoint, Endpoint)}
    assert others == {page.path for page in PAGES} | {f"/assets/{name}" for name in ASSETS}


def test_every_operation_that_needs_a_key_refuses_whoever_has_none(client):
    for operation in OPERATIONS:
        if operation.right is None:
            continue
        path = operation.path.replace("{", "").replace("}", "")
        answer = client.request(operation.method, path)
        assert answer.status_code == 401, (operation.name, answer.text)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_description_and_its_page_are_served(client, document):
    assert client.get("/openapi.json").json() == document
    page = client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "<script" not in page.text
    assert all(f'id="{each.name}"' in page.text for each in OPERATIONS)
    assert "`" not in re.sub(r"<pre.*?</pre>", "", page.text, flags=re.DOTALL)
    places = [
        page.text.index(f"<h{rank}>{words}<")
        for words, rank in [*((job, 3) for job in MAIN_JOB.values()), ("Service", 2)]
    ]
    assert places == sorted(places), "the main job comes first"
    assert set(re.findall(r'href="/problems/([^"]+)"', page.text)) <= set(PROBLEMS)
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= anchors


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:8377", "http://localhost:8377"),
        ("localhost", "http://localhost"),
        ("[::1]:80", "http://localhost:80"),
        ("moot.example", "http://localhost:8000"),
        ("localhost.moot.example", "http://localhost:8000"),
    ],
)
def test_the_server_named_is_where_the_description_was_read(client, host, url):
    assert client.get("/openapi.json", headers={"Host": host}).json()["servers"] == [{"url": url}]
