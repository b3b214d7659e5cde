"""Why a figure moved: bars that begin where the last ended, and printed parts that add up."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.partnership.printed_parts import in_tenths, parts_in_tenths, printed_part, printed_sum
from api.pages.pictures.waterfall import part_bar, total_bar, waterfall_scale

PARTS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=40)


@given(st.floats(0, 1), PARTS)
def test_printed_parts_add_up_to_the_printed_change(before, parts):
    after = before + sum(parts)
    printed = parts_in_tenths(parts, in_tenths(after) - in_tenths(before))
    assert in_tenths(before) + sum(printed) == in_tenths(after)


@given(st.floats(0, 1), PARTS)
def test_no_printed_part_is_a_tenth_away_from_what_it_is(before, parts):
    printed = parts_in_tenths(parts, in_tenths(before + sum(parts)) - in_tenths(before))
    assert all(abs(1_000 * part - tenths) <= 1 + 1e-6 for part, tenths in zip(parts, printed, strict=True))


def test_a_figure_is_printed_to_the_nearest_tenth():
    assert [in_tenths(figure) for figure in (0.07866, 0.07864, 0.0)] == [79, 79, 0]


def test_the_sum_is_written_out_with_its_signs():
    assert printed_sum(227, [-47, 4, -65, -40, 0], 79) == (
        "22.7 \N{MINUS SIGN} 4.7 + 0.4 \N{MINUS SIGN} 6.5 \N{MINUS SIGN} 4.0 = 7.9"
    )


@pytest.mark.parametrize(
    ("tenths", "words"), [(4, "+0.4"), (-47, "\N{MINUS SIGN}4.7"), (0, "under 0.1"), (-100, "\N{MINUS SIGN}10.0")]
)
def test_a_part_is_printed_with_its_sign_and_one_too_small_says_so(tenths, words):
    assert printed_part(tenths) == words


def test_a_scale_begins_at_nought_and_ends_at_a_tenth():
    assert (waterfall_scale([0.43, 0.08]).low, waterfall_scale([0.43, 0.08]).high) == (0.0, 0.5)
    assert waterfall_scale([0.1]).high == 0.1
    assert waterfall_scale([-0.03, 0.2]).low == -0.1


def test_a_bar_begins_where_the_last_one_ended():
    scale = waterfall_scale([0.5])
    first, second = (ET.fromstring(part_bar(*ends, scale)).find("rect") for ends in ((0.4, 0.3), (0.3, 0.35)))  # noqa: S314 - what was drawn here
    assert (first.get("class"), second.get("class")) == ("down", "up")
    assert (first.get("x"), second.get("x")) == ("60%", "60%")


def test_a_total_has_its_likely_range_behind_it():
    bars = list(ET.fromstring(total_bar(0.2, 0.1, 0.4, waterfall_scale([0.5]))).iter("rect"))  # noqa: S314 - what was drawn here
    assert [bar.get("class") for bar in bars] == ["rng", "total"]
    assert (bars[0].get("x"), bars[0].get("width")) == ("20%", "60%")
