"""The forms beside the main job, from the page that leads to each to the events in the log, in a real browser."""

import re

from playwright.sync_api import expect

from tests.support.form_hands import fill_date, in_browsers, press
from tests.support.walked_page import WIDTHS

EVERYWHERE = in_browsers(320, "768 without", 1280)


@EVERYWHERE
def test_a_reply_is_printed_with_the_figure_that_it_answers(page, recorded):
    page.get_by_role("link", name="Reply to a figure").click()
    page.get_by_label("Which figure?").select_option(label="Promises kept")
    page.get_by_role("group", name="Whose reply is it?").get_by_role("radio").first.check()
    page.get_by_label("The reply").fill("The lamps wait for a part that nobody makes any more")
    press(page, "Print this reply with the figure")
    expect(page.get_by_text("The lamps wait for a part").first).to_be_attached()
    assert recorded() == ["reply-attached"]


@EVERYWHERE
def test_an_arrangement_to_share_data_takes_the_banner_away(page, site, recorded):
    page.goto(f"{site.board_address}/data-sharing")
    fill_date(page, "When was it agreed?", 3, 2, 2026)
    page.get_by_label("All members").check()
    page.get_by_label("What does it cover?").fill("Who came, what was asked and promised; kept for ten years")
    press(page, "Record this arrangement")
    expect(page.get_by_text("The data-sharing arrangement is recorded.")).to_be_visible()
    assert recorded() == ["data-sharing-recorded"]
    page.goto(site.board_address)
    expect(page.get_by_text("No data-sharing arrangement is recorded.")).to_have_count(0)


@EVERYWHERE
def test_somebody_says_that_a_record_is_wrong_and_why(page, recorded):
    page.get_by_role("link", name=re.compile("^All [0-9]+ things to do")).click()
    promises = page.get_by_role("link", name=re.compile("^We will"))
    promises.nth(WIDTHS.index(page.viewport_size["width"])).click()  # nobody disputes the same twice
    page.get_by_role("link", name="Say that it is right, or wrong").click()
    page.get_by_role("radio", name="It is wrong").check()
    page.get_by_role("group", name="Who says so?").get_by_role("radio").first.check()
    page.get_by_label("If it is wrong, what is wrong with it?").fill("It was to be done by the county")
    press(page, "Say so")
    expect(page.get_by_role("main")).to_contain_text("It was to be done by the county")
    assert recorded() == ["record-disputed"]


@EVERYWHERE
def test_a_review_is_registered_before_its_outcome_is_seen(page, recorded):
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Register a review").click()
    page.get_by_label("What does it mean to find out?").fill("Did promises hold better once notes were shared?")
    page.get_by_role("group", name="Which partnerships is it about?").get_by_role("checkbox").first.check()
    fill_date(page, "The first day it looks at", 1, 1, 2026)
    fill_date(page, "The last day it looks at", 31, 12, 2040)
    press(page, "Register this review")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Did promises hold better")
    assert recorded() == ["review-registered"]
