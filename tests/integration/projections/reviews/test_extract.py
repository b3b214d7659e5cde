"""An extract: the same bytes whoever makes it, figures that can be traced, and nothing of people in it."""

import csv
import hashlib
import json
from datetime import date
from uuid import UUID

import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.values import end_of_day
from projections.engine.replay import known_partnership
from projections.reviews.extract import ExtractRequest, NothingToFreeze
from projections.reviews.extract_tables import tables_by
from projections.reviews.freeze import FolderTaken
from projections.reviews.manifest import MANIFEST, read_manifest
from projections.reviews.registration import UnknownReview, registered_reviews
from projections.reviews.table_files import ExtractFormat
from projections.scoring.health.measure import HEADLINE
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import shown_measures
from tests.support.partnership_story import COUNCIL, TENANTS, an_id
from tests.support.review_county import AS_OF, COHORT, METHOD, cells, content, county, frozen, write

TABLES_MADE = tables_by(METHOD)
FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@FEW
@given(workers=st.integers(1, 3), position=st.integers(180, 232), later=st.booleans())
def test_it_is_the_same_to_the_byte_whoever_makes_it_where_and_when(
    source, story, tmp_path_factory, workers, position, later
):
    folder = tmp_path_factory.mktemp("frozen")
    one = frozen(source, folder / "one", position, as_of=date(2026, 3, 31))
    if later:
        for partnership in story.partnerships.values():
            before = len(partnership.records)
            partnership.met("another", "2026-03-01", Participant(TENANTS), recorded="2026-07-01")
            write(source.log, partnership.records[before:])
    other = frozen(source, folder / "other place", position, workers=workers, as_of=date(2026, 4, 2))
    assert one == other
    assert content(folder / "one") == content(folder / "other place")


def test_every_figure_is_that_of_a_replay(source, story, head, tmp_path):
    frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    panel = {(row["partnership_id"], row["as_of"], row["measure"]): row for row in cells(tmp_path / "frozen")}
    for day in (date(2025, 8, 31), date(2026, 5, 31)):
        partition_id = story.partnerships["Ambleford"].partition_id
        partnership = known_partnership(source.log, partition_id, as_of=day, known_at=head, method=METHOD)
        for measure in shown_measures(health_rows(partnership.history, METHOD), METHOD):
            if measure.name == HEADLINE:
                row = panel[str(partition_id), day.isoformat(), measure.dimension]
                for column in ("value", "low", "high"):
                    figure = getattr(measure, column)
                    assert (row[column] == "") == (figure is None)
                    assert figure is None or float(row[column]) == pytest.approx(figure, abs=5e-7)
                assert row["missing"] == (measure.missing or "")


def test_plain_counts_stand_beside_the_smoothed_figure(source, story, head, tmp_path):
    frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    may = {
        row["partnership_id"]: row
        for row in cells(tmp_path / "frozen")
        if (row["as_of"], row["measure"]) == ("2026-05-31", "reliability")
    }
    ambleford, dunmere = (may[str(story.partnerships[name].partition_id)] for name in ("Ambleford", "Dunmere"))
    assert (ambleford["acts"], ambleford["value_sum"], ambleford["confirmed_acts"]) == ("12", "12", "12")
    assert (dunmere["acts"], dunmere["value_sum"]) == ("11", "0")
    assert float(dunmere["value"]) < 0.2
    assert 0.8 < float(ambleford["value"]) < 1


def test_every_cell_rests_on_events_recorded_by_the_position(source, head, tmp_path):
    position = head - 20
    frozen(source, tmp_path / "frozen", position, forms=(ExtractFormat.CSV,))
    events = {row["event_id"]: row for row in rows(tmp_path / "frozen", "events")}
    for cell in rows(tmp_path / "frozen", "cells"):
        event = events[cell["event_id"]]
        assert event["partnership_id"] == cell["partnership_id"]
        assert source.log.find(UUID(cell["event_id"])).position == int(event["position"])
        assert int(event["position"]) <= position
        assert cell["from_as_of"] <= cell["to_as_of"]
    assert {cell["event_id"] for cell in rows(tmp_path / "frozen", "cells")} == set(events)


def test_rows_are_told_apart_by_their_key_and_name_rows_that_are_there(source, head, tmp_path):
    frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    tables = {table.name: rows(tmp_path / "frozen", table.name) for table in TABLES_MADE}
    for table in TABLES_MADE:
        keys = [tuple(row[name] for name in table.key) for row in tables[table.name]]
        assert len(set(keys)) == len(keys) > 0
        for link in table.links:
            theirs = {tuple(row[name] for name in link.theirs) for row in tables[link.table]}
            assert {tuple(row[name] for name in link.columns) for row in tables[table.name]} <= theirs


def test_both_formats_say_the_same_and_columns_say_what_they_mean(source, head, tmp_path):
    frozen(source, tmp_path / "frozen", head)
    for table in TABLES_MADE:
        read = pyarrow.parquet.read_table(tmp_path / "frozen" / f"{table.name}.parquet")
        csv_rows = rows(tmp_path / "frozen", table.name)
        assert read.num_rows == len(csv_rows)
        for column in table.columns:
            field = read.schema.field(column.name)
            assert field.metadata[b"description"].decode() == column.description
            missing = [row[column.name] == "" for row in csv_rows]
            assert missing == [value is None for value in read.column(column.name).to_pylist()]
            if column.type is float:
                values = [float(row[column.name] or "nan") for row in csv_rows]
                other = [float("nan") if value is None else value for value in read.column(column.name).to_pylist()]
                assert values == pytest.approx(other, abs=0, nan_ok=True)


def test_the_package_describes_the_files_that_are_there(source, head, tmp_path):
    folder = tmp_path / "frozen"
    frozen(source, folder, head)
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert {each["path"] for each in package["resources"]} == {
        f"{table.name}.{form}" for table in TABLES_MADE for form in ("csv", "parquet")
    }
    for resource in package["resources"]:
        file = (folder / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(file).hexdigest()}"
        assert resource["bytes"] == len(file)
    (panel,) = (each for each in package["resources"] if each["name"] == "panel")
    assert [field["name"] for field in panel["schema"]["fields"]] == list(next(cells(folder)))
    listed = {
        line.split("  ")[1]: line.split("  ")[0] for line in (folder / "checksums.sha256").read_text().splitlines()
    }
    assert listed == {
        name: hashlib.sha256(file).hexdigest() for name, file in content(folder).items() if name != "checksums.sha256"
    }


def test_it_says_what_was_on_record_when_the_review_was_registered(source, story, head, tmp_path):
    manifest = frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    registered = story.review.records[0]
    window = [
        event
        for partnership in story.partnerships.values()
        for event in partnership.records
        if date(2026, 1, 1) <= event.occurred_at.date()
    ]
    beforehand = manifest.registered.beforehand
    assert beforehand.events_in_window == len(window)
    assert (
        beforehand.events_in_window_before_registration
        == sum(each.position < registered.position for each in window)
        > 0
    )
    assert (beforehand.outcomes_in_window, beforehand.outcomes_in_window_before_registration) == (1, 0)
    page = (tmp_path / "frozen" / "README.md").read_text()
    assert f"{beforehand.events_in_window_before_registration} of\n{beforehand.events_in_window} events" in page
    assert "At most level 3" in page
    outcomes = rows(tmp_path / "frozen", "outcomes")
    assert {row["before_registration"] for row in outcomes} == {"true", "false"}
    assert {row["registered"] for row in outcomes} == {"true"}


def test_nothing_in_it_is_of_a_person_or_of_a_text(source, story, tmp_path):
    somebody = an_id("somebody")
    partnership = story.partnerships[COHORT[0]]
    partnership.met(
        "with a name",
        "2026-06-01",
        Participant(TENANTS, person_id=somebody),
        Participant(COUNCIL),
        recorded="2026-06-02",
    )
    write(source.log, partnership.records[-1:])
    frozen(source, tmp_path / "frozen", source.log.head().position)
    whole = b"".join(content(tmp_path / "frozen").values())
    for secret in (str(somebody).encode(), somebody.hex.encode(), somebody.bytes, b"Ambleford 2026 1"):
        assert secret not in whole
    assert str(partnership.records[-1].event_id).encode() in whole


def test_only_whole_months_since_it_was_formed_are_looked_at(source, head, tmp_path):
    manifest = frozen(source, tmp_path / "frozen", head, as_of=date(2026, 3, 30), forms=(ExtractFormat.CSV,))
    assert (manifest.months[0], manifest.months[-1], manifest.as_of) == (
        date(2025, 6, 30),
        date(2026, 2, 28),
        date(2026, 2, 28),
    )
    periods = {row["as_of"]: row["period"] for row in cells(tmp_path / "frozen")}
    assert periods["2025-12-31"] == "before"
    assert periods["2026-01-31"] == "window"


def test_a_later_position_of_the_registration_is_not_known_earlier(source, story, tmp_path):
    with pytest.raises(UnknownReview):
        frozen(source, tmp_path / "frozen", story.review.records[0].position - 1)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_frozen_leaves_nothing_behind(source, head, tmp_path):
    with pytest.raises(NothingToFreeze):
        frozen(source, tmp_path / "frozen", head, as_of=date(2025, 6, 29))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(FolderTaken):
        frozen(source, tmp_path / "taken", head)
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_a_manifest_is_read_as_it_was_written(source, head, tmp_path):
    manifest = frozen(source, tmp_path / "frozen", head, forms=(ExtractFormat.CSV,))
    assert read_manifest(tmp_path / "frozen" / MANIFEST) == manifest


def test_nothing_tells_a_connection_string(source, story):
    assert source.dsn not in repr(source)
    assert "position" in repr(ExtractRequest(review_id=story.review.partition_id, position=1, as_of=AS_OF))
    assert end_of_day(AS_OF) > story.review.records[0].recorded_at


def test_a_withdrawn_registration_is_none_and_a_corrected_one_says_so(source, story, tmp_path):
    registered = story.review.records[0]
    correction = story.review.corrected(registered.event_id, "2026-06-01", recorded="2026-06-01")(question="Another?")
    write(source.log, story.review.records[-1:])
    corrected = source.log.head().position
    manifest = frozen(source, tmp_path / "corrected", corrected, forms=(ExtractFormat.CSV,))
    assert (manifest.registered.question, manifest.registered.corrected_by) == ("Another?", (correction,))
    assert str(correction) in (tmp_path / "corrected" / "README.md").read_text()
    assert (
        frozen(source, tmp_path / "before", corrected - 1, forms=(ExtractFormat.CSV,)).registered.question
        == "Do promises hold?"
    )
    assert [each.body.question for each in registered_reviews(source.log)] == ["Another?"]
    story.review.withdrawn(registered.event_id, "2026-06-02", recorded="2026-06-02")
    write(source.log, story.review.records[-1:])
    assert list(registered_reviews(source.log)) == []
    with pytest.raises(UnknownReview):
        frozen(source, tmp_path / "withdrawn", corrected + 1)


class TestBeforeItWasFormed:
    @pytest.fixture
    def story(self):
        return county(baseline_start_on=date(2024, 11, 1))

    def test_a_partnership_has_no_cells(self, source, head, tmp_path):
        manifest = frozen(source, tmp_path / "frozen", head, as_of=date(2025, 2, 28), forms=(ExtractFormat.CSV,))
        assert manifest.months[0] == date(2024, 11, 30)
        assert {row["as_of"] for row in cells(tmp_path / "frozen")} == {"2025-01-31", "2025-02-28"}
