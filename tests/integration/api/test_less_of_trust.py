"""Less of a long answer: timelines by the month or not at all, causes by count, and the rest of them by the page."""

import csv
import io

import pytest


@pytest.fixture
def board(neighbourhood):
    """Let the council keep five promises to the group in five months, the first of them put right since."""
    council, group = neighbourhood.council, neighbourhood.group
    for month in range(1, 6):
        promise = neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments",
            promisers=[council],
            promisees=[group],
            text=f"Mend gate {month}",
            happened=f"2026-0{month}-02",
            due=f"2026-0{month}-20",
        )
        neighbourhood.resident.records(
            f"{neighbourhood.path}/commitments/{promise['created']['commitment'][0]}/confirmations",
            confirmed_by=group,
            happened=f"2026-0{month}-12",
        )
    return neighbourhood


def figure(board, **query):
    query = {"facet": "reliability", "trustee": board.council, "as_of": "2026-06-15"} | query
    [only] = board.officer.reads(f"{board.path}/trust", **query)["figures"]
    return only


def test_the_mean_over_aspects_is_there_only_where_it_is_asked_for(board):
    query = {"truster_side": "residents", "trustee": board.council, "as_of": "2026-06-15"}
    usual = board.officer.reads(f"{board.path}/trust", **query)
    assert usual["means"] is None
    with_mean = board.officer.reads(f"{board.path}/trust", **query, mean="true")
    assert with_mean["figures"] == usual["figures"]
    [mean], [only] = with_mean["means"], usual["figures"]
    assert (mean["mean"], mean["aspects"]) == (pytest.approx(only["figure"]["trust"]), ["reliability"])
    assert "responsiveness" in mean["missing"]
    assert mean["low"] < mean["mean"] < mean["high"]


@pytest.mark.parametrize(("query", "parameter"), [({"facet": "reliability"}, "facet"), ({"format": "csv"}, "format")])
def test_there_is_no_mean_of_one_aspect_and_none_in_a_table(board, query, parameter):
    problem = board.officer.get(f"{board.path}/trust", **query, mean="true")
    assert problem.status_code == 400
    assert [each["parameter"] for each in problem.json()["errors"]] == [parameter]


def test_without_its_timeline_a_figure_is_the_same(board):
    whole, short = figure(board, timeline="all"), figure(board, timeline="no")
    assert len(whole["timeline"]) > 4
    assert short == whole | {"timeline": []}
    assert figure(board) == short


def test_a_timeline_by_the_month_has_a_point_at_the_end_of_each_and_one_today(board):
    points = figure(board, timeline="month")["timeline"]
    assert [each["on"] for each in points] == [
        *("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"),
        "2026-06-15",
    ]


def test_a_month_in_which_nothing_moved_a_figure_has_no_point(board):
    points = figure(board, timeline="month", as_of="2026-09-10")["timeline"]
    assert [each["on"] for each in points][-2:] == ["2026-05-31", "2026-09-10"]


def test_each_point_by_the_month_is_the_figure_as_of_that_day(board):
    points = figure(board, timeline="month")["timeline"]
    for point in points:
        assert figure(board, timeline="no", as_of=point["on"])["figure"] == point["figure"]
    assert points[-1]["figure"]["trust"] is not None


def test_a_point_by_the_month_says_what_happened_since_the_one_before(board):
    whole, monthly = figure(board, timeline="all"), figure(board, timeline="month")
    assert [len(each["causes"]) for each in monthly["timeline"]] != [0] * 6
    every = [cause for each in whole["timeline"] for cause in each["causes"]]
    assert len(every) == len(set(every))
    assert [cause for each in monthly["timeline"] for cause in each["causes"]] == every


def test_the_digest_is_of_what_a_figure_is_made_from_however_much_is_shown(board):
    digests = {board.officer.reads(f"{board.path}/trust", timeline=each)["digest"] for each in ("no", "month", "all")}
    assert len(digests) == 1


@pytest.mark.parametrize(("timeline", "days"), [("no", 1), ("month", 6)])
def test_a_table_holds_as_much_of_the_timeline_as_is_asked_for(board, timeline, days):
    query = {"facet": "reliability", "trustee": board.council, "as_of": "2026-06-15", "format": "csv"}
    answer = board.officer.get(f"{board.path}/trust", **query, timeline=timeline)
    rows = [each for each in csv.DictReader(io.StringIO(answer.text)) if each["variant"] == "as-it-stands"]
    assert len(rows) == days
    assert [each["shown"] for each in rows][-1] == str(figure(board)["figure"]["trust"])


def test_of_causes_so_many_are_listed_and_all_are_counted(board):
    whole, short = figure(board), figure(board, causes=2)
    assert len(whole["causes"]) == whole["causes_in_all"] == short["causes_in_all"] > 2
    assert short["causes"] == whole["causes"][:2]
    assert all(len(each["causes"]) <= 2 for each in short["timeline"])


def test_the_causes_of_a_figure_are_read_in_sentences_a_page_at_a_time(board):
    query = {"facet": "reliability", "truster_side": "residents", "trustee": board.council, "as_of": "2026-06-15"}
    first = board.officer.reads(f"{board.path}/trust/causes", **query, limit=3)
    pages, address = [first], first["next"]
    while address:
        pages.append(board.officer.reads(address))
        address = pages[-1]["next"]
    assert [each["event_id"] for page in pages for each in page["data"]] == figure(board)["causes"]
    assert first["in_all"] == len(figure(board)["causes"])
    assert "promised" in first["data"][0]["sentence"]
    assert first["names"][board.council] == "Ambleford Council"


def test_the_causes_of_a_figure_are_those_by_then(board):
    query = {"facet": "reliability", "truster_side": "residents", "trustee": board.council}
    early = board.officer.reads(f"{board.path}/trust/causes", **query, as_of="2026-02-28")
    assert 0 < early["in_all"] < len(figure(board)["causes"])
    assert board.officer.get(f"{board.path}/trust/causes", **query, as_of="2025-01-01").status_code in {400, 404}


def test_measures_of_health_count_their_causes_and_list_them_by_the_page(board):
    path = f"{board.path}/health"
    whole, short = board.officer.reads(path), board.officer.reads(path, causes=1)
    [headline] = [each["headline"] for each in whole["profile"]["dimensions"] if each["id"] == "H1"]
    [shortened] = [each["headline"] for each in short["profile"]["dimensions"] if each["id"] == "H1"]
    assert shortened == headline | {"causes": headline["causes"][:1]}
    assert headline["causes_in_all"] == len(headline["causes"]) > 1
    listed = board.officer.reads(f"{path}/causes", dimension="H1", limit=200)
    assert [each["event_id"] for each in listed["data"]] == headline["causes"]
    assert board.officer.get(f"{path}/causes", dimension="H1", measure="nothing-such").status_code == 404
    assert board.officer.get(f"{path}/causes", dimension="H15").status_code == 400


def test_rows_list_so_many_causes_and_count_all(board):
    whole, short = (board.officer.reads(f"{board.path}/commitments", **more) for more in ({}, {"causes": 1}))
    assert whole["causes_in_all"] == short["causes_in_all"]
    assert short["causes_in_all"] == [len(each["causes"]) for each in whole["rows"]]
    assert [each["causes"] for each in short["rows"]] == [each["causes"][:1] for each in whole["rows"]]
    assert short["digest"] == whole["digest"]


def test_a_cause_that_was_put_right_stands_beside_what_put_it_right(board):
    [first] = board.officer.reads(f"{board.path}/commitments", as_of="2026-01-31")["rows"]
    changed = {"changes": {"text": "Mend the far gate"}, "reasons": "The other one"}
    board.officer.records(f"/v1/records/{first['causes'][0]}/corrections", **changed)
    query = {"facet": "reliability", "truster_side": "residents", "trustee": board.council}
    listed = board.officer.reads(f"{board.path}/trust/causes", **query)
    sentences = " ".join(each["sentence"] for each in listed["data"])
    assert "Mend the far gate" in sentences
    assert listed["in_all"] == len(listed["data"])


def test_a_timeline_to_be_drawn_has_every_step_and_the_ends_of_months_between(board):
    points, steps, months = (figure(board, timeline=detail)["timeline"] for detail in ("drawn", "all", "month"))
    figures = [(point["on"], point["figure"], point["causes"]) for point in points]
    assert all((point["on"], point["figure"], point["causes"]) in figures for point in steps)
    assert {point["on"] for point in points} == {point["on"] for point in [*steps, *months]}


def test_promises_kept_by_quarter_come_with_their_figures_as_rows_and_as_a_table(board):
    path = f"{board.path}/glance"
    answer = board.officer.reads(path, as_of="2026-06-15")
    health = board.officer.reads(f"{board.path}/health", as_of="2026-06-15")["profile"]["dimensions"][0]["headline"]
    assert [(each["on"], each["current"]) for each in answer["rows"]] == [("2026-03-31", False), ("2026-06-15", True)]
    now = answer["figures"][-1]
    assert (now["shown"], now["shown_low"], now["shown_high"]) == (health["value"], health["low"], health["high"])
    table = list(csv.DictReader(io.StringIO(board.officer.get(path, as_of="2026-06-15", format="csv").text)))
    assert [each["shown"] for each in table][-1] == str(now["shown"])
