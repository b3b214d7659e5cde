"""Sparkline, spread and range bar: small pictures that say no more than what their figures bear."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.pictures.dot_spread import SpreadDot, counts_by_part, spread
from api.pages.pictures.figure_words import figure_in_words, word_for_range
from api.pages.pictures.range_bar import ScaleEnds, range_bar
from api.pages.pictures.sparkline import QuarterPoint, sparkline
from api.pages.pictures.svg import WIDE, area, corner, element, trace, without_quotes

SHARES = st.floats(0, 1)


def drawn(markup):
    return ET.fromstring(markup)  # noqa: S314 - what was drawn here


def of_class(picture, name):
    return [part for part in picture.iter() if name in part.get("class", "").split()]


def test_what_stands_in_a_picture_is_escaped():
    assert element("text", "<b>", title='"&') == '<text title="&#34;&amp;">&lt;b&gt;</text>'


def test_no_picture_carries_a_style_attribute():
    pictures = [
        sparkline([QuarterPoint("2026 Q1", 0.5, 0.3, 0.7), QuarterPoint("2026 Q2")]),
        range_bar(0.3, 0.1, 0.6),
        spread("Promises kept", [SpreadDot("Harrowfold", 0.3)], 24),
    ]
    assert not any("style=" in picture for picture in pictures)


def test_all_stands_above_half_and_half_above_none():
    assert [corner(0.5, value) for value in (1, 0.5, 0)] == [(500, 0), (500, 100), (500, 200)]


def test_a_line_leaves_out_moves_that_change_nothing():
    assert trace([(0, 5), (0, 5), (10, 5), (10, 9), (12, 8)]) == "M0 5h10v4l2-1"


def test_a_line_leaves_out_corners_on_a_straight_way_and_none_of_a_step():
    assert trace([(0, 0), (10, 4), (20, 9), (30, 12)]) == "M0 0l30 12"
    assert trace([(0, 0), (10, 0), (10, 8), (20, 8)]) == "M0 0h10v8h10"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 200)), min_size=1, max_size=30))
def test_what_a_line_leaves_out_nobody_would_see(corners):
    corners = sorted(corners, key=lambda one: one[0])
    path = re.findall(r"([Mhvl])(-?\d+)(?: ?(-?\d+))?", trace(corners))
    (x, y), drawn_corners = (0, 0), []
    for move, first, second in path:
        dx, dy = {"h": (int(first), 0), "v": (0, int(first))}.get(move) or (int(first), int(second))
        x, y = x + dx, y + dy
        drawn_corners.append((x, y))
    assert set(drawn_corners) <= set(corners)
    assert (drawn_corners[0], drawn_corners[-1]) == (corners[0], corners[-1])
    for at, height in corners:
        sides = list(pairwise(drawn_corners)) or [(corners[0], corners[0])]
        assert min(distance(at, height, *side) for side in sides) <= 1


def distance(x, y, start, end):
    """How far up or down a place lies from a straight line over it; far off where the line is elsewhere."""
    if not start[0] <= x <= end[0]:
        return 999
    if start[0] == end[0]:
        low, high = sorted((start[1], end[1]))
        return max(low - y, y - high, 0)
    return abs(start[1] + (end[1] - start[1]) * (x - start[0]) / (end[0] - start[0]) - y)


def test_an_area_goes_along_above_and_back_below():
    assert area([(0, 1), (4, 1)], [(0, 9), (4, 9)]) == "M0 1h4v8h-4z"


def test_a_sparkline_breaks_where_there_was_not_enough_to_say():
    points = [
        QuarterPoint("2026 Q1", 0.5, 0.3, 0.7),
        QuarterPoint("2026 Q2", 0.6, 0.3, 0.9),
        QuarterPoint("2026 Q3"),
        QuarterPoint("2026 Q4", 0.4, 0.3, 0.9),
    ]
    assert len(of_class(drawn(sparkline(points)), "line")) == 2


def test_a_sparkline_ends_in_a_dot_only_when_the_last_quarter_says_something():
    point = QuarterPoint("2026 Q1", 0.5, 0.3, 0.7)
    assert len(of_class(drawn(sparkline([QuarterPoint("2025 Q4"), point])), "end")) == 1
    assert of_class(drawn(sparkline([point, QuarterPoint("2026 Q2")])), "end") == []


def test_a_sparkline_names_its_first_and_last_figure_and_counts_its_gaps():
    points = [QuarterPoint("2026 Q1", 0.5, 0.3, 0.7), QuarterPoint("2026 Q2"), QuarterPoint("2026 Q3", 0.4, 0.2, 0.6)]
    assert drawn(sparkline(points, "Promises kept")).get("aria-label") == (
        "Promises kept: 50 in 100, likely range 30 to 70 in 2026 Q1, 40 in 100, likely range 20 to 60 in 2026 Q3; "
        "not enough to say in 1 of 3 quarters"
    )


def test_a_sparkline_of_nothing_says_so():
    assert "not enough to say in any quarter" in drawn(sparkline([QuarterPoint("2026 Q1")])).get("aria-label")
    assert of_class(drawn(sparkline([])), "line") == []


@given(st.lists(st.none() | st.tuples(SHARES, SHARES, SHARES), max_size=20))
def test_a_sparkline_stays_on_its_plot(rows):
    points = [QuarterPoint(str(i), *sorted_row(row)) if row else QuarterPoint(str(i)) for i, row in enumerate(rows)]
    for line in of_class(drawn(sparkline(points)), "line"):
        start = line.get("d")[1:].replace("h", " ").replace("v", " ").replace("l", " ").split()[0]
        assert 0 <= int(start) <= WIDE


def sorted_row(row):
    low, value, high = sorted(row)
    return value, low, high


def test_a_range_bar_without_width_is_a_tick_alone():
    assert of_class(drawn(range_bar(1, 1, 1)), "bar") == []
    assert len(of_class(drawn(range_bar(1, 1, 1)), "dot")) == 1


def test_a_range_bar_begins_and_ends_with_the_likely_range():
    (bar,) = of_class(drawn(range_bar(0.29, 0.15, 0.45)), "bar")
    assert (bar.get("x"), bar.get("width")) == ("15%", "30%")


def test_a_range_bar_of_only_some_to_go_on_is_pale():
    assert len(of_class(drawn(range_bar(0.46, 0.18, 0.75, is_some=True)), "some")) == 1


def test_the_ends_of_a_scale_are_named():
    names = [part.text for part in drawn(range_bar(0.3, 0.1, 0.6, ScaleEnds("bad", None, "good"))).iter() if part.text]
    assert names == ["bad", "good"]


def test_a_spread_draws_a_dot_a_partnership_and_stacks_those_that_stand_alike():
    picture = drawn(spread("Promises kept", [SpreadDot("a", 0.5), SpreadDot("b", 0.5), SpreadDot("c", 0.9)], 24))
    places = [(dot.get("cx"), dot.get("cy")) for dot in of_class(picture, "one")]
    assert places == [("50%", "36"), ("50%", "29"), ("90%", "36")]


def test_a_stack_too_high_to_be_drawn_says_how_many_it_holds():
    picture = drawn(spread("Meetings held", [SpreadDot(str(n), 1.0) for n in range(17)], 24))
    assert "17 here" in [part.text for part in picture.iter()]
    assert of_class(picture, "one") == []


def test_a_spread_says_in_words_how_many_have_enough_and_where_they_stand():
    (title, *_) = drawn(spread("Asks answered", [SpreadDot("a", 0.14), SpreadDot("b", 0.28)], 24))
    assert title.text == (
        "Asks answered: 2 of 24 partnerships have enough to say, from 14 to 28 in 100; "
        "1 at up to 24 in 100, 1 at 25 to 49"
    )


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.01, 0.21, "under a quarter"),
        (0.15, 0.45, "under half"),
        (0.59, 1.0, "over half"),
        (0.82, 0.96, "over three quarters"),
        (0.18, 0.75, "could be either side of half"),
        (0.5, 0.9, "could be either side of half"),
        (0.25, 0.25, "under half"),
    ],
)
def test_the_word_is_named_by_the_whole_likely_range(low, high, word):
    assert word_for_range(low, high) == word


@given(SHARES, SHARES)
def test_a_word_never_says_more_than_both_ends_bear(one, other):
    low, high = sorted((one, other))
    word = word_for_range(low, high)
    if word.startswith("under"):
        assert high < 0.5
    elif word.startswith("over"):
        assert low > 0.5
    else:
        assert low <= 0.5 <= high


def test_a_figure_is_said_with_its_range_and_what_was_counted_without():
    assert figure_in_words(QuarterPoint("", 0.46, 0.18, 0.75)) == "46 in 100, likely range 18 to 75"
    assert figure_in_words(QuarterPoint("", 1.0, 1.0, 1.0)) == "100 in 100"


def test_a_spread_is_counted_by_the_parts_of_its_scale():
    dots = [SpreadDot(str(value), value) for value in (0.0, 0.24, 0.25, 0.5, 0.74, 0.99, 1.0)]
    assert counts_by_part(dots) == [2, 1, 2, 2]


def test_quotes_are_left_out_where_html_needs_none_and_nowhere_else():
    link = element(
        "a", element("use", href="#m", y=4), "say “x” = 5", class_="ev", href="/r/1", aria_label="Kept: a, b"
    )
    assert without_quotes(link) == '<a class=ev href=/r/1 aria-label="Kept: a, b"><use href=#m y="4"/>say “x” = 5</a>'
    hostile = element("text", '="harmless" ', title='="x" onload="y" ')
    assert without_quotes(hostile) == hostile
