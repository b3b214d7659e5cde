"""Evaluators in a real browser: a review's tables frozen, made again, compared and taken away; figures side by side."""

import csv
import re

from playwright.sync_api import expect

from tests.support.form_hands import fill_date, in_browsers, press

QUESTION = "Did promises hold?"
_MOST_LOOKS = 300


def register_a_review(page):
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Register a review").click()
    page.get_by_label("What does it mean to find out?").fill(QUESTION)
    page.get_by_label("Harrowfold Neighbourhood Board").first.check()
    fill_date(page, "The first day it looks at", 1, 1, 2026)
    fill_date(page, "The last day it looks at", 31, 12, 2040)
    press(page, "Register this review")


def frozen(page, day, month, year):
    """Freeze the tables of a day, and wait as people do; gives the digest by which they are cited."""
    fill_date(page, "As things stood on (optional)", day, month, year)
    press(page, "Freeze tables")
    ended(page)
    expect(page.get_by_role("status")).to_contain_text("to take away")
    return page.locator("p code").inner_text()


def ended(page):
    """Look how far a job has come until it has ended."""
    look = page.get_by_role("link", name="See how far it has come")
    for _ in range(_MOST_LOOKS):
        if not look.count():
            return
        look.click()
        page.wait_for_timeout(100)
    raise AssertionError("the job does not end")


def back_to_the_review(page):
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=QUESTION).click()


@in_browsers(320, "768 without", 1280)
def test_tables_are_frozen_made_again_compared_and_taken_away(page, site, recorded, recorded_since):
    register_a_review(page)
    earlier = frozen(page, 30, 6, 2026)
    back_to_the_review(page)
    later = frozen(page, 30, 9, 2026)
    with page.expect_download() as download:
        page.get_by_role("link", name="panel.csv").click()
    table = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
    assert {row["partnership_id"] for row in table} == {str(site.board.partnership_id)}
    back_to_the_review(page)
    page.get_by_label("Which tables?").select_option(value=earlier)
    press(page, "Make them again")
    ended(page)
    expect(page.get_by_text("The same to the byte")).to_be_visible()
    back_to_the_review(page)
    page.get_by_label("These tables").select_option(value=earlier)
    page.get_by_label("with these").select_option(value=later)
    press(page, "Compare them")
    ended(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tables compared")
    assert recorded() == ["review-registered", "review-frozen", "review-frozen"]
    assert [event.body.manifest_sha256 for event in recorded_since()[1:]] == [earlier, later]


@in_browsers("320 without", 768, "1280 without")
def test_figures_stand_side_by_side_and_nothing_is_recorded(page, recorded):
    page.get_by_role("link", name="Reports").click()
    page.get_by_label("Partnership", exact=True).select_option(label="Harrowfold Neighbourhood Board")
    press(page, "Show its figures side by side")
    page.get_by_label("They do not fade", exact=True).check()
    page.get_by_label("What went wrong counts twice", exact=True).check()
    page.get_by_role("group", name="Without whom?").get_by_label("Thornlathe Council").check()
    press(page, "Show figures side by side")
    row = page.get_by_role("row").filter(has_text="Merrowshire Police: keeping promises")
    cells = row.get_by_role("cell").all_inner_texts()
    assert len(cells) == 4
    assert all(re.search("likely range .* on about|Not enough to say, on about", cell) for cell in cells)
    assert len(set(cells)) > 1
    assert page.get_by_role("group", name="Without whom?").get_by_label("Thornlathe Council").is_checked()
    assert recorded() == []
