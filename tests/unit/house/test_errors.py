"""Whatever of ours can go wrong has one base, so that a caller can catch it and nothing else."""

import inspect
from importlib import import_module

from domain.checkout import ROOT
from domain.errors import FolkmootError

LATER = ("scripts/bootstrap.py", "api/client/folkmoot_client.py")  # run before, and without, anything of ours


def modules():
    for folder in ("domain", "projections", "api", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if (name := path.relative_to(ROOT)).as_posix() not in LATER:
                yield import_module(".".join(name.with_suffix("").parts).removesuffix(".__init__"))


def test_every_error_of_the_house_derives_from_its_base():
    errors = {
        error
        for module in modules()
        for _, error in inspect.getmembers(module, inspect.isclass)
        if issubclass(error, Exception) and error.__module__ == module.__name__
    }
    assert len(errors) > 50
    assert {error.__name__ for error in errors if not issubclass(error, FolkmootError)} == set()
