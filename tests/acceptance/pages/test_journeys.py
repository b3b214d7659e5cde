"""Journeys through the pages in a real browser, with scripts and without: each ends where somebody wanted to be."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.walked_page import open_page

COUNCIL = "Thornlathe Council"


@pytest.fixture(params=[(320, True), (768, False), (1280, True)], ids=["320", "768 without", "1280"])
def page(chromium, site, request):
    """A page in the browser of somebody who has not signed in yet."""
    width, has_scripts = request.param
    page = open_page(chromium, site.base, width=width, java_script_enabled=has_scripts)
    yield page
    page.context.close()


def sign_in(page, key):
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def test_from_signing_in_to_the_events_behind_a_figure(page, site):
    page.goto("/")
    sign_in(page, site.secretary_key())
    page.get_by_role("link", name="Harrowfold Neighbourhood Board").click()
    panel = page.get_by_role("region", name=COUNCIL)
    figure = re.match(r"(\d+) in 100", panel.get_by_text("likely range").first.inner_text())[1]
    panel.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why the figure moved")
    expect(page.get_by_text(f"to {figure} in 100").first).to_be_visible()
    cause = page.get_by_role("list").get_by_role("link").filter(has_text="Clear what was dumped").first
    promise = cause.inner_text()
    cause.click()
    assert "/records/" in page.url
    expect(page.get_by_role("main")).to_contain_text(promise, ignore_case=True)


def test_two_dates_are_compared_and_stay_in_the_address(page, site):
    page.goto(site.link(site.secretary_key()))
    page.goto(site.board_address)
    page.get_by_role("region", name=COUNCIL).get_by_role("heading").get_by_role("link").click()
    for group, day in (("How things stood on", (1, 6, 2023)), ("and on", (30, 9, 2025))):
        for part, number in zip(("Day", "Month", "Year"), day, strict=True):
            page.get_by_role("group", name=group).get_by_label(part).fill(str(number))
    page.get_by_role("button", name="Compare").click()
    causes = page.get_by_role("main").get_by_role("list").first.get_by_role("listitem")
    expect(causes.first).to_contain_text("1 June 2023")
    expect(causes.last).to_contain_text("30 September 2025")
    sentence = page.get_by_text(re.compile("From .* in 100")).first.inner_text()
    page.goto(page.url)
    expect(page.get_by_text(sentence).first).to_be_visible()


def test_a_day_that_is_none_is_named_at_its_field_and_kept(page, site):
    page.goto(site.link(site.secretary_key()))
    page.goto(site.board_address)
    page.get_by_role("region", name=COUNCIL).get_by_role("heading").get_by_role("link").click()
    page.get_by_role("group", name="and on").get_by_label("Month").fill("13")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_role("group", name="and on").get_by_label("Month")).to_have_value("13")


def test_whoever_is_led_to_sign_in_comes_to_what_they_asked_for(page, site):
    address = f"{site.board_address}/events?kind=promises"
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, site.secretary_key())
    assert page.url == f"{site.base}{address}"


def test_after_signing_out_the_back_button_shows_nothing_of_anybodys(page, site):
    page.goto(site.link(site.secretary_key()))
    page.goto(site.board_address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Harrowfold Neighbourhood Board")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    for _ in range(3):
        page.go_back()
        assert "Harrowfold" not in page.locator("body").inner_text()
    page.goto(site.board_address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
