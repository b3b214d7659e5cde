"""A Folkmoot with one page more, which only whoever has signed in may see, and somebody who has."""

import pytest

import api.app
from api.app import create_app
from api.http.keys import Scope
from api.pages import PAGES
from api.pages.ground.page import Page, Shown
from tests.support.page_visitor import PRIVATE, PageVisitor


@pytest.fixture
def app(services, monkeypatch):
    private = Page(path=PRIVATE, name="private", show=lambda _: Shown(template="sign_out.html", title="Private"))
    monkeypatch.setattr(api.app, "PAGES", (*PAGES, private))
    return create_app(services)


@pytest.fixture
def reader(people):
    """The key of somebody who may read."""
    return people(Scope.READ).key


@pytest.fixture
def visitor(app, reader):
    return PageVisitor(app).signs_in(reader)


@pytest.fixture
def visitors(app):
    """Somebody signed in at the pages with a key of their own."""
    return lambda person: PageVisitor(app).signs_in(person.key)


@pytest.fixture
def officer(visitors, neighbourhood):
    return visitors(neighbourhood.officer)
