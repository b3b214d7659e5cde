"""The bill of materials in CycloneDX: the same bytes for the same lock and the same installation."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from scripts.supply.distributions import PROJECT, SuppliedDistribution
from scripts.supply.lock_file import LockedDistribution

SPECIFICATION: Final = "1.6"


def bill_of_materials(distributions: Sequence[SuppliedDistribution], locked: Mapping[str, LockedDistribution]) -> bytes:
    """The bill as JSON: no time of making and no number of its own, so that two may be compared."""
    versions = {each.name: each.version for each in distributions}
    project = next(each for each in distributions if each.name == PROJECT)
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": {"type": "application", **_component(project)}},
        "components": [
            {"type": "library", **_component(each), **_hashes(locked.get(each.name))}
            for each in distributions
            if each.name != PROJECT
        ],
        "dependencies": [
            {
                "ref": _purl(each.name, each.version),
                "dependsOn": [_purl(need, versions[need]) for need in each.needs],
            }
            for each in distributions
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _component(each: SuppliedDistribution) -> dict[str, Any]:
    purl = _purl(each.name, each.version)
    licences = {"licenses": [{"expression": each.licence}]} if each.licence else {}
    return {"bom-ref": purl, "name": each.name, "version": each.version, "purl": purl, **licences}


def _hashes(lock: LockedDistribution | None) -> dict[str, Any]:
    return {"hashes": [{"alg": "SHA-256", "content": each} for each in lock.sha256]} if lock else {}


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
