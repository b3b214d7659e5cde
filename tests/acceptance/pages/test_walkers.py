"""The looks at pages find what is wrong: each is shown a page with its fault, and one without."""

import pytest

from tests.support.markup import markup_faults
from tests.support.walked_page import (
    WIDTHS,
    Watched,
    axe_faults,
    chart_faults,
    is_as_sent,
    keyboard_faults,
    looked_over,
    moving_faults,
    open_page,
    shift_faults,
    sideways_faults,
    word_faults,
)

SITE = "http://folkmoot.example"
SOUND = """<!DOCTYPE html>
<html lang="en-GB"><head><title>A sound page</title><meta name="viewport" content="width=device-width"></head>
<body><a href="#main">Skip to main content</a><main id="main"><h1>A sound page</h1>
<form><label for="name">Name</label><input id="name"><input type="radio" name="a" aria-label="one"><input type="radio"
name="a" aria-label="two"><button>Go on</button></form><details><summary>More</summary><p><a href="/x">in it</a></p>
</details><table><caption>Figures</caption><tr><th scope="col">n</th></tr><tr><td>1</td></tr></table>{}</main></body>
</html>"""
LATE = """<script>setTimeout(() => { const late = document.createElement('p'); late.textContent = 'late '.repeat(99);
document.querySelector('h1').before(late) }, 50)</script>"""
LOOKS = {
    "axe": (axe_faults, "<p style='color: #999; background: #aaa'>Hardly legible</p>"),
    "axe in the dark at a desk": (
        looked_over,
        "<style>@media (min-width: 1000px) and (prefers-color-scheme: dark) { h1 { color: #eee } }</style>",
    ),
    "sideways": (lambda page: sideways_faults(page, WIDTHS[0]), "<p style='width: 40em'>Wide</p>"),
    "moving": (moving_faults, "<style>p { transition: color 1s }</style><p>Fading</p>"),
    "shift": (shift_faults, LATE),
    "focus unseen": (keyboard_faults, "<style>[href='/y']:focus { outline: none }</style><a href='/y'>y</a>"),
    "never reached": (
        keyboard_faults,
        "<a href='/y'>y</a><script>onkeydown = () => document.links[0].focus()</script>",
    ),
    "last of many not shown": (
        keyboard_faults,
        "<style>.z:focus { outline: none }</style>" + "<a href='/y'>y</a> " * 60 + "<a class='z' href='/z'>z</a>",
    ),
    "reached hidden": (keyboard_faults, "<a href='/y' style='opacity: 0; position: absolute; left: -99px'>y</a>"),
    "chart": (chart_faults, "<section><svg role='img' aria-label='Figures'><path d='M0 0L9 9'/></svg></section>"),
    "word": (word_faults, "<p><abbr title='who judges: the truster'>T</abbr></p>"),
}


@pytest.fixture(scope="module")
def page(chromium):
    return open_page(chromium, width=WIDTHS[0])


def show(page, html):
    page.unroute_all()
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(SITE)


@pytest.mark.parametrize("name", LOOKS)
def test_a_fault_is_seen_and_a_sound_page_has_none(page, name):
    look, fault = LOOKS[name]
    show(page, SOUND.format("<p>All is well.</p>"))
    assert not look(page)
    show(page, SOUND.format(fault))
    if fault == LATE:
        page.get_by_text("late late").wait_for()
    assert look(page)


def test_what_scripts_change_is_noticed(page):
    for script, is_same in ("", True), ("<script>document.querySelector('h1').id = 'changed'</script>", False):
        html = SOUND.format(script)
        show(page, html)
        assert is_as_sent(page, html) == is_same


@pytest.mark.parametrize(
    "fault",
    [
        "<img src='http://elsewhere.example/spy.gif' alt=''>",
        "<script>console.error('it broke')</script>",
        "<script>throw new Error('it broke')</script>",
        "<script>alert('look at me')</script>",
    ],
)
def test_what_a_page_does_by_itself_is_noticed(chromium, fault):
    page = open_page(chromium)
    watched = Watched(page, SITE)
    show(page, SOUND.format("<img src='/here.gif' alt=''>"))
    assert watched.faults == []
    show(page, SOUND.format(fault))
    assert len(watched.faults) == 1


@pytest.mark.parametrize(
    "fault",
    [
        "<p><div>not closed</p>",
        "<p id='main'>used twice</p>",
        "<label for='nothing'>Of nothing</label>",
        "<a href='#nowhere'>nowhere</a>",
        "<input name='unnamed'>",
        "<h1>A second heading</h1>",
        "<p style='color: red'>styled</p>",
        "<script>run()</script>",
        "<p onclick='run()'>runs</p>",
    ],
)
def test_wrong_markup_is_seen(fault):
    assert markup_faults(SOUND.format("<p>All is well.</p>")) == []
    assert len(markup_faults(SOUND.format(fault))) >= 1
