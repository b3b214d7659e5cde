"""The trust timeline in a real browser: marks that name themselves, by keys and pointer, at any width, in one ink."""

import pytest

from tests.support.walked_page import WIDTHS, open_page

PLOT_WIDTHS = {320: 204, 768: 224, 1280: 448}


@pytest.fixture(scope="module")
def open_board(chromium, looked_at):
    """Open the board's page in a new browser of somebody who signed in."""

    def opened(**how):
        page = open_page(chromium, **how)
        page.goto(looked_at.link(looked_at.secretary_key()))
        page.goto(f"{looked_at.base}/partnerships/{looked_at.board.partnership_id}")
        return page

    return opened


def marks(page):
    return page.locator(".tl").first.locator(".ev")


def is_named(mark):
    return mark.locator("text").evaluate("name => getComputedStyle(name).visibility") == "visible"


def test_a_mark_that_is_focused_names_itself_and_its_disc_is_filled(open_board):
    page = open_board(width=1280)
    mark = marks(page).first
    assert not is_named(mark)
    mark.focus()
    assert is_named(mark)
    assert page.evaluate("getComputedStyle(document.activeElement).getPropertyValue('--ring')").strip() == "#ffd43b"


def test_a_mark_that_is_pointed_at_names_itself_and_leads_to_its_record(open_board):
    page = open_board(width=1280)
    mark = marks(page).nth(1)
    mark.locator("use").hover()
    assert is_named(mark)
    mark.locator("use").click()
    assert "/records/" in page.url


def test_with_scripts_the_marks_of_a_picture_are_one_stop_and_arrows_lead_on(open_board):
    page = open_board(width=1280)
    first, second = marks(page).nth(0), marks(page).nth(1)
    first.focus()
    page.keyboard.press("ArrowRight")
    assert second.evaluate("mark => mark === document.activeElement")
    page.keyboard.press("Home")
    assert first.evaluate("mark => mark === document.activeElement")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.tl')") is None


def test_without_scripts_every_mark_is_a_stop_and_they_can_be_skipped(open_board):
    page = open_board(width=1280, java_script_enabled=False)
    page.locator(".panel .govuk-skip-link").first.focus()
    page.keyboard.press("Tab")
    assert marks(page).first.evaluate("mark => mark === document.activeElement")
    page.keyboard.press("Tab")
    assert marks(page).nth(1).evaluate("mark => mark === document.activeElement")


@pytest.mark.parametrize("width", WIDTHS)
def test_one_drawing_serves_every_width_and_its_text_keeps_its_size(open_board, width):
    page = open_board(width=width)
    picture = page.locator(".tl").first
    box = picture.bounding_box()
    assert box["width"] == pytest.approx(PLOT_WIDTHS[width], abs=6)
    assert picture.locator("g > text").first.evaluate("text => getComputedStyle(text).fontSize") == "12px"
    names = page.locator(".year-name").evaluate_all(
        "each => each.filter(one => getComputedStyle(one).display !== 'none').length"
    )
    assert names == (3 if width < 736 else 6)


def test_in_one_colour_line_and_marks_have_the_colour_of_text(open_board):
    page = open_board(width=1280, forced_colors="active")
    text = page.evaluate("getComputedStyle(document.body).color")
    for name in (".tl .line", ".tl .rim"):
        assert page.locator(name).first.evaluate("part => getComputedStyle(part).stroke") == text
    assert page.locator(".tl .m-kept").first.evaluate("part => getComputedStyle(part).color") == text
