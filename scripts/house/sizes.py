"""How long files and functions are, and which waivers of a check state no reason."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from typing import Final

from scripts.house.source import CodePlace, SourceFile

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60
_WAIVER: Final = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
# mypy wants a comment of its own after its waiver; ruff's go on after a dash.
_WITH_REASON: Final = re.compile(r"#\s*(?:noqa:?[^#]*\s-\s+\S|type:\s*ignore\[[^]]*\]\s*(?:#|\s-)\s*\S)")


def files_by_length(files: Iterable[SourceFile]) -> list[tuple[int, CodePlace]]:
    """The length of each file in lines, longest first."""
    lengths = [(len(file.lines), file.place(1, f"{len(file.lines)} lines")) for file in files]
    return sorted(lengths, key=lambda length: (-length[0], length[1].path))


def functions_by_length(files: Iterable[SourceFile]) -> list[tuple[int, CodePlace]]:
    """The length of each function in lines, without its decorators, longest first."""
    lengths = [
        (lines, file.place(node.lineno, f"{node.name} has {lines} lines"))
        for file in files
        for node in file.functions
        for lines in [(node.end_lineno or node.lineno) - node.lineno + 1]
    ]
    return sorted(lengths, key=lambda length: (-length[0], length[1].path, length[1].line))


def without_docstring(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The modules that do not say why they exist."""
    return [file.place(1, "no docstring") for file in files if not ast.get_docstring(file.tree)]


def unexplained_waivers(files: Iterable[SourceFile]) -> list[CodePlace]:
    """The comments that waive a check and give no reason on their line."""
    return [
        file.place(token.start[0], token.string)
        for file in files
        if _WAIVER.search(file.text)
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline)
        if token.type == tokenize.COMMENT and _WAIVER.search(token.string) and not _WITH_REASON.search(token.string)
    ]
