"""The order in which the house's rooms stand, and the imports that run against it.

A tree whose rooms have other names is measured by what it shares with this order; `unplaced` names the rest.
"""

from typing import Final

from scripts.house.imports import ModuleImport

# From the lowest to the highest, by the folder they lie in; a layer may import itself and those before it.
LAYERS: Final = {
    "": ("domain", "projections", "api", "scripts"),
    "domain": (
        "vocabulary csv_writer checkout errors",
        "text",
        "expectations",
        "structs",
        "values",
        "events",
        "proof",
        "decisions log vault",
        "embedded_server",
        "handling",
        "imports audit",
    ),
    "projections": (
        "method",
        "history declaration rows",
        "agreement",
        "lifecycles",
        "scoring",
        "views",
        "engine",
        "reviews what_if",
    ),
    "api": ("runtime", "http", "reading", "jobs recording", "resources pages", "app"),
}

_RANKS: Final = {
    folder: {word: rank for rank, layer in enumerate(layers) for word in layer.split()}
    for folder, layers in LAYERS.items()
}


def runs_against(edge: ModuleImport) -> bool:
    """An import runs from a lower layer to a higher one."""
    folder, importer, target = _parting(edge)
    ranks = _RANKS.get(folder, {})
    return importer in ranks and target in ranks and ranks[importer] < ranks[target]


def is_unplaced(edge: ModuleImport) -> bool:
    """An import lies in a folder with an order that does not name both of its ends."""
    folder, importer, target = _parting(edge)
    return folder in _RANKS and not {importer, target} <= _RANKS[folder].keys()


def _parting(edge: ModuleImport) -> tuple[str, str, str]:
    """The lowest folder that holds both ends of an import, and the part of it that each end lies in.

    A package's own `__init__` is a part without a name.
    """
    importer, target = edge.importer.name.split("."), edge.target.name.split(".")
    shared = 0
    while shared < min(len(importer), len(target)) and importer[shared] == target[shared]:
        shared += 1
    return ".".join(importer[:shared]), "".join(importer[shared:][:1]), "".join(target[shared:][:1])
