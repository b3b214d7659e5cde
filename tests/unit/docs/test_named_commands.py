"""Every command that a page names exists, and stands in a block that is pasted."""

import re

import pytest

from scripts.cli import COMMANDS
from tests.support.doc_pages import BLOCK, pages


def test_commands_stand_in_blocks_that_are_pasted():
    ours = re.compile(r"^(\.venv/bin/)?(folkmoot|scripts/\w+|curl) [^|]*$", re.MULTILINE)
    for page in pages():
        for language, text in BLOCK.findall(page.read_text()):
            is_synopsis = "[--" in text
            assert language == "sh" or is_synopsis or not ours.search(text), (page, text)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    names = set(re.findall(r"`(?:\.venv/bin/)?folkmoot ([a-z][a-z-]*)", page.read_text()))
    assert names <= set(COMMANDS)
