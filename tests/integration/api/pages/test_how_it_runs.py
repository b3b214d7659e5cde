"""How the service is running, for whoever looks after it: readiness, lists, nights; and nothing of it for others."""

import re
from uuid import UUID

import pytest

from api.pages.how_it_runs import in_time


@pytest.fixture
def keeper(visitors, steward):
    return visitors(steward)


def rows_of(markup, caption):
    table = re.search(rf"<caption>{caption}</caption>.*?</table>", markup, re.DOTALL)[0]
    return [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr[ >].*?</tr>", table, re.DOTALL)[1:]]


def test_only_who_looks_after_the_record_sees_it(officer, keeper):
    assert officer.gets("/operations").status_code == 403
    assert keeper.gets("/operations").status_code == 200
    assert 'href="/operations"' in keeper.reads("/reports")
    assert 'href="/operations"' not in officer.reads("/reports")


def test_where_no_list_was_ever_built_it_says_what_to_run(keeper):
    markup = keeper.reads("/operations")
    assert "No rebuild was run here yet" in markup
    assert "Never built: run folkmoot rebuild" in markup


def test_a_night_that_went_well_is_a_row_and_lists_are_level(built, keeper):
    markup = keeper.reads("/operations")
    (night,) = rows_of(markup, "Rebuilds and checks, the newest first")
    assert {"Rebuild", "Done"} <= set(night)
    assert {row[-1] for row in rows_of(markup, "How far each list has come")} == {"0"}
    assert built.live()


def test_differences_and_what_was_set_aside_are_said_with_what_to_do(built, keeper, boards):
    with built.owner() as connection:
        connection.execute("UPDATE projection.run SET drifted = 2, parked = 1")
        connection.execute(
            "INSERT INTO projection.parked (build, partition_id, position, event_name, fault) "
            "SELECT build, %s, 7, 'ask-raised', 'ValueError' FROM projection.build WHERE name = 'asks'",
            (UUID(boards[0]),),
        )
    markup = keeper.reads("/operations")
    assert "Done: 2 differences found, 1 partnership set aside" in markup
    assert "asks of a partnership is parked: ask-raised at position 7 (ValueError)" in markup
    assert boards[0] not in markup
    assert "nobody keeps the stored projections level with the log: run folkmoot follow" in markup


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 seconds"), (61, "1 minute"), (7_300, "2 hours"), (86_400, "1 day")]
)
def test_a_length_of_time_is_said_in_its_largest_unit(seconds, words):
    assert in_time(seconds) == words


def test_a_run_says_nothing_to_who_may_only_record(neighbourhood, steward):
    assert neighbourhood.officer.get("/v1/projection-runs").status_code == 403
    assert steward.reads("/v1/projection-runs") == {"runs": []}
