"""Answers for people where programs get documents: nothing there, not so, out of order; and how pages look."""

import re
from dataclasses import replace

import pytest

from api.app import create_app
from domain.log.errors import LogUnavailable
from domain.log.recorder import LogRecorder
from tests.support.page_visitor import PageVisitor

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nowhere", "/partnerships/", "/v1/nowhere", "/records"])
def test_where_nothing_is_people_read_so_on_a_page_and_programs_in_a_document(visitor, path):
    page, document = visitor.client.get(path, headers=BROWSER), visitor.client.get(path, headers={"Accept": "*/*"})
    assert page.status_code == document.status_code == 404
    assert "<h1>Page not found</h1>" in page.text
    assert document.json()["code"] == "not-found"


def test_a_form_sent_where_none_is_taken_is_answered_with_what_is_allowed(visitor):
    answer = visitor.client.post("/partnerships", headers=BROWSER)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert "<h1>You cannot do this</h1>" in answer.text


def test_the_home_of_the_service_is_the_first_page_for_people_and_a_document_for_programs(visitor):
    people, programs = visitor.client.get("/", headers=BROWSER), visitor.client.get("/")
    assert (people.status_code, people.headers["Location"]) == (303, "/partnerships")
    assert programs.json()["links"]["partnerships"] == "/v1/partnerships"


def test_a_database_that_is_away_is_told_in_plain_words_with_when_to_try_again(visitor, monkeypatch):
    def away(_):
        raise LogUnavailable

    monkeypatch.setattr(LogRecorder, "head", away)
    answer = visitor.gets("/partnerships")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "<h1>Sorry, the service is unavailable</h1>" in answer.text


def test_a_fault_of_ours_is_told_as_one_and_says_nothing_of_itself(visitor, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setattr(LogRecorder, "head", broken)
    answer = visitor.gets("/partnerships")
    assert answer.status_code == 500
    assert "<h1>Sorry, there is a problem with the service</h1>" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("name", ["folkmoot.css", "folkmoot.js", "folkmoot.svg"])
def test_our_own_files_are_kept_by_browsers_until_they_change(visitor, name):
    (address,) = re.findall(rf'"(/assets/{name}\?v=[0-9a-f]+)"', visitor.reads("/sign-out"))
    answer = visitor.gets(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


def test_an_installation_can_serve_a_stylesheet_of_its_own(services, tmp_path):
    own = tmp_path / "govuk-frontend.css"
    own.write_text(".govuk-button { color: white }")
    files = (None, own)
    ours, theirs = (
        PageVisitor(create_app(replace(services, stylesheet_file=file))).gets("/assets/folkmoot.css") for file in files
    )
    assert theirs.text == own.read_text()
    assert ours.headers["Content-Type"] == theirs.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "--page" in ours.text
