"""Every page, as it is sent and as a real browser shows it: found by its links, and looked at for what people meet."""

from collections import Counter
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import pytest

from api.access.keys import Scope
from api.pages import PAGES
from scripts.demonstration.opened import first_addresses
from scripts.support.page_walk import PageWalker, page_at
from tests.support.document_page_steps import OF_DOCUMENTS
from tests.support.markup import markup_faults
from tests.support.page_states import ADMINISTRATOR, KEEPER, NOBODY, SECRETARY, STEWARD
from tests.support.page_states import STATES as OF_MOST_PAGES
from tests.support.report_states import OF_REPORTS
from tests.support.walked_page import (
    WIDTHS,
    Watched,
    error_faults,
    is_as_sent,
    looked_over,
    open_page,
    sideways_faults,
)

STATES = {**OF_MOST_PAGES, **OF_REPORTS, **OF_DOCUMENTS}
GIVEN = {
    *("sign-in-link", "confirm-mail-address", "stop-mail", "calendar", "end-calendar-link", "stop-news"),
    *("open-answer-link", "answer-promise-by-link", "return-link", "answer-sent"),
}
"""Pages that nobody is led to: a link that is given, or sent by mail, to somebody opens them."""
BY_A_PROVIDER = {"sign-on", "sign-on-return"}
"""Pages on the way to a provider and back, which are there where one signs people on: another test goes that way."""
TAKEN_AWAY = {"review-job-file", "document-content", "document-archive"}
"""Addresses of files to be kept, which are no pages."""
AFTER_A_FORM = {
    "check-meeting",
    "plan",
    "review",
    "review-job",
    "withdraw-link",
}
"""Pages that no link leads to before a form was sent: they are looked at in the states that it brings about."""
LINKED = sorted({page.name for page in PAGES} - GIVEN - BY_A_PROVIDER - TAKEN_AWAY - AFTER_A_FORM)
OF_PEOPLE = ("/people", "/my-page")
"""Where whoever lets others in begins."""
NEVER_WRONG = {
    *("sign-out", "check-meeting", "take-away-key", "return-link", "own-webhook"),
    *("confirm-mail-address", "stop-mail", "stop-news", "end-calendar-link"),
}
"""Pages with a form that has nothing to fill in."""
ASKED_BY_ADDRESS = {"who-looked"}
"""Pages with a form that changes nothing, and asks by the address."""
ELSEWHERE = {
    "nowhere": "/there/is/nothing/here",
    "no such id": "/partnerships/not-an-id",
    "used link": "/sign-in/used",
    "mail address confirmed by no link of ours": "/mail/confirm/none-of-ours",
    "mail stopped by no link of ours": "/mail/stop/none-of-ours",
    "news stopped by no link of ours": "/mail/stop-news/none-of-ours",
}
"""Addresses that are answered with a page that says what is wrong."""
MOST_BYTES = 100_000


@pytest.fixture(scope="session")
def keys(looked_at):
    """The keys of people who meet different pages: of one board's secretary, and of who looks after the record."""
    return {
        SECRETARY: looked_at.secretary_key(),
        STEWARD: looked_at.key(Scope.STEWARD),
        ADMINISTRATOR: looked_at.administrator_key(),
        KEEPER: looked_at.keeper_key(),
    }


@pytest.fixture(scope="session")
def pages_met(looked_at, keys):
    """Every page as it is sent, found by links from the first page on, and who met it first."""
    pages = {}
    signed_in = first_addresses(looked_at.plan)
    for who, begins in (
        (NOBODY, ["/sign-in"]),
        (SECRETARY, signed_in),
        (STEWARD, signed_in),
        (ADMINISTRATOR, OF_PEOPLE),
        (KEEPER, ("/my-page/webhooks",)),
    ):
        walker = PageWalker(looked_at.base)
        if who in keys:
            walker.look_at(looked_at.link(keys[who]))
        pages = {name: (who, page) for name, page in walker.walk(*begins).items()} | pages
        if who == SECRETARY:
            pages |= {name: (who, walker.look_at(address)) for name, address in ELSEWHERE.items()}
    return pages


@pytest.fixture(scope="module")
def browser_of(chromium, looked_at, keys):
    """A page in somebody's browser, with scripts or without, and what watches it; each is opened once."""

    @cache
    def browser_of(who, *, has_scripts):
        page = open_page(chromium, looked_at.base, reduced_motion="reduce", java_script_enabled=has_scripts)
        if who in keys:
            page.goto(looked_at.link(keys[who]))
        return page, Watched(page, looked_at.base)

    return browser_of


@pytest.fixture
def opened(browser_of):
    """Open somebody's page on a telephone, by daylight; whatever it does on its own account is a fault."""
    watched_ones = []

    def open_for(who, *, has_scripts=True):
        page, watched = browser_of(who, has_scripts=has_scripts)
        watched_ones.append(watched)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        return page

    yield open_for
    for watched in watched_ones:
        faults, watched.faults = watched.faults, []
        assert faults == []


@contextmanager
def listening(page, answers):
    """Note every answer that a page gets meanwhile."""

    def note(answer):
        answers.append(answer)

    page.on("response", note)
    yield
    page.remove_listener("response", note)


@pytest.mark.parametrize("name", [*LINKED, *ELSEWHERE])
def test_a_page_is_found_by_links_and_sent_whole(pages_met, name):
    assert name in pages_met
    _, page = pages_met[name]
    assert page.media == "text/html"
    assert markup_faults(page.html) == []
    assert len(page.content) < MOST_BYTES


@pytest.mark.parametrize("name", LINKED)
def test_the_title_of_a_page_is_its_own(pages_met, name):
    titles = {each: pages_met[each][1].html.partition("<title>")[2].partition("</title>")[0] for each in LINKED}
    assert titles[name].endswith(" \N{EN DASH} Folkmoot")
    assert Counter(titles.values())[titles[name]] == 1


@pytest.mark.parametrize("name", [*LINKED, *ELSEWHERE])
def test_nothing_on_a_page_is_in_the_way_of_anybody(opened, pages_met, name):
    who, page_sent = pages_met[name]
    page = opened(who)
    html = page.goto(page_sent.path).text()
    text, is_same_without = page.locator("body").inner_text(), is_as_sent(page, html)
    assert looked_over(page) == {}
    if not is_same_without:
        without = opened(who, has_scripts=False)
        without.goto(page_sent.path)
        assert without.locator("body").inner_text() == text
        assert [fault for width in WIDTHS for fault in sideways_faults(without, width)] == []


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_in_the_way_after_a_form_was_sent(opened, looked_at, state):
    page = opened(STATES[state].who)
    answers = []
    with listening(page, answers):
        STATES[state].bring_about(page, looked_at.board_address)
    html = next(answer for answer in reversed(answers) if answer.request.is_navigation_request()).text()
    assert page_at(urlsplit(page.url).path).name == STATES[state].page
    assert markup_faults(html) == []
    assert error_faults(page, is_error=STATES[state].is_error) == []
    assert looked_over(page) == {}


def test_every_form_that_can_be_wrong_was_sent_wrong():
    forms = {page.name for page in PAGES if page.take is not None} - NEVER_WRONG | ASKED_BY_ADDRESS
    assert {state.page for state in STATES.values() if state.is_error} == forms


def test_every_page_that_a_form_leads_to_is_looked_at_as_it_usually_stands():
    assert {state.page for state in STATES.values() if not state.is_error} >= AFTER_A_FORM
