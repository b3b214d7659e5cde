"""Promises settled for a part and given another day in a real browser: from the board to the log and back."""

import re

from playwright.sync_api import expect

from tests.support.form_hands import fill_date, in_browsers, press
from tests.support.walked_page import WIDTHS


def open_promise(page, *, among):
    """Open a promise that waits to be kept, from the board's page on: at each width another, as some are settled."""
    page.get_by_role("link", name=re.compile("^All [0-9]+ things to do")).click()
    promises = page.get_by_role("link", name=re.compile("^We will"))
    promises.nth(2 * WIDTHS.index(page.viewport_size["width"]) + among).click()


@in_browsers("320 without", 768, "1280 without")
def test_a_promise_is_settled_for_the_part_that_was_done(page, recorded, recorded_since):
    open_promise(page, among=0)
    page.get_by_role("link", name="Settle for the part that was done").click()
    press(page, "Settle for this part")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("How much of it was done?").fill("60")
    page.get_by_role("group", name="Who settles for it?").get_by_role("radio").first.check()
    press(page, "Settle for this part")
    expect(page.get_by_role("main")).to_contain_text("60 in 100 of it done")
    expect(page.get_by_role("link", name="Settle for the part that was done")).to_have_count(0)
    assert recorded() == ["part-settled"]
    assert recorded_since()[0].body.fraction == 0.6


@in_browsers(320, "768 without", 1280)
def test_another_day_is_asked_for_and_waits_for_the_other_side(page, recorded, recorded_since):
    open_promise(page, among=1)
    page.get_by_role("link", name="Ask for another date").click()
    fill_date(page, "By when?", 27, 3, 2091)
    page.get_by_role("group", name="Who asks for it?").get_by_role("radio").first.check()
    press(page, "Ask for this date")
    expect(page.get_by_role("main")).to_contain_text("27 March 2091")
    assert recorded() == ["commitment-renegotiated"]
    assert recorded_since()[0].body.due == "2091-03-27"
