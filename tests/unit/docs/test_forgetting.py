"""The guide to the worker lists what is removed and when, as it is declared."""

import re

from api.jobs.forget_ended import KEPT_ROWS
from domain.checkout import ROOT


def test_the_guide_lists_what_is_removed_as_it_is_declared():
    guide = (ROOT / "docs" / "how-to" / "run-the-worker.md").read_text("utf-8")
    section = guide.partition("## What is removed, and when")[2]
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|$", section, re.MULTILINE)
    assert rows == [(kept.what, str(kept.days)) for kept in KEPT_ROWS]
