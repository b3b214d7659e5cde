"""A duration as operators write it."""

from argparse import ArgumentTypeError

import pytest

from scripts.support import rebuild_run


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("1.5h", 5400)])
def test_a_duration_is_given_in_seconds_minutes_or_hours(text, seconds):
    assert rebuild_run._duration(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "-1", "-1m", "1d", "1 h", "nan", "inf", "1e999h"])
def test_what_is_no_duration_is_refused_with_what_is(text):
    with pytest.raises(ArgumentTypeError, match="such as 90s, 15m or 2h"):
        rebuild_run._duration(text)
