"""Cross-site scripting: whatever people write is shown as they wrote it, and runs in no page."""

from collections import Counter
from datetime import date
from functools import partial
from urllib.parse import quote, urlsplit

import pytest
from tinyhtml5.parser import HTMLParser

from scripts.demonstration.county import plan_county
from scripts.demonstration.seeding import SEED
from scripts.support.page_walk import PageWalker, page_at
from tests.support.hostile_texts import HOSTILE, MARK, told_hostilely
from tests.support.served_demonstration import seed_demonstration, served_demonstration
from tests.support.walked_page import WIDTHS, Watched, open_page, sideways_faults

BEGINS, ENDS = date(2023, 11, 1), date(2026, 10, 31)
AS_MANY = 6
"""Of the addresses of one page: records of many kinds, days, filters."""


@pytest.fixture(scope="session")
def hostile_site(seeded_template, copied):
    plan = told_hostilely(plan_county(SEED, places=2, begins=BEGINS, ends=ENDS))
    with (
        copied(seeded_template(partial(seed_demonstration, plan=plan))) as dsn,
        served_demonstration(dsn, plan) as site,
    ):
        yield site


@pytest.fixture(scope="session")
def pages(hostile_site):
    """The pages that links lead to: some of each."""
    visitor = PageWalker(hostile_site.base)
    visitor.look_at(hostile_site.link(hostile_site.secretary_key()))
    pages, counts, waiting = {}, Counter(), [hostile_site.board_address, "/partnerships"]
    for address in waiting:
        page = page_at(address)
        if page is None or address in pages or counts[page.name] == AS_MANY:
            continue
        counts[page.name] += 1
        pages[address] = visitor.look_at(address)
        if pages[address].media == "text/html":
            waiting += pages[address].links()
    return pages


def taken_for_markup(html):
    """The elements and addresses of a page that were made of what somebody wrote."""
    elements = list(HTMLParser(namespace_html_elements=False).parse(html).iter())
    schemes = {urlsplit(each.get(name, "")).scheme for each in elements for name in ("href", "src", "action")}
    return [each.tag for each in elements if each.tag == MARK] + sorted(schemes - {"", "http", "https", "mailto"})


def test_texts_are_shown_as_they_were_written(pages):
    texts = {
        address: "".join(HTMLParser(namespace_html_elements=False).parse(page.html).itertext())
        for address, page in pages.items()
        if page.media == "text/html"
    }
    showing = {page_at(address).name for address, text in texts.items() if HOSTILE in text}
    assert {"partnership", "partnership-to-do", "partnership-events"} <= showing
    assert {address: taken_for_markup(pages[address].html) for address in texts} == {address: [] for address in texts}


def test_what_is_asked_for_in_an_address_is_shown_as_it_was_asked(hostile_site, pages):
    visitor = PageWalker(hostile_site.base)
    visitor.look_at(hostile_site.link(hostile_site.secretary_key()))
    queries = {}
    for address in pages:
        path, _, query = address.partition("?")
        names = {pair.partition("=")[0] for pair in query.split("&") if query} | {"q", "from", "to", "as_of", "next"}
        queries.setdefault(page_at(address).name, (path, set()))[1].update(names)
    for path, names in queries.values():
        for name in names:
            page = visitor.look_at(f"{path}?{name}={quote(HOSTILE)}")
            assert page.status < 500, f"{path}?{name}"
            assert page.media != "text/html" or taken_for_markup(page.html) == [], f"{path}?{name}"
    assert taken_for_markup(visitor.look_at(f"/{quote(HOSTILE)}").html) == []


@pytest.fixture(scope="module")
def opened(chromium, hostile_site):
    page = open_page(chromium, hostile_site.base)
    page.goto(hostile_site.link(hostile_site.secretary_key()))
    return page, Watched(page, hostile_site.base)


def test_nothing_runs_in_a_browser_and_no_word_is_so_long_that_a_page_scrolls_sideways(opened, pages):
    page, watched = opened
    addresses = {page_at(address).name: address for address, look in pages.items() if look.media == "text/html"}
    faults = {}
    for name, address in addresses.items():
        page.goto(address)
        assert page.locator(MARK).count() == 0
        faults[name] = sideways_faults(page, WIDTHS[0])
    assert faults == {name: [] for name in addresses}
    assert watched.faults == []


FILL_IN = """text => {
    const form = document.querySelector('main form');
    const fields = [...form.querySelectorAll('input[type=text], textarea')];
    fields.forEach(field => { field.value = text; });
    form.requestSubmit(form.querySelector('[value=check]') || form.querySelector('button'));
    return fields.length;
}"""


def test_what_is_filled_in_is_shown_again_as_it_was_filled_in(opened, pages):
    page, watched = opened
    with_forms = {page_at(address).name: address for address, look in pages.items() if b"<form" in look.content}
    shown_again = set()
    for name in sorted(with_forms.keys() - {"sign-out"}):
        page.goto(with_forms[name])
        if not page.locator("main form").count():  # what was sent before withdrew what it is about
            continue
        with page.expect_navigation():
            page.evaluate(FILL_IN, HOSTILE)
        assert page.locator(MARK).count() == 0
        values = page.locator("main").evaluate(
            "main => [...main.querySelectorAll('input, textarea')].map(each => each.value).join()"
        )
        shown_again |= {name} if HOSTILE in values else set()
    assert {"record-meeting", "partnership-reply"} <= shown_again
    assert watched.faults == []


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=/x onerror='window.ran = true'>",
        "<iframe src='http://elsewhere.example'></iframe>",
        "<a id=run href='javascript:window.ran = true'>run</a>",
        "<form id=send action='http://elsewhere.example'><button>send</button></form>",
    ],
)
def test_even_what_got_into_a_page_as_markup_would_not_run(chromium, hostile_site, markup):
    page = open_page(chromium, hostile_site.base)
    page.goto("/sign-in")
    page.evaluate("() => addEventListener('securitypolicyviolation', event => { window.refused = event.blockedURI })")
    page.evaluate("markup => document.querySelector('main').insertAdjacentHTML('beforeend', markup)", markup)
    page.evaluate("() => document.querySelectorAll('#run, #send button').forEach(each => each.click())")
    page.wait_for_function("() => window.refused")
    assert page.evaluate("() => window.ran") is None
    assert urlsplit(page.url).path == "/sign-in"
