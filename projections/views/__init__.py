"""Every projection there is, by name; each stands in a file of this folder, and a new one is only a file."""

from importlib import import_module
from pkgutil import iter_modules

from domain.errors import FolkmootError
from projections.declaration import DECLARED, Projection

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


class UnknownProjection(FolkmootError, LookupError):
    """No projection has this name; the message names those there are."""


def projections() -> dict[str, Projection]:
    """Every projection by name."""
    return dict(DECLARED)


def stored_projections() -> dict[str, Projection]:
    """Every projection whose rows are kept, by name."""
    return {name: projection for name, projection in DECLARED.items() if projection.stored}


def projection_called(name: str) -> Projection:
    """The projection of a name. Raises UnknownProjection."""
    try:
        return DECLARED[name]
    except KeyError:
        message = f"no projection is called {name!r}; there are {', '.join(sorted(DECLARED))}"
        raise UnknownProjection(message) from None
