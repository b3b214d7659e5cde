"""The imports among the product's modules, read from their syntax trees.

An import inside a function counts like one at the top. A registry is a package whose `__init__` lists at least three of
its own modules, or a module that loads some of a package with `import_module` by a computed name: all where it iterates
over them, else those whose names stand in it as strings (`-` for `_`).
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

import networkx as nx

from scripts.house.source import SourceFile

_FEWEST_IN_A_LIST: Final = 3


class ModuleImport(NamedTuple):
    """One module imports another, or a name that `origin` defines where a package's `__init__` passes it on."""

    importer: SourceFile
    target: SourceFile
    origin: SourceFile
    line: int
    registers: bool = False


class ImportGraph:
    """Who imports whom."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self.files = {file.name: file for file in files}
        self.imports = [edge for file in files for edge in (*self._stated(file), *self._loaded(file))]

    @cached_property
    def modules(self) -> "nx.DiGraph[str]":
        """An edge from each module to each that it names."""
        return nx.DiGraph([(edge.importer.name, edge.target.name) for edge in self.imports])

    @cached_property
    def between_rooms(self) -> list[ModuleImport]:
        """The imports from one room to another."""
        return [edge for edge in self.imports if edge.importer.room != edge.target.room]

    @cached_property
    def registrations(self) -> set[tuple[str, str]]:
        """Pairs of a registry and a module that it lists or loads."""
        return {(edge.importer.name, edge.target.name) for edge in self.imports if edge.registers}

    @cached_property
    def importers(self) -> dict[str, set[str]]:
        """The importers of each module that is no package, by name.

        A package's `__init__` that only passes names on is not one, unless nobody imports them: those are who import
        the names from the package.
        """
        importers: dict[str, set[str]] = {name: set() for name, file in self.files.items() if not file.is_package}
        for edge in self.imports:
            if not edge.origin.is_package and edge.importer is not edge.origin:
                importers[edge.origin.name].add(edge.importer.name)
        for name, names in importers.items():
            package = self.files[name].room
            if len(names) > 1 and (package, name) not in self.registrations:
                names.discard(package)
        return importers

    def circles(self, *, of_rooms: bool = False) -> list[str]:
        """The modules, or the rooms, of each circle of imports."""
        rooms: nx.DiGraph[str] = nx.DiGraph([(edge.importer.room, edge.target.room) for edge in self.between_rooms])
        components = nx.strongly_connected_components(rooms if of_rooms else self.modules)
        return sorted(" ".join(sorted(circle)) for circle in components if len(circle) > 1)

    def back_arrows(self) -> list[ModuleImport]:
        """The imports out of a room whose target imports, itself or through others, a module of that room."""
        rooms_reached = {
            name: {self.files[target].room for target in nx.descendants(self.modules, name) | {name}}
            for name in self.modules
        }
        return [edge for edge in self.between_rooms if edge.importer.room in rooms_reached[edge.target.name]]

    def stays(self, start: str, end: str) -> list[str]:
        """The rooms, in order of stays, of a depth-first walk from one module down to another.

        The walk enters only modules that lead to the end, each once, in the order of the import statements. Modules
        read one after another in the same room are one stay there.
        """
        if start not in self.modules or end not in self.modules:
            return []
        leading = self.modules.subgraph(nx.ancestors(self.modules, end) | {end})
        rooms = [self.files[name].room for name in nx.dfs_preorder_nodes(leading, start)]
        return rooms[:1] + [after for before, after in pairwise(rooms) if after != before]

    def _stated(self, file: SourceFile) -> list[ModuleImport]:
        edges = []
        for node in file.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    target = self._longest(alias.name)
                    edges += [ModuleImport(file, target, target, node.lineno)] if target else []
            elif isinstance(node, ast.ImportFrom) and (base := self.files.get(node.module or "")):
                for alias in node.names:
                    target = self.files.get(f"{base.name}.{alias.name}", base)
                    origin = target if target is not base else self._origin(base, alias.name)
                    if target is not file:
                        own = base is file and target.room == file.name
                        edges.append(ModuleImport(file, target, origin, node.lineno, registers=own))
        is_registry = sum(edge.registers for edge in edges) >= _FEWEST_IN_A_LIST
        return edges if is_registry else [edge._replace(registers=False) for edge in edges]

    def _loaded(self, file: SourceFile) -> Iterator[ModuleImport]:
        packages = [
            (package, node.lineno)
            for node in file.nodes
            if isinstance(node, ast.Call) and (package := _package_loaded(node, file))
        ]
        words = {str(node.value).replace("-", "_") for node in file.nodes if isinstance(node, ast.Constant)}
        for package, line in packages:
            for module in self.files.values():
                is_named = "iter_modules" in file.text or module.file_name.removesuffix(".py").rstrip("_") in words
                if module.room == package and not module.is_package and is_named:
                    yield ModuleImport(file, module, module, line, registers=True)

    def _longest(self, name: str) -> SourceFile | None:
        """The module that `import a.b.c` ends at: the longest leading part that is one of ours."""
        while name and name not in self.files:
            name = name.rpartition(".")[0]
        return self.files.get(name)

    def _origin(self, file: SourceFile, name: str) -> SourceFile:
        """The module that defines a name which can be imported from a file."""
        for node in file.tree.body if file.is_package else ():
            if isinstance(node, ast.ImportFrom) and (base := self.files.get(node.module or "")):
                for alias in node.names:
                    if (alias.asname or alias.name) == name and base is not file:
                        return self.files.get(f"{base.name}.{alias.name}") or self._origin(base, alias.name)
        return file


def _package_loaded(call: ast.Call, file: SourceFile) -> str:
    """The package whose modules a call of `import_module` loads by computed name, or nothing."""
    if "import_module" not in ast.unparse(call.func) or not (call.args and isinstance(call.args[0], ast.JoinedStr)):
        return ""
    leading = ast.unparse(call.args[0])[2:-1].replace("{__name__}", file.name)
    return leading.partition("{")[0].rpartition(".")[0]
