"""All partnerships on one page: counts before figures, sorted by anything but a figure, ten at a time."""

import csv
import io
import re

import pytest

from api.access.keys import Scope
from tests.support.page_visitor import PageVisitor
from tests.support.stored_stage import staged


@pytest.fixture
def visitor(client, people):
    """Somebody who may read, at their browser."""
    return PageVisitor(client.app).signs_in(people(Scope.READ).key)


@pytest.fixture
def many(steward, database_url):
    """Twelve boards without anything on record, and their lists."""
    for number in range(12):
        body = {"name": f"Board {number:02}", "kind": "neighbourhood-board", "happened": "2021-01-01"}
        steward.records("/v1/partnerships", **body)
    with staged(database_url) as stage:
        stage.rebuild()


def names_in(page):
    return re.findall(r'<th scope="row" role="rowheader"><a href="[^"]*">([^<]*)</a>', page)


def cells_of(page, name):
    row = page.split(f">{name}</a>", 1)[1].split("</tr>", 1)[0]
    return [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


@pytest.mark.usefixtures("built")
def test_each_partnership_stands_with_its_counts_and_without_a_number_where_there_is_not_enough_to_say(
    visitor, neighbourhood
):
    page = visitor.reads("/partnerships")
    assert names_in(page) == ["Canal Side Board", "Mill Lane Board"]
    overdue, asks, promises, _, contact, look = cells_of(page, "Mill Lane Board")
    assert (overdue, asks) == (["1"], ["1"])
    assert " ".join(promises) == "Not enough to say yet 1 promise"
    assert " ".join(contact) == "27 March 2026"
    assert " ".join(look).startswith("Not enough to say yet about promises No contact for ")
    assert f'href="/partnerships/{neighbourhood.partnership}"' in page


@pytest.mark.usefixtures("built")
def test_the_table_is_sorted_by_name_count_or_day_and_never_by_a_figure(visitor):
    page = visitor.reads("/partnerships")
    assert sorted(set(re.findall(r"\?sort=(\w+)\"", page))) == ["asks", "contact", "look", "name", "overdue"]
    assert visitor.reads("/partnerships", sort="shown").count("Sorted by overdue promises, most first") == 1
    assert (
        'aria-sort="ascending"><span class="on-phone">Partnership</span><a class="off-phone" href="?sort=name">'
        in visitor.reads("/partnerships", sort="name")
    )


@pytest.mark.usefixtures("many")
def test_they_are_shown_ten_at_a_time_in_the_order_asked_for(visitor):
    first = visitor.reads("/partnerships", sort="name")
    assert names_in(first) == [f"Board {number:02}" for number in range(10)]
    assert "Partnerships 1 to 10 of 12" in first
    assert 'href="?sort=name&amp;page=2"' in first
    assert names_in(visitor.reads("/partnerships", sort="name", page=2)) == ["Board 10", "Board 11"]
    for number in ("0", "99", "x", "9" * 30):
        assert len(names_in(visitor.reads("/partnerships", page=number))) in {10, 2}


@pytest.mark.usefixtures("built")
def test_the_table_is_saved_whole_as_csv(visitor, boards):
    answer = visitor.gets("/partnerships", sort="name", format="csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert sorted(each["partnership_id"] for each in rows) == boards
    counts = ("partnership", "overdue_promises", "asks_past_time", "promises_kept", "last_contact_on")
    assert [rows[0][name] for name in counts] == ["Canal Side Board", "1", "1", "", "2026-03-27"]
    assert rows[0]["look_at"].startswith("Not enough to say yet about promises; No contact for ")


@pytest.mark.usefixtures("neighbourhood")
def test_before_the_lists_are_made_the_names_stand_and_the_page_says_so(visitor):
    page = visitor.reads("/partnerships")
    assert names_in(page) == ["Mill Lane Board"]
    assert "Counts and figures are not here yet" in page
    assert "sort=overdue" not in page


def test_without_any_partnership_the_page_says_so(visitor):
    assert "No partnership is on record yet." in visitor.reads("/partnerships")


@pytest.mark.usefixtures("built")
def test_a_closed_partnership_is_told_from_one_at_work(visitor, steward, neighbourhood):
    steward.records(f"{neighbourhood.path}/closings")
    page = visitor.reads("/partnerships")
    assert "<b>Closed</b>" in page.split(">Mill Lane Board</a>", 1)[1].split("</tr>", 1)[0]
    assert "<b>Closed</b>" not in page.split(">Canal Side Board</a>", 1)[1].split("</tr>", 1)[0]


@pytest.mark.usefixtures("neighbourhood")
def test_a_name_is_text_and_never_markup(visitor, steward):
    body = {"name": "<script>alert(1)</script>", "kind": "neighbourhood-board", "happened": "2021-01-01"}
    steward.records("/v1/partnerships", **body)
    page = visitor.reads("/partnerships")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.usefixtures("built")
def test_each_picture_has_its_table(visitor):
    page = visitor.reads("/partnerships")
    quarters = page.split("Promises kept quarter by quarter, as a table", 1)[1].split("</details>", 1)[0]
    assert quarters.count("<tbody>") == 2
    assert quarters.count("<tr><td>") == 2 * 21
    assert quarters.count("Not enough to say") == 2 * 21
    assert "<td>Today</td>" in quarters
