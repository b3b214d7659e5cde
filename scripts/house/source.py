"""The Python files of a checkout, each parsed once.

A *room* is a folder with Python files; the modules that lie in a room beside its sub-rooms are its *loose* modules.
An `__init__.py` belongs to the room whose folder it opens.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

PRODUCT: Final = ("domain", "projections", "api", "scripts")
TESTS: Final = "tests"


@dataclass(frozen=True)
class CodePlace:
    """A line of the code that a measure counts, and what is to be seen there."""

    path: str
    line: int
    detail: str

    def __str__(self) -> str:
        """As editors and compilers write it, so that a terminal links to it."""
        return f"{self.path}:{self.line}: {self.detail}"


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One parsed Python file."""

    path: str
    name: str
    is_package: bool
    text: str = field(repr=False)
    tree: ast.Module = field(repr=False)

    @property
    def room(self) -> str:
        """The dotted name of the folder that holds the file."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @property
    def is_test(self) -> bool:
        """The file stands under `tests`."""
        return self.name.partition(".")[0] == TESTS

    @property
    def file_name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file, without their ends."""
        return self.text.splitlines()

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the syntax tree."""
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        return [node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """Every class but those that a function makes for itself."""
        return list(_classes(self.tree))

    def place(self, line: int, detail: str) -> CodePlace:
        """A line of this file."""
        return CodePlace(self.path, line, detail)


def _classes(scope: ast.AST) -> Iterator[ast.ClassDef]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.ClassDef):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _classes(node)


@dataclass(frozen=True)
class SourceTree:
    """The Python files of a checkout, in order of path."""

    files: tuple[SourceFile, ...] = field(repr=False)

    @classmethod
    def read(cls, root: Path) -> "SourceTree":
        """Parse every Python file of the product and its tests below a checkout's root."""
        paths = [path for top in (*PRODUCT, TESTS) for path in sorted((root / top).rglob("*.py"))]
        return cls(tuple(_parsed(path, root) for path in paths))

    @cached_property
    def product(self) -> tuple[SourceFile, ...]:
        """All but the tests."""
        return tuple(file for file in self.files if not file.is_test)

    @cached_property
    def tests(self) -> tuple[SourceFile, ...]:
        """The tests and their helpers."""
        return tuple(file for file in self.files if file.is_test)


def _parsed(path: Path, root: Path) -> SourceFile:
    relative = path.relative_to(root)
    is_package = path.name == "__init__.py"
    parts = relative.parent.parts if is_package else relative.with_suffix("").parts
    text = path.read_text("utf-8")
    return SourceFile(relative.as_posix(), ".".join(parts), is_package, text, ast.parse(text, relative.as_posix()))
