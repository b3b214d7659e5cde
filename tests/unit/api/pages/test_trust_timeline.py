"""The trust timeline: a picture that says no more than its figures bear, and the table that says the same."""

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.ground.in_words import day_in_words
from api.pages.pictures.definitions import definitions
from api.pages.pictures.svg import HIGH, WIDE, corner
from api.pages.pictures.timeline_parts import (
    Grade,
    TimelineMark,
    TimelineReading,
    TimelineTurn,
    TrustTimeline,
    runs,
)
from api.pages.pictures.timeline_picture import run_corners, trust_timeline
from api.pages.pictures.timeline_table import figure_afterwards, timeline_table
from projections.scoring.trust.marks import MarkKind

BEGINS, ENDS = date(2021, 1, 1), date(2026, 11, 27)
LANES = {kind: kind.value.replace("-", " ") for kind in MarkKind}


def reading(on, value=0.6, grade=Grade.ENOUGH, *, is_step=True, width=0.1):
    if grade is Grade.NOT_ENOUGH:
        return TimelineReading(on=on, value=None, low=None, high=None, grade=grade, is_step=is_step)
    low, high = max(0, value - width), min(1, value + width)
    return TimelineReading(on=on, value=value, low=low, high=high, grade=grade, is_step=is_step)


def mark(kind=MarkKind.KEPT, on=date(2023, 4, 14), what="Kept: open the old library", due_on=None):
    return TimelineMark(kind=kind, on=on, due_on=due_on, what=what, address=f"/records/{what[:9]}")


def timeline(readings=(), marks=(), turns=()):
    return TrustTimeline(
        key="abc",
        body="Police",
        title="Police: promises to residents, 2021 to 2026",
        summary="On 27 November 2026 not enough to say.",
        begins=BEGINS,
        ends=ENDS,
        readings=readings,
        marks=marks,
        turns=turns,
        lanes=LANES,
    )


def drawn(*args, **more):
    return ET.fromstring(trust_timeline(timeline(*args), **more))  # noqa: S314 - what was drawn here


def of_class(picture, name):
    return [part for part in picture.iter() if name in part.get("class", "").split()]


def texts(picture):
    return ["".join(part.itertext()) for part in picture.iter("text")]


def test_enough_is_a_solid_line_with_a_full_band_that_ends_in_a_dot():
    picture = drawn([reading(date(2022, 1, 1)), reading(ENDS, is_step=False)])
    assert [part.get("class") for part in of_class(picture, "line")] == ["line"]
    assert [part.get("class") for part in of_class(picture, "band")] == ["band"]
    assert len(of_class(picture, "end")) == 1


def test_less_certain_is_dashed_and_pale_and_is_named_once_in_a_long_run():
    picture = drawn([reading(date(2022, 1, 1)), reading(date(2024, 1, 1), grade=Grade.LESS_CERTAIN)])
    assert [part.get("class") for part in of_class(picture, "line")] == ["line", "line less"]
    assert [part.get("class") for part in of_class(picture, "band")] == ["band", "band pale"]
    assert texts(picture).count("less certain") == 1


def test_some_to_go_on_is_dotted_and_pale():
    picture = drawn([reading(date(2022, 1, 1), grade=Grade.SOME)])
    assert [part.get("class") for part in of_class(picture, "line")] == ["line some"]


def test_where_there_is_not_enough_no_line_is_drawn_but_hatching():
    picture = drawn([reading(date(2022, 1, 1)), reading(date(2024, 1, 1), grade=Grade.NOT_ENOUGH)])
    hatched = [part for part in picture.iter("rect") if part.get("fill") == "url(#hatch)"]
    assert len(of_class(picture, "line")) == 1
    assert len(hatched) == 2  # before the first figure, and after the last
    assert of_class(picture, "end") == []
    assert "not enough" in texts(picture)


def test_what_was_never_shown_is_a_short_strip_with_its_marks():
    picture = drawn([], [mark()])
    assert "not enough to say yet" in texts(picture)
    assert of_class(picture, "line") == []
    assert len(of_class(picture, "ev")) == 1
    assert int(picture.get("height")) < int(drawn([reading(date(2022, 1, 1))], [mark()]).get("height"))


def test_nothing_recorded_says_since_when():
    assert "nothing recorded since 2021" in texts(drawn())


def test_a_short_run_of_enough_amid_less_certain_joins_it():
    days = [date(2022, 1, 1), date(2023, 1, 1), date(2023, 2, 1)]
    grades = [Grade.LESS_CERTAIN, Grade.ENOUGH, Grade.LESS_CERTAIN]
    short = timeline([reading(day, grade=grade) for day, grade in zip(days, grades, strict=True)])
    assert [run.grade for run in runs(short)] == [Grade.NOT_ENOUGH, Grade.LESS_CERTAIN]
    days[2] = date(2023, 6, 1)
    longer = timeline([reading(day, grade=grade) for day, grade in zip(days, grades, strict=True)])
    assert [run.grade for run in runs(longer)][1:] == grades


def test_a_mark_names_itself_and_leads_to_its_record():
    what = "Kept: open the old library for the youth club on Fridays"
    (link,) = of_class(drawn([], [mark(what=what)]), "ev")
    assert link.get("aria-label") == f"{what}, 14 April 2023"
    assert link.get("href") == "/records/Kept: ope"
    (label,) = [part.text for part in link.iter("text")]
    assert len(label) <= 51
    assert label.endswith("…")


def test_a_late_mark_trails_from_due_to_done():
    (trail,) = of_class(drawn([], [mark(MarkKind.LATE, due_on=date(2023, 1, 1))]), "trail")
    due, done_at = (float(trail.get(side).rstrip("%")) for side in ("x1", "x2"))
    assert due < done_at


def test_lanes_are_named_with_their_counts_and_empty_ones_are_left_out():
    picture = drawn([], [mark(), mark(on=date(2024, 1, 1)), mark(MarkKind.OVERDUE, what="Overdue: a")])
    assert [text for text in texts(picture) if text in ("kept 2", "overdue 1")] == ["kept 2", "overdue 1"]
    assert not any(text.startswith("late") for text in texts(picture))


def test_over_sixty_marks_in_a_lane_become_counts_by_year():
    marks = [mark(on=date(2022, 1, 1) + timedelta(days=number), what=f"Kept: {number}") for number in range(61)]
    picture = drawn([], marks)
    assert of_class(picture, "ev") == []
    assert "61" in texts(picture)


def test_changes_are_dashed_and_named_and_no_more_than_the_last_three():
    turns = [TimelineTurn(on=date(year, 5, 1), name=f"change {year}") for year in range(2022, 2026)]
    picture = drawn([reading(date(2022, 1, 1))], [], turns)
    assert len(of_class(picture, "when")) == 3
    assert "change 2022" not in texts(picture)


def test_the_likely_range_is_named_where_there_is_room_above_it():
    low = [reading(date(2021, 1, 1), 0.2), reading(ENDS, 0.2, is_step=False)]
    assert "likely range" in texts(drawn(low, names_band=True))
    assert "likely range" not in texts(drawn(low))
    assert "likely range" not in texts(drawn([reading(date(2021, 1, 1), 0.95)], names_band=True))


def test_a_picture_is_named_and_described_and_carries_no_style():
    picture = trust_timeline(timeline([reading(date(2022, 1, 1))], [mark()]))
    root = ET.fromstring(picture)  # noqa: S314 - what was drawn here
    assert root.get("role") == "group"
    ids = {part.get("id"): part.text for part in root.iter() if part.get("id")}
    assert [ids[name] for name in root.get("aria-labelledby").split()] == [timeline().title, timeline().summary]
    assert "style=" not in picture


def test_each_year_is_drawn_once_for_all_pictures_of_a_page():
    picture = ET.fromstring(definitions(BEGINS, ENDS))  # noqa: S314 - what was drawn here
    assert texts(picture) == ["2021", "2022", "2023", "2024", "2025", "2026", "all", "half", "none"]
    assert [part.get("href") for part in drawn().iter("use")] == ["#years", "#year-names"]


@pytest.mark.parametrize("years", [1, 7, 8, 12, 40])
def test_of_many_years_so_many_are_named_that_their_names_stay_apart(years):
    picture = ET.fromstring(definitions(date(2026 - years, 1, 1), date(2026, 6, 1)))  # noqa: S314 - what was drawn here
    names = [int(text) for text in texts(picture) if text.isdecimal()]
    assert 1 <= len(names) <= 7
    assert len({later - earlier for earlier, later in pairwise(names)}) <= 1


def test_every_mark_has_its_shape():
    ids = {part.get("id") for part in ET.fromstring(definitions(BEGINS, ENDS)).iter()}  # noqa: S314 - what was drawn here
    assert {f"m-{kind}" for kind in MarkKind} < ids


DAYS = st.dates(BEGINS - timedelta(days=400), ENDS)
READINGS = st.lists(
    st.builds(reading, DAYS, st.floats(0, 1), st.sampled_from(Grade), is_step=st.booleans()),
    unique_by=lambda one: one.on,
    max_size=30,
).map(lambda readings: sorted(readings, key=lambda one: one.on))
MARKS = st.lists(
    st.builds(mark, st.sampled_from(MarkKind), DAYS, st.text("abc ", min_size=1, max_size=60).map(str.strip)),
    max_size=40,
)


@given(READINGS, MARKS)
def test_picture_and_table_hold_the_same_marks(readings, marks):
    own = timeline(readings, marks)
    picture = ET.fromstring(trust_timeline(own))  # noqa: S314 - what was drawn here
    table = ET.fromstring(timeline_table(own).replace("<br>", "<br/>"))  # noqa: S314 - what was written here
    in_picture = sorted((link.get("aria-label"), link.get("href")) for link in of_class(picture, "ev"))
    in_table = sorted(
        (f"{link.text or ''}, {row[0].text}", link.get("href"))
        for row in table.find("tbody")
        for link in row.iter("a")
        if link.get("href").startswith("/records/")
    )
    assert in_picture == in_table
    assert all(each.on >= BEGINS for lane in own.marks_by_lane.values() for each in lane)


@given(READINGS)
def test_every_step_of_the_table_is_a_corner_of_the_line(readings):
    own = timeline(readings)
    corners = {point for run in runs(own) for point in run_corners(own, run)[0]}
    rows = dict(re.findall(r"<tr><td>(.*?)</td><td>.*?</td><td>(.*?)</td></tr>", timeline_table(own)))
    for step in own.steps if own.is_ever_said else []:
        assert rows[day_in_words(step.on)] == figure_afterwards(step)
        if step.value is not None:
            assert corner(own.along(step.on), step.value) in corners


@given(READINGS)
def test_a_line_never_leaves_its_plot(readings):
    own = timeline(readings)
    for run in runs(own):
        for corners in run_corners(own, run):
            assert all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in corners)
