"""Every measure of the house, in the order in which they are printed."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from scripts.house import language
from scripts.house.import_graph import ImportGraph
from scripts.house.source import SourceFile, SourceTree

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 60
_WALK: Final = ("projections.views.trust", ("projections.history.history", "projections.history"))
_SHARED_BY_DESIGN: Final = frozenset({"__init__.py", "__main__.py", "conftest.py"})
_WORDINGS: Final[dict[str, tuple[str, Callable[[SourceFile], Iterator[str]]]]] = {
    "riddles": ("docstrings that begin with Give, Tell, Say, What, Whoever, Whether", language.riddles),
    "each": ("`each` bound outside a comprehension of one line", language.each_bound),
    "participles": ("bare participles bound as local names", language.participles_bound),
    "unexplained_waivers": ("`noqa` and `type: ignore` without a reason", language.unexplained_waivers),
}


class HouseMeasure(NamedTuple):
    """A number of something in the code, and the places that it counts."""

    name: str
    text: str
    value: int
    places: tuple[str, ...] = ()


def measures(tree: SourceTree) -> list[HouseMeasure]:
    """Measure a checkout."""
    graph = ImportGraph(tree.product)
    return [*_extent(tree), *_importers(graph), *_directions(graph), *_names(tree), *_wordings(tree), *_lengths(tree)]


def _count(name: str, text: str, places: Iterable[str]) -> HouseMeasure:
    places = tuple(places)
    return HouseMeasure(name, text, len(places), places)


def _extent(tree: SourceTree) -> Iterator[HouseMeasure]:
    for kind, where, files in (("product", "product", tree.product), ("test", "tests", tree.tests)):
        yield HouseMeasure(f"{kind}_files", f"Python files of the {where}", len(files))
        yield HouseMeasure(f"{kind}_lines", f"lines of the {where}", sum(len(file.lines) for file in files))
    yield HouseMeasure("rooms", "rooms of the product", len({file.room for file in tree.product}))


def _importers(graph: ImportGraph) -> Iterator[HouseMeasure]:
    sole = {name: next(iter(importers)) for name, importers in graph.importers.items() if len(importers) == 1}
    unregistered = {name: importer for name, importer in sole.items() if (importer, name) not in graph.registrations}
    elsewhere = {
        name: importer
        for name, importer in unregistered.items()
        if graph.files[name].room != graph.files[importer].room
    }
    for measure, text, importers in (
        ("one_importer", "modules with exactly one importer", sole),
        ("one_importer_unregistered", "those whose importer is no registry", unregistered),
        ("one_importer_elsewhere", "of these, in another room than the importer", elsewhere),
    ):
        yield _count(
            measure,
            text,
            (graph.files[name].place(1, f"only {importer} imports it") for name, importer in importers.items()),
        )
    share = round(100 * len(sole) / max(1, len(graph.importers)))
    yield HouseMeasure("one_importer_percent", "modules with exactly one importer, in percent of all", share)
    unimported = (
        graph.files[name].place(1, "nobody imports it") for name in graph.importers if not graph.importers[name]
    )
    yield _count("no_importer", "modules that nobody imports: entry points and dead code", unimported)


def _directions(graph: ImportGraph) -> Iterator[HouseMeasure]:
    """Circles, imports that run back, and the walk from the view of trust down to the history."""
    yield _count("module_circles", "circles of imports among modules", graph.circles())
    yield _count("room_circles", "circles of imports among rooms", graph.circles(of_rooms=True))
    back = (edge.importer.place(edge.line, f"imports {edge.target.name}") for edge in graph.back_arrows())
    yield _count("out_and_back", "imports out of a room that lead back into it", back)
    start, ends = _WALK
    stays = next(filter(None, (graph.stays(start, end) for end in ends)), [])
    yield _count("walk_stays", "stays in rooms on the walk from trust to the history", stays)
    yield _count("walk_rooms", "rooms on that walk", sorted(set(stays)))
    yield HouseMeasure("walk_returns", "returns on that walk to a room left before", len(stays) - len(set(stays)))


def recurring_class_names(files: Iterable[SourceFile]) -> dict[str, list[str]]:
    """The places of each class name that several classes have; a class that a function makes for itself is left out."""
    return _recurring((node.name, f"{file.path}:{node.lineno}") for file in files for node in _classes(file.tree))


def recurring_file_names(files: Iterable[SourceFile]) -> dict[str, list[str]]:
    """The paths of each file name that several files have."""
    return _recurring((file.file_name, file.path) for file in files if file.file_name not in _SHARED_BY_DESIGN)


def _recurring(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = defaultdict(list)
    for name, place in names:
        places[name].append(place)
    return {name: places[name] for name in sorted(places) if len(places[name]) > 1}


def _classes(scope: ast.AST) -> Iterator[ast.ClassDef]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.ClassDef):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _classes(node)


def _names(tree: SourceTree) -> Iterator[HouseMeasure]:
    for name, text, find in (
        ("class_names", "class names that recur", recurring_class_names),
        ("file_names", "file names that recur", recurring_file_names),
    ):
        for suffix, files in (("", tree.product), ("_with_tests", tree.files)):
            places = (f"{word}: {' '.join(paths)}" for word, paths in find(files).items())
            yield _count(f"{name}{suffix}", f"{text}{suffix.replace('_', ' ')}", places)
    no_nouns = (file.place(1, file.file_name) for file in tree.product if language.is_no_noun(file))
    yield _count("no_nouns", "modules named by a gerund, preposition or participle", no_nouns)


def _wordings(tree: SourceTree) -> Iterator[HouseMeasure]:
    for name, (text, find) in _WORDINGS.items():
        for kind, where, files in (("", "", tree.product), ("test_", ", in tests", tree.tests)):
            yield _count(f"{kind}{name}", f"{text}{where}", (place for file in files for place in find(file)))


def file_lengths(tree: SourceTree) -> Iterator[tuple[int, str]]:
    """The length of each file in lines, and its place."""
    return ((len(file.lines), file.place(1, f"{len(file.lines)} lines")) for file in tree.files)


def function_lengths(tree: SourceTree) -> Iterator[tuple[int, str]]:
    """The length of each function in lines without its decorators, and its place."""
    for file in tree.files:
        for node in file.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield lines, file.place(node.lineno, f"{node.name} has {lines} lines")


def _lengths(tree: SourceTree) -> Iterator[HouseMeasure]:
    for kind, lengths, cap in (
        ("file", sorted(file_lengths(tree)), LONGEST_FILE),
        ("function", sorted(function_lengths(tree)), LONGEST_FUNCTION),
    ):
        value, place = lengths[-1] if lengths else (0, "")
        yield HouseMeasure(f"longest_{kind}", f"lines of the longest {kind}", value, (place,))
        over = (place for lines, place in lengths if lines > cap)
        yield _count(f"long_{kind}s", f"{kind}s of more than {cap} lines", over)
