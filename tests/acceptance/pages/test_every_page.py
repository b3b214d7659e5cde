"""Every page, as it is sent and as a real browser shows it: found by its links, and looked at for what people meet."""

from collections import Counter

import pytest

from api.pages import PAGES
from scripts.support.page_walk import PageWalker
from tests.support.markup import markup_faults
from tests.support.walked_page import (
    WIDTHS,
    Watched,
    axe_faults,
    chart_faults,
    keyboard_faults,
    moving_faults,
    open_page,
    shift_faults,
    sideways_faults,
    word_faults,
)

ALONE = {"sign-in-link"}
"""Pages that no link leads to, since they are what a link given to somebody opens."""
NAMES = sorted({page.name for page in PAGES} - ALONE)
SIGNED_OUT = {"sign-in"}
"""Pages that are for whoever has not signed in."""
ELSEWHERE = {"nowhere": "/there/is/nothing/here", "no such id": "/partnerships/not-an-id", "used link": "/sign-in/used"}
"""Addresses that are answered with a page that says what is wrong."""
MOST_BYTES = 100_000

pytestmark = pytest.mark.parametrize("name", [*NAMES, *ELSEWHERE])


@pytest.fixture(scope="session")
def visitor(looked_at):
    """Somebody who signed in."""
    signed_in = PageWalker(looked_at.base)
    signed_in.look_at(looked_at.link(looked_at.secretary_key()))
    return signed_in


@pytest.fixture(scope="session")
def seen(looked_at, visitor):
    """Every page as it is sent, found by links from the first page on, to whoever signed in and whoever did not."""
    board = f"/partnerships/{looked_at.board.partnership_id}"
    elsewhere = {name: visitor.look_at(address) for name, address in ELSEWHERE.items()}
    return elsewhere | PageWalker(looked_at.base).walk("/sign-in") | visitor.walk(board, "/partnerships")


@pytest.fixture(scope="module")
def browsers(chromium, looked_at):
    """A page in the browser of somebody who signed in, and one in that of somebody who did not, each watched."""
    pages = [open_page(chromium, width=WIDTHS[0], reduced_motion="reduce") for _ in range(2)]
    pages[0].goto(looked_at.link(looked_at.secretary_key()))
    return [(page, Watched(page, looked_at.base)) for page in pages]


@pytest.fixture
def page(browsers, seen, name):
    """The page in question, as a browser has just opened it on a telephone."""
    page, watched = browsers[name in SIGNED_OUT]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(seen[name].address)
    yield page
    assert watched.faults == []


def test_it_is_found_by_links_and_sent_whole(seen, name):
    assert name in seen
    page = seen[name]
    assert page.media == "text/html"
    assert markup_faults(page.html) == []
    assert len(page.content) < MOST_BYTES


def test_its_title_is_its_own(seen, name):
    titles = Counter(each.html.partition("<title>")[2].partition("</title>")[0] for each in seen.values())
    title = seen[name].html.partition("<title>")[2].partition("</title>")[0]
    heading = seen[name].html.partition("<h1")[2].partition(">")[2].partition("</h1>")[0]
    assert title.endswith(" \N{EN DASH} Folkmoot")
    assert titles[title] == 1 or name in ELSEWHERE
    assert len(heading.strip()) > 3


def test_nothing_on_it_is_in_the_way_of_anybody(page, name):
    assert name
    assert shift_faults(page) == []
    assert axe_faults(page) == []
    assert moving_faults(page) == []
    assert chart_faults(page) == []
    assert word_faults(page) == []
    assert {width: sideways_faults(page, width) for width in WIDTHS} == {width: [] for width in WIDTHS}
    assert axe_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe_faults(page, only_contrast=True) == []


@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_the_keyboard_alone_reaches_all_of_it(page, name, width):
    assert name
    page.set_viewport_size({"width": width, "height": 900})
    assert keyboard_faults(page) == []
