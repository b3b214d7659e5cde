"""The changes between two extracts: which cells, by how much, and because of which events or which definition."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec
import pytest

from domain.events.declaration import Participant
from projections.method.method import method_sha256
from projections.reviews.compare_extracts import ExtractComparison, compare_extracts
from projections.reviews.comparison_tables import summary_of, write_comparison
from projections.reviews.freeze import sha256_of
from projections.reviews.manifest import MANIFEST, encode_manifest, read_manifest
from projections.reviews.table_files import ExtractFormat
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.review_county import METHOD, content, frozen, write

FASTER = msgspec.structs.replace(METHOD, id="faster", trust=msgspec.structs.replace(METHOD.trust, half_life_days=120.0))


def differing(source, one, other):
    with ThreadPoolExecutor(2) as executor:
        return compare_extracts(source, one / MANIFEST, other / MANIFEST, executor, lambda _done, _total: None)


def tell(source, story, name, telling):
    """Let something be recorded in one partnership; gives its event."""
    partnership = story.partnerships[name]
    before = len(partnership.records)
    event_id = telling(partnership)
    write(source.log, partnership.records[before:])
    return event_id


def freeze(source, folder, **how):
    frozen(source, folder, source.log.head().position, forms=(ExtractFormat.CSV,), **how)
    return folder


@pytest.fixture
def before(source, tmp_path):
    return freeze(source, tmp_path / "before")


def test_the_same_extract_differs_in_nothing(source, before):
    comparison = differing(source, before, before)
    assert (comparison.changed, comparison.definitions) == ((), ())
    assert comparison.cells > 1000
    assert comparison.in_words == f"0 of {comparison.cells} cells changed"


def test_a_late_record_a_correction_and_a_withdrawal_are_named_where_they_count(source, story, before, tmp_path):
    late_meeting, never = (
        next(each for each in story.partnerships[name].records if each.name == "interaction-recorded")
        for name in ("Ambleford", "Brackley")
    )
    events = {
        "late": tell(
            source,
            story,
            "Cold Norton",
            lambda at: at.met("late", "2025-07-01", Participant(COUNCIL), Participant(TENANTS), recorded="2026-07-01"),
        ),
        "correction": tell(
            source,
            story,
            "Ambleford",
            lambda at: at.corrected(late_meeting.event_id, "2026-07-02", recorded="2026-07-02")(
                participants=(Participant(COUNCIL, voting=True),)
            ),
        ),
        "withdrawal": tell(
            source, story, "Brackley", lambda at: at.withdrawn(never.event_id, "2026-07-03", recorded="2026-07-03")
        ),
    }
    comparison = differing(source, before, freeze(source, tmp_path / "after"))
    assert comparison.definitions == ()
    assert {each.because for each in comparison.changed} == {("events",)}
    assert {event.event_id: event.kind for event in comparison.events} == {
        event: kind for kind, event in events.items()
    }
    assert {event for each in comparison.changed for event in each.events} == set(events.values())
    assert "recorded in between, correction: 1" in comparison.in_words
    where = {
        "late": story.partnerships["Cold Norton"],
        "correction": story.partnerships["Ambleford"],
        "withdrawal": story.partnerships["Brackley"],
    }
    for cell in comparison.changed:
        for event in comparison.events:
            if event.event_id in cell.events:
                assert cell.partnership_id == event.partnership_id == where[event.kind].partition_id


def test_another_method_is_told_from_other_events_and_the_parts_add_up(source, story, before, tmp_path):
    tell(
        source,
        story,
        "Dunmere",
        lambda at: at.confirmed_done("Dunmere 2025 6", "2026-05-31", recorded="2026-07-01"),
    )
    comparison = differing(source, before, freeze(source, tmp_path / "after", method=FASTER))
    assert [each.what for each in comparison.definitions] == ["method"]
    assert (comparison.one.method_sha256, comparison.other.method_sha256) == (
        method_sha256(METHOD),
        method_sha256(FASTER),
    )
    figures = [each for each in comparison.changed if each.change is not None]
    assert {each.because for each in figures} >= {("method",), ("events", "method")}
    for figure in figures:
        assert figure.change == pytest.approx(figure.by_events + figure.by_method + figure.by_program, abs=2e-6)
        assert figure.by_program == pytest.approx(0, abs=1e-6)
    elsewhere = [each for each in figures if each.partnership_id != story.partnerships["Dunmere"].partition_id]
    assert elsewhere
    assert {each.by_events for each in elsewhere} == {0}
    assert f"{len(comparison.changed)} of {comparison.cells} cells changed" in comparison.in_words
    assert "because of another method" in comparison.in_words
    alone = [each for each in comparison.changed if (_value(each.one) is None) != (_value(each.other) is None)]
    assert comparison.in_one_alone == len(alone)
    assert ("in one of the two only" in comparison.in_words) == bool(alone)


def _value(cell):
    return None if cell is None else cell.value


def test_a_comparison_is_written_whole_the_same_bytes_each_time(source, story, before, tmp_path):
    event_id = tell(
        source, story, "Dunmere", lambda at: at.confirmed_done("Dunmere 2025 6", "2026-05-31", recorded="2026-07-01")
    )
    comparison = differing(source, before, freeze(source, tmp_path / "after", method=FASTER))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_comparison(comparison, tmp_path / name)
    files = content(tmp_path / "one")
    assert files == content(tmp_path / "two")
    assert msgspec.json.decode(files["comparison.json"], type=ExtractComparison) == comparison
    cells, behind, between = (
        list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode())))
        for name in ("changed-cells", "changed-by", "recorded-between")
    )
    brief = summary_of(comparison)
    assert brief.changed == len(cells) == len(comparison.changed)
    for cause in ("events", "method", "program"):
        assert getattr(brief.because_of, cause) == sum(cell[f"because_of_{cause}"] == "true" for cell in cells)
    changed = {(cell["partnership_id"], cell["as_of"], cell["measure"]) for cell in cells}
    assert {(row["partnership_id"], row["as_of"], row["measure"]) for row in behind} <= changed
    assert {row["event_id"] for row in behind} == {row["event_id"] for row in between} == {str(event_id)}
    assert brief.recorded == {"correction": 0, "withdrawal": 0, "late": 0, "new": 1}


def test_what_only_the_program_explains_is_said_to_be_its(source, before, tmp_path):
    other = freeze(source, tmp_path / "other")
    lines = list(csv.DictReader(io.StringIO((other / "panel.csv").read_text("utf-8"))))
    cell = next(row for row in lines if row["measure"] == "reliability" and row["value"])
    was, cell["value"] = float(cell["value"]), "0.5"
    with (other / "panel.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    manifest = read_manifest(other / MANIFEST)
    files = tuple(msgspec.structs.replace(each, sha256=sha256_of(other / each.path)) for each in manifest.files)
    (other / MANIFEST).write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=files)))
    (changed,) = differing(source, before, other).changed
    assert changed.because == ("program",)
    assert changed.by_program == pytest.approx(0.5 - was, abs=1e-6)
    assert (changed.by_events, changed.by_method) == (0, 0)


def test_without_its_figures_an_extract_is_made_again(source, before, tmp_path):
    other = freeze(source, tmp_path / "other")
    (other / "panel.csv").unlink()
    comparison = differing(source, before, other)
    assert (comparison.one.from_files, comparison.other.from_files) == (True, False)
    assert comparison.changed == ()


def test_what_only_one_looks_at_is_listed_and_not_compared(source, before, tmp_path):
    other = freeze(source, tmp_path / "other", as_of=date(2026, 4, 30))
    comparison = differing(source, before, other)
    assert [each.isoformat() for each in comparison.only_in_one.months] == ["2026-05-31", "2026-06-30"]
    assert (comparison.only_in_other.months, comparison.only_in_one.partnerships) == ((), ())
    assert comparison.changed == ()
