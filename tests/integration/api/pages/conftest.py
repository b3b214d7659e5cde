"""A Folkmoot with one page more, which only whoever has signed in may see, and somebody who has."""

import pytest

import api.app
from api.access.keys import Scope
from api.app import create_app
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


@pytest.fixture
def new(neighbourhood):
    """The address of the page, where a form gets its key."""
    return f"/partnerships/{neighbourhood.partnership}/meetings/new"


@pytest.fixture
def form(officer, new):
    """The address of a form with a key of its own."""
    answer = officer.gets(new)
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.fixture
def least(neighbourhood):
    return {"when": "today", "kind": "meeting", "came": [neighbourhood.council, neighbourhood.group]}


@pytest.fixture
def promise(neighbourhood):
    return {
        "promised-1-by": neighbourhood.council,
        "promised-1-to": neighbourhood.residents_at_large,
        "promised-1-text": "The swings will be mended",
        "promised-1-when": "none",
    }


@pytest.fixture
def recorded(services, neighbourhood):
    """The types of event that were recorded since the neighbourhood was there."""
    head = services.recorder.head().position
    assert neighbourhood
    return lambda: [event.type for event in services.recorder.stream(head)]
