"""One file, one projection. Importing this package registers every one of them, so that a new one is only a file."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
