"""How the code is worded: names that recur, names that are no nouns, docstrings that begin with a riddle."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from scripts.house.source import CodePlace, SourceFile

RIDDLES: Final = frozenset({"Give", "Gives", "Tell", "Tells", "Say", "Says", "What", "Whoever", "Whether"})
PARTICIPLES: Final = frozenset(
    """
    added asked awaited begun brought called chosen come counted decided done drawn ended entrusted fetched followed
    found given gone got grown heard held kept known laid left made meant met missed moved named needed paid parsed
    passed reached said seen sent settled shown spent stated stood taken thought told tried understood
    used wanted written
    """.split()  # noqa: SIM905 - a list of words is read more easily as text
)
# File names that end in "ing" and are things of the field all the same.
_THINGS_IN_ING: Final = frozenset({"funding", "mapping", "paging", "sealing", "spending", "tracking"})
_NO_NOUNS: Final = frozenset(
    """
    about above across after again against along among apart around aside away before behind below beside between
    beyond during from into never off once onto out over since through together toward under until upon with within
    without
    """.split()  # noqa: SIM905 - the same
)
_PARTICIPLES_AS_FILES: Final = frozenset(
    {"contested", "declared", "derived", "destroyed", "expressed", "recorded", "reported", "stored"}
)
_SHARED_BY_DESIGN: Final = frozenset({"__init__.py", "__main__.py", "conftest.py"})
_COMPREHENSION: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def recurring_classes(files: Iterable[SourceFile]) -> dict[str, list[CodePlace]]:
    """The places of each class name that several classes have; a class that a function makes for itself is left out."""
    places: dict[str, list[CodePlace]] = defaultdict(list)
    for file in files:
        for node in file.classes:
            places[node.name].append(file.place(node.lineno, f"class {node.name}"))
    return _several(places)


def recurring_file_names(files: Iterable[SourceFile]) -> dict[str, list[CodePlace]]:
    """The places of each file name that several files have."""
    places: dict[str, list[CodePlace]] = defaultdict(list)
    for file in files:
        if file.file_name not in _SHARED_BY_DESIGN:
            places[file.file_name].append(file.place(1, file.file_name))
    return _several(places)


def modules_without_a_noun(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The files named by a bare gerund, preposition, adverb or participle."""
    return [
        file.place(1, file.file_name) for file in files if _is_no_noun(file.file_name.removesuffix(".py").strip("_"))
    ]


def riddles(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The docstrings that begin with a word which says neither what a thing is nor what it does."""
    return [
        file.place(_line(node), text.splitlines()[0])
        for file in files
        for node in file.nodes
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (text := ast.get_docstring(node))
        and text.split()[0].strip(",:;") in RIDDLES
    ]


def each_bound(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The places that bind `each` outside a comprehension of one line."""
    return [
        place for file in files for place in _bindings(file, {"each"}, {id(node) for node in _named_in_a_line(file)})
    ]


def participles_bound(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The places that bind a bare participle: by assigning, in a `for`, a `with`, a comprehension, as a parameter.

    Fields of classes are left out, because what is stored keeps its name, and so are imports.
    """
    return [place for file in files for place in _bindings(file, PARTICIPLES, _fields(file))]


def _several(places: dict[str, list[CodePlace]]) -> dict[str, list[CodePlace]]:
    return {name: places[name] for name in sorted(places) if len(places[name]) > 1}


def _is_no_noun(stem: str) -> bool:
    if stem in _NO_NOUNS | _PARTICIPLES_AS_FILES | PARTICIPLES:
        return True
    return stem.endswith("ing") and "_" not in stem and stem not in _THINGS_IN_ING


def _line(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return node.body[0].lineno


def _bindings(file: SourceFile, names: Iterable[str], without: set[int]) -> Iterator[CodePlace]:
    for node in file.nodes:
        if id(node) in without:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in names:
            yield file.place(node.lineno, f"{node.id}: {file.lines[node.lineno - 1].strip()}")
        elif isinstance(node, ast.arg) and node.arg in names:
            yield file.place(node.lineno, f"{node.arg}: {file.lines[node.lineno - 1].strip()}")


def _named_in_a_line(file: SourceFile) -> Iterator[ast.AST]:
    """The targets of comprehensions that stand on one line."""
    for node in file.nodes:
        if isinstance(node, _COMPREHENSION) and node.lineno == node.end_lineno:
            for generator in node.generators:
                yield from ast.walk(generator.target)


def _fields(file: SourceFile) -> set[int]:
    """The nodes that name a class's fields."""
    return {
        id(statement.target)
        for node in file.nodes
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
