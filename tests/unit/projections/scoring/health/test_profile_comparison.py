"""Two dates compared: only on what there is enough to say of at both, each combined of the same dimensions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.method.method import Dimension
from projections.scoring.formulas.composite import comparable
from projections.scoring.health.measure import HEADLINE, Missing, absent, ranged
from projections.scoring.health.profile_comparison import compare_profiles
from tests.support.trust_figures import method

RELIABILITY, VOICE, RHYTHM = Dimension.RELIABILITY, Dimension.VOICE, Dimension.RHYTHM
WEIGHTS = {str(RELIABILITY): 1.0, str(VOICE): 1.0, str(RHYTHM): 2.0}
readings = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.floats(0, 1))


def profile(**values):
    """Headlines by name, each said on much; None is not recorded."""
    return [
        absent(Dimension[name.upper()], HEADLINE, Missing.NOT_RECORDED)
        if value is None
        else ranged(Dimension[name.upper()], HEADLINE, value, (value - 0.1, value + 0.1), n=50)
        for name, value in values.items()
    ]


def test_what_is_known_at_one_date_only_is_named_and_not_compared():
    before, after = profile(reliability=0.9, voice=0.4, rhythm=None), profile(reliability=0.4, voice=None, rhythm=0.3)
    comparison = compare_profiles(before, after, method(), WEIGHTS)
    assert (comparison.compared, comparison.left_out) == ((RELIABILITY,), (VOICE, RHYTHM))
    assert [each.change for each in comparison.headlines] == [pytest.approx(-0.5), None, None]
    # As one number the two dates rest on reliability alone; with the others it would fall from .6 to .35.
    assert comparison.composite.dimensions == (RELIABILITY,)
    assert comparison.composite.before.value == pytest.approx(0.9)
    assert comparison.composite.after.value == pytest.approx(0.4)
    assert comparison.composite.change == pytest.approx(-0.5)


def test_the_number_of_each_date_is_the_weighted_geometric_mean_with_a_range():
    before, after = profile(reliability=0.9, voice=0.4, rhythm=0.6), profile(reliability=0.4, voice=0.9, rhythm=0.6)
    composite = compare_profiles(before, after, method(), WEIGHTS).composite
    assert composite.before.value == pytest.approx(0.6)  # the root of .9 x .4 is .6 too
    assert composite.change == pytest.approx(0)
    assert composite.before.low < composite.before.value < composite.before.high


def test_without_weights_or_anything_compared_there_is_no_number():
    before, after = profile(reliability=0.9, voice=None), profile(reliability=None, voice=0.9)
    assert compare_profiles(before, before, method()).composite is None
    assert compare_profiles(before, after, method(), WEIGHTS).composite is None
    assert compare_profiles(before, before, method(), {"voice": 1.0}).composite is None


@given(readings, readings)
def test_what_is_compared_has_a_value_in_both_and_nothing_that_has_is_left_out(earlier, later):
    pairs = comparable(earlier, later)
    assert pairs.keys() == {key for key in earlier.keys() & later.keys() if None not in (earlier[key], later[key])}
    assert all(pair == (earlier[key], later[key]) for key, pair in pairs.items())
    assert comparable(later, earlier) == {key: pair[::-1] for key, pair in pairs.items()}
