"""Records that are no meetings, put right and withdrawn in a real browser: from the board to the log and back."""

import re

import msgspec
from playwright.sync_api import expect

from tests.support.form_hands import fill_date, in_browsers, press
from tests.support.walked_page import WIDTHS


def open_confirmation(page, *, among):
    """Find a promise's confirmation from the board's page on: at each width another, as some are withdrawn."""
    page.get_by_role("link", name=re.compile("^All [0-9,]+ events")).click()
    page.get_by_label("Kind").select_option(label="Promises")
    page.get_by_label("Words").fill("Forum confirmed")
    press(page, "Show")
    confirmations = page.get_by_role("main").get_by_role("list").last.get_by_role("link")
    confirmations.nth(2 * WIDTHS.index(page.viewport_size["width"]) + among).click()


@in_browsers("320 without", 768, "1280 without")
def test_a_day_is_put_right_and_the_one_recorded_first_stays_struck_through(page, recorded, recorded_since):
    open_confirmation(page, among=0)
    page.get_by_role("link", name="Correct this entry").click()
    fill_date(page, "Done (optional)", 2, 7, 2026)
    page.get_by_label("What was wrong?").fill("It was done before the fair")
    press(page, "Put it right")
    story = page.get_by_role("region", name=re.compile(", by Harrowfold Neighbours' Trust"))
    expect(story).to_contain_text("It was done before the fair")
    expect(story.locator("ins")).to_contain_text("2 July 2026")
    expect(story.locator("del")).not_to_contain_text("2 July 2026")
    assert recorded() == ["record-corrected"]
    [correction] = recorded_since()
    assert msgspec.msgpack.decode(correction.body.replacement)["done"] == "2026-07-02"


@in_browsers(320, "768 without", 1280)
def test_a_confirmation_is_withdrawn_and_counts_for_nothing(page, recorded, recorded_since):
    open_confirmation(page, among=1)
    words = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Withdraw it").click()
    press(page, "Withdraw this record")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Why should it not have been recorded?").fill("It was confirmed of another promise")
    press(page, "Withdraw this record")
    expect(page.get_by_text("This record was withdrawn")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Why: It was confirmed of another promise")
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert recorded() == ["record-withdrawn"]
    assert page.url.endswith(f"/records/{recorded_since()[0].body.record_id}")
