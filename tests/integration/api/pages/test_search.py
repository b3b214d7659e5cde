"""The search page: partnerships, bodies and places by name, and asks and promises at one's tables by their words."""

import re

import pytest

from api.access.keys import Scope
from tests.integration.api.pages.test_my_page import board, visits, words_of
from tests.integration.api.test_finding import parish

__all__ = ["board", "parish", "visits"]


@pytest.mark.usefixtures("board", "parish")
@pytest.mark.parametrize(
    ("q", "lines"),
    [
        ("mill", ["Partnerships Mill Lane Board", "Organisations and groups Mill Lane Residents"]),
        ("  ambleFORD ", ["Organisations and groups Ambleford Council Unitary: the partnerships"]),
        ("muallt", ["Places Llanfair-ym-Muallt"]),
        ("swings", ["Asks Mend the swings Mill Lane Board", "Promises The swings will be mended Mill Lane Board"]),
    ],
)
def test_what_is_called_so_is_found_by_sort(visits, board, q, lines):
    text = words_of(visits(board.officer).reads("/search", q=q))
    assert [each for each in lines if each not in text] == []


def test_each_thing_found_leads_on(visits, board, steward):
    visitor = visits(board.officer)
    page = visitor.reads("/search", q="m")
    links = re.findall(r'<li><a href="([^"]+)">', page)
    assert f"/partnerships/{board.partnership}" in links
    assert f"/partnerships?member={board.council}" in links
    seats = words_of(visitor.reads(f"/partnerships?member={board.council}"))
    assert "1 neighbourhood board in which Ambleford Council has a seat. Show all partnerships" in seats
    charity = steward.records("/v1/parties", name="A Charity", kind="charity")["created"]["party"][0]
    nowhere = words_of(visitor.reads(f"/partnerships?member={charity}"))
    assert "0 partnerships in which A Charity has a seat" in nowhere
    assert "No partnership is on record yet." not in nowhere


@pytest.mark.usefixtures("board")
def test_words_of_other_tables_are_found_by_nobody_else(visits, people):
    assert "Nothing was found for “swings”." in words_of(visits(people(Scope.READ)).reads("/search", q="swings"))


@pytest.mark.parametrize("q", ["", "   "])
def test_without_words_the_page_asks_for_some(visits, board, q):
    visitor = visits(board.officer)
    answer = visitor.gets("/search", q=q)
    assert answer.status_code == 422
    assert words_of(answer.text).count("Enter a name, or words of an ask or promise") == 2
    assert "There is a problem" not in visitor.reads("/search")


@pytest.mark.parametrize("q", ["\0", "a\0b", "\x1b"])
def test_signs_that_cannot_be_seen_are_a_fault_of_the_field(visits, board, q):
    answer = visits(board.officer).gets("/search", q=q)
    assert answer.status_code == 422
    assert words_of(answer.text).count("Enter letters, numbers and signs that can be seen") == 2


def test_what_was_sought_is_text_and_never_markup(visits, board):
    page = visits(board.officer).reads("/search", q='"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert "Nothing was found for" in page


def test_too_many_words_are_refused(visits, board):
    assert visits(board.officer).gets("/search", q="x" * 201).status_code == 422
