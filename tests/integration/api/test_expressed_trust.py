"""Expressed trust over HTTP: raw readings, the line through them, and the next reading foretold, apart from trust."""

import csv
import io

import pytest

from projections.method.document import default_method

HALVES = [f"{year}-{month}-10" for year in (2023, 2024, 2025) for month in ("03", "09")]


@pytest.fixture
def rated(neighbourhood):
    """Six pulses of residents about the council, the last of them far out of line, and one of too few people."""
    for number, day in enumerate(HALVES):
        counts = [0, 2, 10, 20, 8] if number < 5 else [36, 4, 0, 0, 0]
        neighbourhood.resident.records(
            f"{neighbourhood.path}/pulses",
            about=neighbourhood.council,
            rater_side="residents",
            counts=counts,
            survey_question="I am listened to",
            happened=day,
        )
    neighbourhood.resident.records(
        f"{neighbourhood.path}/pulses",
        about=neighbourhood.council,
        rater_side="residents",
        counts=[4, 0, 0, 0, 0],
        happened="2026-01-10",
    )
    return neighbourhood


def lines(reader, neighbourhood, **query):
    return reader.reads(f"{neighbourhood.path}/trust/expressed", as_of="2026-03-01", **query)


def test_a_line_holds_raw_readings_the_figure_with_its_range_and_the_next_reading(rated):
    answer = lines(rated.resident, rated)
    (line,) = answer["lines"]
    assert (line["question"], line["kind"], line["rater_side"]) == ("I am listened to", "pulse", "residents")
    assert [(each["raters"], each["standing"]) for each in line["readings"]] == [(40, "in-line")] * 5 + [
        (40, "waiting")
    ]
    assert line["readings"][0]["mean"] == pytest.approx((2 + 2 * 10 + 3 * 20 + 4 * 8) / 160)
    estimate, forecast = line["estimate"], line["forecast"]
    assert estimate["on"] == "2026-03-01"
    assert forecast["on"] == "2026-03-12"  # as long after the last reading as they lay apart
    assert forecast["low"] < estimate["low"] < estimate["value"] < estimate["high"] < forecast["high"]
    assert answer["names"][line["about_id"]]
    assert answer["method"] == default_method().id
    assert answer["is_followed"]


def test_the_reading_that_waits_moves_the_line_once_the_next_bears_it_out(rated):
    before = lines(rated.resident, rated)["lines"][0]["estimate"]["value"]
    rated.resident.records(
        f"{rated.path}/pulses",
        about=rated.council,
        rater_side="residents",
        counts=[34, 6, 0, 0, 0],
        survey_question="I am listened to",
        happened="2026-02-20",
    )
    (line,) = lines(rated.resident, rated)["lines"]
    assert [each["standing"] for each in line["readings"][-2:]] == ["borne-out", "in-line"]
    assert line["estimate"]["value"] < before - 0.4


def test_what_was_not_known_then_plays_no_part(rated):
    (then,) = rated.resident.reads(f"{rated.path}/trust/expressed", as_of="2024-12-31")["lines"]
    assert [each["on"] for each in then["readings"]] == HALVES[:4]


def test_by_a_method_that_follows_no_lines_there_are_none(rated):
    answer = lines(rated.resident, rated, method="folkmoot-2026")
    assert (answer["is_followed"], answer["lines"]) == (False, [])


def test_lines_are_asked_for_by_side_and_body(rated):
    assert lines(rated.resident, rated, rater_side="government")["lines"] == []
    assert len(lines(rated.resident, rated, about=rated.council)["lines"]) == 1


def test_as_a_table_each_reading_is_a_row_with_its_ranges(rated):
    answer = rated.resident.get(f"{rated.path}/trust/expressed", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(HALVES)
    assert float(rows[0]["level_low"]) < float(rows[0]["level"]) < float(rows[0]["level_high"])
    assert rows[0]["about_name"]


def test_nothing_said_is_merged_with_what_was_done(rated):
    assert rated.resident.reads(f"{rated.path}/trust", as_of="2026-03-01")["figures"] == []


def test_no_record_tells_what_one_person_said(rated):
    person = rated.resident.records("/v1/people", name="Rater")["created"]["person"][0]
    rating = rated.resident.records(
        f"{rated.path}/feedback", about=rated.council, rater=person, rater_side="residents", score=2
    )["events"][0]["event_id"]
    entry = rated.resident.reads(f"/v1/records/{rating}")
    assert entry["record"]["body"].keys().isdisjoint({"score", "rater_id", "rater"})
    rated.resident.records(f"/v1/records/{rating}/corrections", changes={"score": 3}, reasons="A slip of the pen")
    assert "'score'" not in str(rated.resident.reads(f"/v1/records/{rating}"))


def test_no_record_shows_counts_of_fewer_people_than_figures_may_rest_on(rated):
    counts = []
    for entry in rated.resident.reads(f"{rated.path}/timeline", limit=200)["data"]:
        if entry["type"] == "pulse-observed":
            record = rated.resident.reads(f"/v1/records/{entry['event_id']}")["record"]
            counts.append(record["body"].get("counts"))
    assert [36, 4, 0, 0, 0] in counts
    assert [4, 0, 0, 0, 0] not in counts
    assert None in counts
