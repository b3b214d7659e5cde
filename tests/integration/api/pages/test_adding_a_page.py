"""The page about adding a page: what it prints is a page, shown to whoever may see it and to nobody else."""

import re

import pytest
from jinja2 import DictLoader

import api.app
from api.access.keys import Scope
from api.app import create_app
from api.pages import PAGES
from api.pages.ground.page_templates import environment
from tests.support.doc_pages import ROOT
from tests.support.page_visitor import PageVisitor, address_on, error_summary

HOW_TO = (ROOT / "docs" / "how-to" / "add-a-page.md").read_text()


def printed(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)


@pytest.fixture
def visitor(services, monkeypatch):
    """Somebody at a Folkmoot to which the pages of the examples were added."""
    pages = list(PAGES)
    for number, code in enumerate(printed("python")):
        example = {}
        exec(compile(code, f"example_{number}.py", "exec"), example)  # noqa: S102 - what a reader is told to put there
        pages += example["PAGES"]
    monkeypatch.setattr(api.app, "PAGES", tuple(pages))
    templates = dict(zip(("at_the_table.html", "accept_a_seat.html"), printed("html"), strict=True))
    monkeypatch.setattr(environment().loader, "loaders", [*environment().loader.loaders, DictLoader(templates)])
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


def test_the_example_of_a_form_accepts_the_seat_that_another_gave(visitor, neighbourhood, people, steward):
    county = steward.records("/v1/parties", name="Amblefordshire", kind="county")["created"]["party"][0]
    formed = people(Scope.RECORD, county).records(
        "/v1/partnerships",
        name="Canal Side Board",
        kind="neighbourhood-board",
        members=[{"party": county}, {"party": neighbourhood.council}],
    )
    board = f"/partnerships/{formed['created']['partnership'][0]}"
    [seat] = [row for row in steward.reads(f"/v1{board}/members")["rows"] if not row["is_accepted"]]
    form = f"{board}/accept-a-seat"
    visitor.signs_in(neighbourhood.officer.key)
    assert error_summary(visitor.sends(form).text) == [("seat", "Choose the seat")]
    assert address_on(visitor.sends(form, seat=seat["member_id"])) == board
    assert all(row["is_accepted"] for row in steward.reads(f"/v1{board}/members")["rows"])
    assert seat["member_id"] not in visitor.reads(form)
