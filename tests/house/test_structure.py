"""The house is kept small: no file and no function grows past what one can read in a sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("domain", "projections", "api", "scripts", "tests")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
LONGEST_FILE = 500
LONGEST_FUNCTION = 69

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@each_file
def test_a_file_stays_within_its_hard_cap(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@each_file
def test_a_function_stays_within_its_hard_cap(path):
    tree = ast.parse(path.read_bytes())
    too_long = [f.name for f in functions(tree) if f.end_lineno - f.lineno + 1 > LONGEST_FUNCTION]
    assert too_long == []


@each_file
def test_a_module_says_why_it_exists(path):
    assert ast.get_docstring(ast.parse(path.read_bytes()))


def test_every_folder_of_the_house_is_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(FOLDERS)
