"""My page and the search: what waits for one's bodies, what is new, forms not finished; and finding by name."""

import re

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import meeting
from tests.support.page_visitor import PageVisitor


@pytest.fixture
def visits(client):
    """Somebody at their browser, signed in with their key."""
    return lambda person: PageVisitor(client.app).signs_in(person.key)


@pytest.fixture
def board(neighbourhood):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return neighbourhood


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.usefixtures("built")
def test_what_waits_for_ones_bodies_stands_by_kind_and_across_partnerships(visits, neighbourhood):
    page = visits(neighbourhood.officer).reads("/my-page")
    text = words_of(page)
    assert "You speak for Ambleford Council." in text
    assert "2 promises to keep, 2 overdue" in text
    assert "2 asks to answer, 2 overdue" in text
    assert text.count("The swings will be mended") >= 2
    assert "Canal Side Board" in text
    assert f'href="/partnerships/{neighbourhood.partnership}"' in page


def test_what_waits_is_shown_before_the_lists_are_made_too(visits, board):
    text = words_of(visits(board.officer).reads("/my-page"))
    assert "1 promise to keep, 1 overdue" in text
    assert "Mend the swings" in text


def test_what_waits_for_others_is_not_ones_own(visits, board):
    assert "Nothing waits for the bodies that you speak for." in visits(board.resident).reads("/my-page")


def test_a_kind_is_shown_whole_on_demand(visits, board):
    for number in range(7):
        promise = {"promisers": [board.council], "promisees": [board.group], "due": "2026-02-01"}
        board.officer.records(f"{board.path}/commitments", **promise, text=f"Fix gate {number}", happened="2026-01-05")
    visitor = visits(board.officer)
    page = visitor.reads("/my-page")
    waits = page.split('id="waits"', 1)[1].split('id="news"', 1)[0]
    promises = waits.split('id="kind-keep-promise"', 1)[1].split("</section>", 1)[0]
    assert promises.count("<li>") == 5
    assert "Show all 8" in words_of(page)
    whole = visitor.reads("/my-page", kind="keep-promise")
    assert whole.count("Fix gate") == 7
    assert "Mend the swings" not in whole


def test_what_others_recorded_since_one_last_looked_is_new_once_per_sitting(visits, neighbourhood):
    visits(neighbourhood.resident).reads("/my-page")
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    sitting = visits(neighbourhood.resident)
    for _ in range(2):
        text = words_of(sitting.reads("/my-page"))
        assert "New since you last looked" in text
        assert "asked Ambleford Council: Mend the swings" in text
    later = words_of(visits(neighbourhood.resident).reads("/my-page"))
    assert "Nobody else has recorded anything in your partnerships." in later


def test_whoever_looks_for_the_first_time_is_told_of_the_last_days(visits, board):
    text = words_of(visits(board.resident).reads("/my-page"))
    assert "New in the last 14 days" in text
    assert "Mend the swings" in text


def test_a_form_that_was_saved_and_not_recorded_is_found_again(visits, neighbourhood):
    visitor = visits(neighbourhood.officer)
    assert "Not finished yet" not in visitor.reads("/my-page")
    form = visitor.gets(f"/partnerships/{neighbourhood.partnership}/meetings/new").headers["Location"]
    assert visitor.sends(form, do="keep").headers["Location"] == "/my-page"
    page = visitor.reads("/my-page")
    assert "Record a meeting of Mill Lane Board" in words_of(page)
    assert f'href="{form}"' in page
    other = visits(neighbourhood.resident).reads("/my-page")
    assert "Not finished yet" not in other


def test_a_key_of_no_body_is_told_so(visits, people):
    text = words_of(visits(people(Scope.READ)).reads("/my-page"))
    assert "speaks for no organisation or group" in text
    assert "None of your bodies has a seat in a partnership." in text


def test_what_is_due_next_stands_before_what_is_overdue_and_that_before_older_debts(visits, board):
    for text, due in (("Old gate", "2026-02-01"), ("Newer gate", "2026-09-01"), ("Next gate", "2099-01-01")):
        promise = {"promisers": [board.council], "promisees": [board.group], "due": due, "happened": "2026-01-05"}
        board.officer.records(f"{board.path}/commitments", **promise, text=text)
    page = visits(board.officer).reads("/my-page", kind="keep-promise")
    order = ["Next gate", "Newer gate", "The swings will be mended", "Old gate"]
    assert sorted(order, key=page.index) == order
