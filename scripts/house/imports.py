"""The imports among the product's modules, read from their syntax trees.

An import inside a function counts like one at the top, and so does a load by a computed name: `import_module` with a
name that begins with a package's loads every module of that package if the loader iterates over it, else those whose
names stand as strings in the loader (`-` for `_`, and an underscore after a word that Python keeps).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import networkx as nx

from scripts.house.source import SourceFile, SourceTree

_FEWEST_IN_A_LIST: Final = 3


@dataclass(frozen=True)
class ModuleImport:
    """One module imports another, or a name that another defines.

    `target` is the module named by the statement; `origin` is where the name is defined, which differs when a
    package's `__init__` passes it on.
    """

    importer: SourceFile
    target: SourceFile
    origin: SourceFile
    line: int
    by_name: bool = False  # loaded with import_module


class ImportGraph:
    """Who imports whom."""

    def __init__(self, tree: SourceTree) -> None:
        self.files = tree.product
        self._modules = {file.name: file for file in tree.product}
        self.imports = sorted(
            {edge for file in tree.product for edge in (*self._stated(file), *self._loaded(file))},
            key=lambda edge: (edge.importer.path, edge.line, edge.target.path, edge.origin.path),
        )

    @cached_property
    def modules(self) -> "nx.DiGraph[str]":
        """An edge from each module to each that it names."""
        return nx.DiGraph([(edge.importer.name, edge.target.name) for edge in self.imports])

    @cached_property
    def rooms(self) -> "nx.DiGraph[str]":
        """An edge from each room to each other room whose modules its own name."""
        return nx.DiGraph([(edge.importer.room, edge.target.room) for edge in self.between_rooms])

    @cached_property
    def between_rooms(self) -> list[ModuleImport]:
        """The imports from one room to another."""
        return [edge for edge in self.imports if edge.importer.room != edge.target.room]

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """The importers of each module that is no package, by name.

        A package's `__init__` that passes on names of its module is not an importer of it: those are who import the
        names from the package. It is one when it lists its modules, and when nobody else imports the module.
        """
        importers: dict[str, set[str]] = {name: set() for name, file in self._modules.items() if not file.is_package}
        for edge in self.imports:
            if not edge.origin.is_package and edge.importer.name != edge.origin.name:
                importers[edge.origin.name].add(edge.importer.name)
        for name, names in importers.items():
            package = name.rpartition(".")[0]
            if package in names and len(names) > 1 and (package, name) not in self.registrations:
                names.remove(package)
        return importers

    @cached_property
    def registrations(self) -> set[tuple[str, str]]:
        """Pairs of a registry and a module that it lists or loads.

        A registry is a package whose `__init__` imports at least three of its own modules as modules, or any module
        that loads others by computed name.
        """
        pairs = {(edge.importer.name, edge.target.name) for edge in self.imports if edge.by_name}
        for package in (file for file in self._modules.values() if file.is_package):
            listed = {
                (package.name, edge.target.name)
                for edge in self.imports
                if edge.importer is package and edge.target.room == package.name and edge.target is edge.origin
                if self._is_listed(package, edge.target)
            }
            pairs |= listed if len(listed) >= _FEWEST_IN_A_LIST else set()
        return pairs

    def circles(self, graph: "nx.DiGraph[str]") -> list[list[str]]:
        """The strongly connected components of more than one node, each sorted, in order."""
        return sorted(sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1)

    def leads_back(self, edge: ModuleImport) -> bool:
        """The imported module imports, itself or through others, a module of the room it is imported from."""
        return edge.importer.room in self._rooms_reached[edge.target.name]

    @cached_property
    def _rooms_reached(self) -> dict[str, set[str]]:
        return {
            name: {self._modules[reached].room for reached in nx.descendants(self.modules, name) | {name}}
            for name in self.modules
        }

    def stays(self, start: str, end: str) -> list[str]:
        """The rooms, in order of stays, of a depth-first walk from one module down to another.

        The walk enters only modules that lead to the end, each once, in the order of the import statements. Modules
        read one after another in the same room are one stay there.
        """
        if start not in self.modules or end not in self.modules:
            return []
        leading = nx.ancestors(self.modules, end) | {end}
        walk = nx.dfs_preorder_nodes(self.modules.subgraph(leading), start)
        rooms = [self._modules[name].room for name in walk]
        return rooms[:1] + [after for before, after in pairwise(rooms) if after != before]

    def _is_listed(self, package: SourceFile, module: SourceFile) -> bool:
        stem = module.name.rpartition(".")[2]
        return any(
            isinstance(node, ast.ImportFrom) and any(alias.name == stem for alias in node.names)
            for node in package.tree.body
        )

    def _stated(self, file: SourceFile) -> Iterator[ModuleImport]:
        for node in file.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if target := self._longest(alias.name):
                        yield ModuleImport(file, target, target, node.lineno)
            elif isinstance(node, ast.ImportFrom) and (base := self._modules.get(_base(file, node))):
                for alias in node.names:
                    target = self._modules.get(f"{base.name}.{alias.name}", base)
                    origin = target if target is not base else self._origin(base, alias.name)
                    if target is not file:
                        yield ModuleImport(file, target, origin, node.lineno)

    def _longest(self, name: str) -> SourceFile | None:
        """The module that `import a.b.c` ends at: the longest leading part that is one of ours."""
        while name and name not in self._modules:
            name = name.rpartition(".")[0]
        return self._modules.get(name)

    def _origin(self, file: SourceFile, name: str) -> SourceFile:
        """The module that defines a name which can be imported from a file."""
        if not file.is_package:
            return file
        for node in file.tree.body:
            if isinstance(node, ast.ImportFrom) and (base := self._modules.get(_base(file, node))):
                for alias in node.names:
                    if (alias.asname or alias.name) == name and base is not file:
                        return self._modules.get(f"{base.name}.{alias.name}") or self._origin(base, alias.name)
        return file

    def _loaded(self, file: SourceFile) -> Iterator[ModuleImport]:
        calls = [
            (node, package)
            for node in file.nodes
            if isinstance(node, ast.Call) and (package := _package_loaded(node, file))
        ]
        if not calls:
            return
        strings = {_stem(str(node.value)) for node in file.nodes if isinstance(node, ast.Constant)}
        iterates = any(_last(node) == "iter_modules" for node in file.nodes)
        for node, package in calls:
            for module in self._modules.values():
                if module.room == package and not module.is_package and (iterates or _stem(module.name) in strings):
                    yield ModuleImport(file, module, module, node.lineno, by_name=True)


def _stem(name: str) -> str:
    """The last part of a module's name, or of a word that stands for it."""
    return name.rpartition(".")[2].replace("-", "_").rstrip("_")


def _base(file: SourceFile, node: ast.ImportFrom) -> str:
    """The full name of the module after `from`."""
    if not node.level:
        return node.module or ""
    parts = file.room.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def _package_loaded(call: ast.Call, file: SourceFile) -> str:
    """The package whose modules a call of `import_module` loads by computed name, or nothing."""
    if _last(call.func) != "import_module" or not call.args:
        return ""
    computed = call.args[0]
    parts = computed.values if isinstance(computed, ast.JoinedStr) else []
    prefix = ""
    for part in parts:
        if isinstance(part, ast.FormattedValue) and _last(part.value) != "__name__":
            break
        prefix += str(part.value) if isinstance(part, ast.Constant) else file.name
    return prefix.rpartition(".")[0]


def _last(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
