"""The Python files of a checkout, each parsed once.

A room is a folder with Python files; an `__init__.py` belongs to the room whose folder it opens.
"""

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

PRODUCT: Final = ("domain", "projections", "api", "scripts")
TESTS: Final = "tests"


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One parsed Python file."""

    path: str
    name: str
    is_package: bool
    text: str = field(repr=False)

    @property
    def room(self) -> str:
        """The dotted name of the folder that holds the file."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def file_name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file, without their ends."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax tree."""
        return list(ast.walk(self.tree))

    def place(self, line: int, detail: str) -> str:
        """A line of this file as editors and compilers write it, so that a terminal links to it."""
        return f"{self.path}:{line}: {detail}"


class SourceTree:
    """The Python files of a checkout, in order of path: those of the product, and the tests with their helpers."""

    def __init__(self, root: Path) -> None:
        self.product = [file for top in PRODUCT for file in _files(root, top)]
        self.tests = _files(root, TESTS)
        self.files = [*self.product, *self.tests]


def _files(root: Path, top: str) -> list[SourceFile]:
    files = []
    for path in sorted((root / top).rglob("*.py")):
        relative, is_package = path.relative_to(root), path.name == "__init__.py"
        name = ".".join((relative.parent if is_package else relative.with_suffix("")).parts)
        files.append(SourceFile(relative.as_posix(), name, is_package, path.read_text("utf-8")))
    return files
