"""How the code is worded: names that are no nouns, docstrings that begin with a riddle, waivers without a reason."""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from typing import Final

from scripts.house.source import SourceFile

RIDDLES: Final = frozenset({"Give", "Gives", "Tell", "Tells", "Say", "Says", "What", "Whoever", "Whether"})
PARTICIPLES: Final = frozenset(
    """
    added asked awaited begun brought called chosen come counted decided done drawn ended entrusted fetched followed
    found given gone got grown heard held kept known laid left made meant met missed moved named needed paid parsed
    passed reached said seen sent settled shown spent stated stood taken thought told tried understood
    used wanted written
    """.split()  # noqa: SIM905 - a list of words is read more easily as text
)
_NO_FILE_NAMES: Final = PARTICIPLES | set(
    """
    about above across after again against along among apart around aside away before behind below beside between
    beyond during from into never off once onto out over since through together toward under until upon with within
    without contested declared derived destroyed expressed recorded reported stored
    """.split()  # noqa: SIM905 - the same
)
# File names that end in "ing" and are things of the field all the same.
_THINGS_IN_ING: Final = frozenset({"funding", "mapping", "paging", "sealing", "setting", "spending", "tracking"})
_COMPREHENSION: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WAIVER: Final = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
# mypy wants a comment of its own after its waiver; ruff's go on after a dash.
_WITH_REASON: Final = re.compile(r"#\s*(?:noqa:?[^#]*\s-\s+\S|type:\s*ignore\[[^]]*\]\s*(?:#|\s-)\s*\S)")


def is_no_noun(file: SourceFile) -> bool:
    """A file is named by a bare gerund, preposition, adverb or participle."""
    stem = file.file_name.removesuffix(".py").strip("_")
    return stem in _NO_FILE_NAMES or (stem.endswith("ing") and "_" not in stem and stem not in _THINGS_IN_ING)


def riddles(file: SourceFile) -> Iterator[str]:
    """The docstrings that begin with a word which says neither what a thing is nor what it does."""
    for node in file.nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text and text.split()[0].strip(",:;") in RIDDLES:
                yield file.place(node.body[0].lineno, text.splitlines()[0])


def each_bound(file: SourceFile) -> Iterator[str]:
    """The places that bind `each` outside a comprehension of one line."""
    in_a_line = {
        id(target)
        for node in file.nodes
        if isinstance(node, _COMPREHENSION) and node.lineno == node.end_lineno
        for generator in node.generators
        for target in ast.walk(generator.target)
    }
    return _bindings(file, {"each"}, in_a_line)


def participles_bound(file: SourceFile) -> Iterator[str]:
    """The places that bind a bare participle: by assigning, in a `for`, a `with`, a comprehension, as a parameter.

    Fields of classes are left out, because what is stored keeps its name, and so are imports.
    """
    fields = {
        id(statement.target)
        for node in file.nodes
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    return _bindings(file, PARTICIPLES, fields)


def unexplained_waivers(file: SourceFile) -> Iterator[str]:
    """The comments that waive a check and give no reason on their line."""
    if _WAIVER.search(file.text):
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
            if (
                token.type == tokenize.COMMENT
                and _WAIVER.search(token.string)
                and not _WITH_REASON.search(token.string)
            ):
                yield file.place(token.start[0], token.string)


def _bindings(file: SourceFile, names: Collection[str], without: set[int]) -> Iterator[str]:
    for node in file.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in without:
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name in names:
            yield file.place(node.lineno, f"{name}: {file.lines[node.lineno - 1].strip()}")
