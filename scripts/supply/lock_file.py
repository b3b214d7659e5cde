"""The lock files: which version of each distribution belongs here, and the hashes of its files."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from domain.checkout import ROOT

LOCKS: Final = (ROOT / "requirements.lock", ROOT / "requirements-test.lock")
"""What is installed to run, and what stands beside it for tests and for extras that few use."""
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class LockedDistribution(Struct, frozen=True):
    """A distribution of the lock: its version, and the SHA-256 of each file that it may be installed from."""

    version: str
    sha256: tuple[str, ...]


def read_locks(*paths: Path) -> Mapping[str, LockedDistribution]:
    """The distributions that the locks mean for this platform, by name; the first lock that has one stands."""
    locked: dict[str, LockedDistribution] = {}
    for entry in _entries(*paths):
        requirement = _requirement(entry)
        if requirement.marker is None or requirement.marker.evaluate():
            (pin,) = requirement.specifier
            hashes = tuple(sorted(_HASH.findall(entry)))
            locked.setdefault(canonicalize_name(requirement.name), LockedDistribution(pin.version, hashes))
    return locked


def locked_elsewhere(*paths: Path) -> list[str]:
    """The names that the locks hold for other platforms only, of which nothing can be read here."""
    names = {canonicalize_name(_requirement(entry).name) for entry in _entries(*paths)}
    return sorted(names - read_locks(*paths).keys())


def _entries(*paths: Path) -> list[str]:
    texts = (path.read_text("utf-8").replace("\\\n", " ") for path in paths)
    return [line for text in texts for line in text.splitlines() if line]


def _requirement(entry: str) -> Requirement:
    return Requirement(entry.partition("--hash")[0].strip())
