"""Stories are planted blindly."""

import ast

from domain.checkout import ROOT


def test_the_stories_know_nothing_of_scoring():
    folder = ROOT / "scripts" / "demonstration"
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in modules if name.startswith("projections")], file.name
