"""The pages about adding an event, a projection and an early warning: put in as they say, what they print passes."""

import re
import shutil
import sys

import pytest

from tests.support.doc_pages import BLOCK, ROOT, blocks, paste

HOW_TO = ROOT / "docs" / "how-to"
PLACE = re.compile(
    r"at the end of `(?P<end>[^`]+)`"
    r"|new file `(?P<new>[^`]+)`"
    r"|(?P<how>[Bb]eneath|instead of)\s`(?P<line>[^`]+)`\sin\s`(?P<file>[^`]+)`"
)
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".hypothesis", ".pytest_cache", ".ruff_cache", "*.pyc.*", "*.json.*")
"""Files that a copy of the checkout does without. Compiled modules and the memory of mypy go along, once written."""


def steps(page):
    """The blocks of code of a page, each with the last place that the words before it name."""
    text, after = page.read_text(), 0
    for block in BLOCK.finditer(text):
        if block[1] != "sh":
            *_, place = PLACE.finditer(text, after, block.start())
            yield place, block[2]
        after = block.end()


def put(checkout, place, code):
    """Put code where a page says: into a new file, at an end, beneath or instead of the first line that says so."""
    path = checkout / (place["end"] or place["new"] or place["file"])
    if place["new"]:
        path.write_text(code)
    elif place["end"]:
        path.write_text(f"{path.read_text()}\n\n{code}")
    else:
        lines = path.read_text().splitlines(keepends=True)
        index = next(at for at, line in enumerate(lines) if place["line"] in line)
        lines[index if place["how"] == "instead of" else index + 1 : index + 1] = [code]
        path.write_text("".join(lines))


@pytest.mark.parametrize("name", ["add-an-event", "add-a-projection", "add-an-early-warning"])
def test_its_example_passes_as_printed(name, tmp_path):
    page, checkout = HOW_TO / f"{name}.md", tmp_path / "folkmoot"
    shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
    (checkout / ".venv").symlink_to(sys.prefix)
    for place, code in steps(page):
        put(checkout, place, code)
    outcome = paste(blocks(page), checkout, PYTHONPATH=str(checkout))
    assert outcome.failed == [], outcome.output + outcome.messages
    assert "passed" in outcome.output
