"""Stories are planted blindly."""

import ast

from domain.checkout import ROOT


def test_the_stories_know_nothing_of_scoring():
    folder = ROOT / "scripts" / "demonstration"
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in named if name.startswith("projections")], file.name
