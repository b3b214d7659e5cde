"""Every distribution that Folkmoot needs at run time, as it is installed here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.supply.licences import licence_fault, licence_of
from scripts.supply.lock_file import LockedDistribution

PROJECT: Final = "folkmoot"


class SuppliedDistribution(Struct, frozen=True, kw_only=True):
    """A distribution that is needed at run time: its version and licence, and which others it needs itself."""

    name: str
    version: str
    licence: str | None
    needs: tuple[str, ...]


def supplied(project: str = PROJECT) -> tuple[SuppliedDistribution, ...]:
    """The project and all that it needs, directly or through others, with every extra that is installed; by name.

    Raises PackageNotFoundError where one that is needed is not installed.
    """
    extras_of = {project: _installed_extras(distribution(project))}
    waiting = [project]
    while waiting:
        name = waiting.pop()
        for need in _needs(distribution(name), extras_of[name]):
            known = extras_of.get(canonicalize_name(need.name))
            if known is None or not need.extras <= known:
                extras_of[canonicalize_name(need.name)] = frozenset(need.extras) | (known or frozenset())
                waiting.append(canonicalize_name(need.name))
    return tuple(_supplied(name, extras_of[name]) for name in sorted(extras_of))


def supply_faults(
    distributions: Sequence[SuppliedDistribution], locked: Mapping[str, LockedDistribution]
) -> Iterator[str]:
    """The faults of what is supplied: licences that are refused or not known, and what is not as it was locked."""
    for each in distributions:
        if each.name == PROJECT:
            continue
        fault = licence_fault(each.name, each.licence)
        if fault:
            yield fault
        lock = locked.get(each.name)
        if lock is None:
            yield f"{each.name}: needed at run time and in no lock; run scripts/lock"
        elif lock.version != each.version:
            yield f"{each.name}: {each.version} is installed and {lock.version} is locked"


def _supplied(name: str, extras: frozenset[str]) -> SuppliedDistribution:
    installed = distribution(name)
    return SuppliedDistribution(
        name=name,
        version=installed.version,
        licence=licence_of(installed.metadata),  # type: ignore[arg-type] # a Message, which typeshed has as a protocol
        needs=tuple(sorted({canonicalize_name(need.name) for need in _needs(installed, extras)})),
    )


def _needs(installed: Distribution, extras: frozenset[str]) -> list[Requirement]:
    """The requirements of a distribution on this platform, by itself and for some of its extras."""
    requirements = map(Requirement, installed.requires or ())
    return [
        each
        for each in requirements
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def _installed_extras(project: Distribution) -> frozenset[str]:
    """The extras of the project of which everything is installed."""
    extras = project.metadata.get_all("Provides-Extra") or ()
    return frozenset(extra for extra in extras if all(map(_is_installed, _needed_by_extra(project, extra))))


def _needed_by_extra(project: Distribution, extra: str) -> list[Requirement]:
    requires = [each for each in project.requires or () if re.search(r"\bextra\b", each)]
    return [each for each in map(Requirement, requires) if each.marker and each.marker.evaluate({"extra": extra})]


def _is_installed(requirement: Requirement) -> bool:
    try:
        return bool(distribution(requirement.name).version)
    except PackageNotFoundError:
        return False
