"""Every measure of the house, in the order in which they are printed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from scripts.house import language, order, sizes
from scripts.house.imports import ImportGraph, ModuleImport
from scripts.house.source import CodePlace, SourceFile, SourceTree

_WALK_START: Final = "projections.views.trust"
_WALK_END: Final = "projections.history"


@dataclass(frozen=True)
class HouseMeasure:
    """A number of something in the code, and the places that it counts."""

    name: str
    text: str
    value: int
    places: tuple[object, ...] = ()


def measures(tree: SourceTree) -> list[HouseMeasure]:
    """Measure a checkout."""
    graph = ImportGraph(tree)
    return [*_extent(tree), *_hanging_together(graph), *_names(tree), *_wordings(tree), *_lengths(tree)]


def _count(name: str, text: str, places: Sequence[object]) -> HouseMeasure:
    return HouseMeasure(name, text, len(places), tuple(places))


def _extent(tree: SourceTree) -> list[HouseMeasure]:
    modules = [file for file in tree.product if not file.is_package]
    return [
        HouseMeasure("product_files", "Python files of the product", len(tree.product)),
        HouseMeasure("product_modules", "modules of the product: its files without __init__.py", len(modules)),
        HouseMeasure("product_lines", "lines of the product", _line_count(tree.product)),
        HouseMeasure("test_files", "Python files of the tests", len(tree.tests)),
        HouseMeasure("test_lines", "lines of the tests", _line_count(tree.tests)),
        HouseMeasure("rooms", "rooms of the product", len({file.room for file in tree.product})),
    ]


def _hanging_together(graph: ImportGraph) -> list[HouseMeasure]:
    return [*_importers(graph), *_circles(graph), *_back_arrows(graph), *_walk(graph)]


def _importers(graph: ImportGraph) -> list[HouseMeasure]:
    """Modules by who imports them.

    A registry is a package that lists at least three of its own modules in its `__init__`, or a module that loads
    others by computed name: one importer is then by design.
    """
    files = {file.name: file for file in graph.files}
    sole_importers = {name: next(iter(importers)) for name, importers in graph.importers.items() if len(importers) == 1}
    unregistered = {
        name: importer for name, importer in sole_importers.items() if (importer, name) not in graph.registrations
    }
    elsewhere = {name: importer for name, importer in unregistered.items() if files[name].room != files[importer].room}

    def listed(pairs: dict[str, str]) -> tuple[CodePlace, ...]:
        return tuple(files[name].place(1, f"only {importer} imports it") for name, importer in pairs.items())

    unimported = [
        files[name].place(1, "nobody imports it") for name, importers in graph.importers.items() if not importers
    ]
    share = round(100 * len(sole_importers) / max(1, len(graph.importers)))
    return [
        _count("one_importer", "modules with exactly one importer", listed(sole_importers)),
        HouseMeasure("one_importer_percent", "the same in percent of all modules", share),
        _count("one_importer_unregistered", "those whose importer is no registry", listed(unregistered)),
        _count("one_importer_elsewhere", "of these, in another room than the importer", listed(elsewhere)),
        _count("no_importer", "modules that nobody imports: entry points and dead code", unimported),
    ]


def _circles(graph: ImportGraph) -> list[HouseMeasure]:
    modules, rooms = graph.circles(graph.modules), graph.circles(graph.rooms)
    in_circles = {room for circle in rooms for room in circle}
    return [
        _count("module_circles", "circles of imports among modules", _joined(modules)),
        _count("room_circles", "circles of imports among rooms", _joined(rooms)),
        _count("rooms_in_circles", "rooms that lie in a circle", sorted(in_circles)),
    ]


def _back_arrows(graph: ImportGraph) -> list[HouseMeasure]:
    """Imports that run back.

    The first measure knows the order of this house. The others hold for any tree: of two rooms that import each
    other, the imports in the rarer direction; imports from a room up into a loose module of a room around it which
    itself leads back down; and, of all imports that leave a room, those that lead back into it.
    """
    against_order = [edge for edge in graph.imports if order.runs_against(edge)]
    unplaced = [edge for edge in graph.imports if order.is_unplaced(edge)]
    mutual = _rarer_directions(graph.between_rooms)
    returning = [edge for edge in graph.between_rooms if graph.leads_back(edge)]
    upward = [edge for edge in returning if edge.importer.room.startswith(f"{edge.target.room}.")]
    return [
        _count("against_order", "imports against the order of the rooms", _shown(against_order)),
        _count("unplaced", "imports that the order leaves open", _shown(unplaced)),
        _count("mutual_rooms", "imports in the rarer direction of two rooms", _shown(mutual)),
        _count("up_and_back", "imports up into a room around that lead back down", _shown(upward)),
        _count("out_and_back", "imports out of a room that lead back into it", _shown(returning)),
    ]


def _walk(graph: ImportGraph) -> list[HouseMeasure]:
    """The depth-first walk down from the view of trust through all that leads to the history."""
    ends = [name for name in (f"{_WALK_END}.history", _WALK_END) if name in graph.importers]
    stays = graph.stays(_WALK_START, ends[0]) if ends else []
    rooms = sorted(set(stays))
    return [
        _count("walk_stays", "stays in rooms on the walk from trust to the history", stays),
        _count("walk_rooms", "rooms on that walk", rooms),
        HouseMeasure("walk_returns", "returns on that walk to a room left before", len(stays) - len(rooms)),
    ]


def _names(tree: SourceTree) -> list[HouseMeasure]:
    no_nouns = language.modules_without_a_noun(tree.product)
    return [
        *_recurring("class_names", "class names that recur", language.recurring_classes(tree.product)),
        *_recurring("class_names_with_tests", "the same with the tests", language.recurring_classes(tree.files)),
        *_recurring("file_names", "file names that recur", language.recurring_file_names(tree.product)),
        *_recurring("file_names_with_tests", "the same with the tests", language.recurring_file_names(tree.files)),
        _count("no_nouns", "modules named by a gerund, preposition or participle", no_nouns),
    ]


def _recurring(name: str, text: str, places: dict[str, list[CodePlace]]) -> list[HouseMeasure]:
    every = tuple(place for several in places.values() for place in several)
    return [
        HouseMeasure(name, text, len(places), every),
        HouseMeasure(f"{name}_sharers", "how many share them", len(every), every),
    ]


def _wordings(tree: SourceTree) -> list[HouseMeasure]:
    every = [
        ("riddles", "docstrings that begin with Give, Tell, Say, What, Whoever, Whether", language.riddles),
        ("each", "`each` bound outside a comprehension of one line", language.each_bound),
        ("participles", "bare participles bound as local names", language.participles_bound),
        ("unexplained_waivers", "`noqa` and `type: ignore` without a reason", sizes.unexplained_waivers),
    ]
    return [
        _count(f"{kind}{name}", f"{text}{where}", places)
        for name, text, find in every
        for kind, where, files in (("", "", tree.product), ("test_", ", in tests", tree.tests))
        for places in [find(files)]
    ]


def _lengths(tree: SourceTree) -> list[HouseMeasure]:
    files, functions = sizes.files_by_length(tree.files), sizes.functions_by_length(tree.files)
    return [
        *_longest("file", "files", files, sizes.LONGEST_FILE),
        *_longest("function", "functions", functions, sizes.LONGEST_FUNCTION),
    ]


def _longest(name: str, plural: str, lengths: Sequence[tuple[int, CodePlace]], cap: int) -> list[HouseMeasure]:
    over = [place for lines, place in lengths if lines > cap]
    longest = lengths[:1]
    return [
        HouseMeasure(
            f"longest_{name}",
            f"lines of the longest {name}",
            max((lines for lines, _ in longest), default=0),
            tuple(place for _, place in longest),
        ),
        _count(f"long_{plural}", f"{plural} of more than {cap} lines", over),
    ]


def _rarer_directions(imports: Iterable[ModuleImport]) -> list[ModuleImport]:
    """The imports between rooms that import each other, in the direction that fewer of them take."""
    by_rooms: dict[tuple[str, str], list[ModuleImport]] = defaultdict(list)
    for edge in imports:
        by_rooms[edge.importer.room, edge.target.room].append(edge)
    return [
        edge
        for (importer, target), edges in by_rooms.items()
        if (reverse := by_rooms.get((target, importer))) and (len(edges), importer) < (len(reverse), target)
        for edge in edges
    ]


def _shown(imports: Iterable[ModuleImport]) -> tuple[CodePlace, ...]:
    return tuple(edge.importer.place(edge.line, f"imports {edge.target.name}") for edge in imports)


def _joined(circles: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(" ".join(circle) for circle in circles)


def _line_count(files: Iterable[SourceFile]) -> int:
    return sum(len(file.lines) for file in files)
