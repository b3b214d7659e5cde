"""An extract holds every reading of what people say and, month by month, what no source would note, by its method."""

from datetime import date

import pytest

from projections.method.document import default_method
from projections.method.method import method_document
from projections.reviews.extract_tables import TABLES, ReviewGroup, tables_by
from projections.reviews.partnership_part import PartTask, ReviewMonths, part_of
from projections.scoring.surveys.expressed_rows import expressed_rows
from tests.support.coverage_story import DIARY, met
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS
from tests.support.trust_figures import partnership

METHOD = default_method()
MONTHS = ReviewMonths(ends=(date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)), window_start_on=date(2026, 1, 1))


@pytest.fixture
def story():
    rated_story = partnership(COUNCIL, TENANTS, COUNTY, since="2025-01-01")
    rated_story.rated("summer", "2025-06-30", (1, 1, 2, 3, 3))
    met(rated_story, "first", "2026-01-05", mapping=DIARY, covers=())
    rated_story.rated("winter", "2026-01-15", (3, 3, 2, 1, 1))
    met(rated_story, "second", "2026-02-20", mapping=DIARY, covers=())
    rated_story.rated("spring", "2026-04-02", (9, 0, 0, 0, 0))
    return rated_story


def part(story, method):
    task = PartTask(
        dsn="",
        partnership_id=story.partition_id,
        group=ReviewGroup.COHORT,
        position=story.head,
        recorded_at=story.records[-1].recorded_at,
        months=MONTHS,
        method=method_document(method),
        outcomes=(),
    )
    return part_of(story.records, task, method)


def test_each_reading_by_the_last_month_is_a_row_as_its_own_list_has_it(story):
    readings = part(story, METHOD).readings
    rows = expressed_rows(story.at("2026-03-31"), METHOD, METHOD.survey_rules)
    assert [str(row.on) for row in readings] == ["2025-06-30", "2026-01-15"]
    for name in ("on", "raters", "mean", "standing", "level", "level_variance", "question", "about_id"):
        assert [getattr(row, name) for row in readings] == [getattr(row, name) for row in rows]


def test_what_no_source_would_note_is_counted_at_the_end_of_each_month(story):
    rows = part(story, METHOD).left_out
    counts = [(str(row.as_of), row.kind.value, row.owed_to.value, row.left_out, row.of) for row in rows]
    assert counts == [
        ("2026-01-31", "notes", "residents", 1, 1),
        ("2026-02-28", "notes", "residents", 1, 1),  # the notes of the second are not due yet
        ("2026-03-31", "notes", "residents", 2, 2),
    ]


def test_an_extract_by_a_method_that_came_before_has_the_tables_it_had(story):
    before = part(story, folkmoot_2026())
    assert (before.readings, before.left_out) == ((), ())
    names = [table.name for table in TABLES]
    assert [table.name for table in tables_by(METHOD)] == names
    assert [table.name for table in tables_by(folkmoot_2026())] == [
        name for name in names if name not in {"readings", "left_out"}
    ]
