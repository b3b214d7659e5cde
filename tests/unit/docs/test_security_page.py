"""The page on what guards an installation: ten risks, each with tests that there are."""

import re

from domain.checkout import ROOT

PAGE = (ROOT / "docs" / "explanation" / "security.md").read_text("utf-8")
FILES = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}


def test_each_of_the_ten_risks_has_a_guard_and_a_test():
    rows = re.findall(r"^\| (API\d+) [^|]*\|([^|]+)\|([^|]+)\|$", PAGE, re.MULTILINE)
    assert [risk for risk, _, _ in rows] == [f"API{number}" for number in range(1, 11)]
    assert all("test_" in tests for _, _, tests in rows)


def test_every_test_that_the_page_names_is_there():
    named = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", PAGE)
    assert len(named) > 15
    for file, test in named:
        assert file in FILES, file
        assert not test or f"def {test}(" in FILES[file].read_text("utf-8"), (file, test)
