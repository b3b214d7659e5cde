"""The page about adding a page: what it prints is a page, shown to whoever may see it and to nobody else."""

import re

import pytest
from jinja2 import DictLoader

import api.app
from api.app import create_app
from api.pages import PAGES
from api.pages.ground.rendering import environment
from tests.support.doc_pages import ROOT
from tests.support.page_visitor import PageVisitor

HOW_TO = (ROOT / "docs" / "how-to" / "add-a-page.md").read_text()


def printed(language):
    return re.search(rf"^```{language}\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)[1]


@pytest.fixture
def visitor(services, monkeypatch):
    """Somebody at a Folkmoot to which the page of the example was added."""
    members = {}
    exec(compile(printed("python"), "members.py", "exec"), members)  # noqa: S102 - what a reader is told to put there
    monkeypatch.setattr(api.app, "PAGES", (*PAGES, *members["PAGES"]))
    loaders = environment().loader.loaders
    monkeypatch.setattr(environment().loader, "loaders", [*loaders, DictLoader({"members.html": printed("html")})])
    return PageVisitor(create_app(services))


def test_the_example_shows_who_sits_at_the_table(visitor, neighbourhood):
    visitor.signs_in(neighbourhood.officer.key)
    text = visitor.reads(f"/partnerships/{neighbourhood.partnership}/members")
    assert re.findall(r"<li>([A-Z].*)</li>", text) == ["Ambleford Council", "Mill Lane Residents"]
    assert "<title>Members \N{EN DASH} Folkmoot</title>" in text


def test_the_example_is_for_who_is_signed_in(visitor, neighbourhood):
    address = f"/partnerships/{neighbourhood.partnership}/members"
    answer = visitor.gets(address)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in")
    signed_in = visitor.client.post(
        answer.headers["Location"],
        data={**visitor.hidden(answer.headers["Location"]), "key": neighbourhood.resident.key},
        headers={"Origin": visitor.origin},
    )
    assert signed_in.headers["Location"] == address


def test_the_example_of_a_partnership_that_is_not_there_says_so(visitor, neighbourhood):
    visitor.signs_in(neighbourhood.officer.key)
    for partnership in ("0" * 8, "00000000-0000-0000-0000-000000000000"):
        answer = visitor.gets(f"/partnerships/{partnership}/members")
        assert answer.status_code == 404
        assert "<h1>Page not found</h1>" in answer.text
