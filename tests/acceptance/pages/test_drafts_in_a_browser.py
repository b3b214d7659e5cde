"""A meeting begun and left, and one approved later, in a real browser: drafts on my page, minutes with one press."""

import re

from playwright.sync_api import expect

from tests.support.form_hands import in_browsers, press
from tests.support.walked_page import WIDTHS

EARLIER = 5
"""Meetings of a day or two ago that other tests recorded: none came after them."""


def keep_a_draft(page, words):
    """Begin a meeting, fill in some of it and keep it; ends on my page."""
    page.get_by_role("navigation").get_by_role("link", name="Record a meeting").click()
    page.get_by_label("Yesterday", exact=True).check()
    page.get_by_label("Harrowfold Tenants", exact=True).first.check()
    page.locator("#part-asked").click()
    page.get_by_label("Who asked?", exact=True).select_option("Harrowfold Tenants")
    page.get_by_label("What was asked?", exact=True).fill(words)
    press(page, "Keep as a draft")
    expect(page.get_by_role("heading", level=1)).to_have_text("My page")


def drafts(page):
    return page.get_by_role("main").get_by_role("link", name="Meeting of Harrowfold Neighbourhood Board")


@in_browsers(320, "768 without", 1280)
def test_a_draft_is_kept_opened_again_from_my_page_and_recorded(page, recorded):
    words = "Cut the hedge by the school"
    keep_a_draft(page, words)
    assert recorded() == []
    drafts(page).click()
    expect(page.get_by_label("Yesterday", exact=True)).to_be_checked()
    expect(page.get_by_label("Harrowfold Tenants", exact=True).first).to_be_checked()
    expect(page.get_by_label("What was asked?", exact=True)).to_have_value(words)
    press(page, "Save this meeting")
    expect(page.get_by_text("Meeting recorded")).to_be_visible()
    assert recorded() == ["interaction-recorded", "ask-raised"]
    page.get_by_role("link", name="My page").click()
    expect(drafts(page)).to_have_count(0)


@in_browsers("320 without", 768, "1280 without")
def test_a_draft_is_thrown_away_and_nothing_of_it_is_left(page, recorded):
    words = "Light the path to the station"
    keep_a_draft(page, words)
    drafts(page).click()
    address = page.url
    press(page, "Throw the draft away")
    page.get_by_role("link", name="My page").click()
    expect(drafts(page)).to_have_count(0)
    page.goto(address)
    expect(page.get_by_label("Harrowfold Tenants", exact=True).first).not_to_be_checked()
    assert words not in page.content()
    assert recorded() == []


@in_browsers(320, "768 without", 1280)
def test_minutes_are_approved_with_one_press(page, recorded, recorded_since):
    page.get_by_role("link", name="Meetings", exact=True).click()
    meetings = page.get_by_role("main").get_by_role("link", name=re.compile("^Meeting of "))
    meetings.nth(EARLIER + WIDTHS.index(page.viewport_size["width"])).click()
    address = page.url
    later = page.get_by_label("Approved at").input_value()
    press(page, "Approve the minutes")
    expect(page.get_by_role("status")).to_contain_text("counts as agreed by the sides that were there")
    assert recorded() == ["minutes-approved"]
    [approval] = recorded_since()
    assert address.endswith(str(approval.body.interaction_id))
    assert str(approval.body.approving_interaction_id) == later
