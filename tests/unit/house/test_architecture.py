"""The page about the house leads to files and names that are there."""

import ast
import re

import pytest

from domain.checkout import ROOT

PAGE = ROOT / "docs" / "explanation" / "architecture.md"
LINKS = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text("utf-8"))
STEPS = re.findall(r"^\| \d+ \| \[[^]]+\]\(\.\./\.\./([^)]+)\) \| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)


def names_in(file):
    """The functions and classes of a module, and the methods of its classes."""
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name}.{method.name}" for method in node.body if hasattr(method, "name"))


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_every_link_leads_somewhere(link):
    assert (PAGE.parent / link).exists()


@pytest.mark.parametrize(("file", "name"), STEPS)
def test_every_step_of_a_walk_is_there(file, name):
    assert name in names_in(ROOT / file)


def test_both_walks_are_read():
    assert len(STEPS) > 20
