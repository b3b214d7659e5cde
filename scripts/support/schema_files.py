"""The schema files of this release: each part of the house keeps its own SQL beside its code.

`schema.sql` comes first, then files that begin with the next number and say what they do (`002_jobs.sql`). A file is
applied once and never edited; a later change is a later file. Most only add, and are applied while the release before
still serves. One that takes away what that release uses is called so (`006_post_keys_never_listed.sql`) and is applied
when no such release runs any more. It is never relied on by a later file, since that may be applied before it.
"""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from domain.checkout import ROOT
from scripts.support.queue_schema import LIBRARY, library_migrations

PARTS: Final = {
    "log": ROOT / "domain" / "log",
    "vault": ROOT / "domain" / "vault",
    "projections": ROOT / "projections" / "engine",
    "api": ROOT / "api",
    "work": ROOT / "api" / "queue",
}
_BEFORE_THE_LIBRARY: Final = "work"  # its first file makes the schema that the library's tables are in
_LATER: Final = "[0-9][0-9][0-9]_*.sql"
_FIRST: Final = "schema.sql"

SchemaKey = tuple[str, int]
"""A schema file by its part and its number in it."""


class SchemaStage(StrEnum):
    """When a schema file is applied: before the release that brought it serves, or once no earlier one does."""

    PRE = "pre"
    POST = "post"


class ShippedFile(Struct, frozen=True, kw_only=True):
    """One schema file, and when it is applied."""

    part: str
    number: int
    name: str
    stage: SchemaStage
    sql: bytes

    @property
    def key(self) -> SchemaKey:
        """Its part and number, by which a database remembers it."""
        return self.part, self.number

    @property
    def sha256(self) -> str:
        """The hash of its content, which never changes once it was applied somewhere."""
        return hashlib.sha256(self.sql).hexdigest()

    def __str__(self) -> str:
        """Part and number, as they stand in sentences."""
        return f"{self.part} {self.number}"


def shipped_schema() -> dict[SchemaKey, ShippedFile]:
    """The schema files of this release, in the order in which they are applied to an empty database."""
    files: list[ShippedFile] = []
    for part, folder in PARTS.items():
        own = [_read(part, number, path) for number, path in schema_paths(folder)]
        files += own[:1]
        files += _of_the_library() if part == _BEFORE_THE_LIBRARY else []
        files += own[1:]
    return {file.key: file for file in sorted(files, key=lambda file: file.stage is SchemaStage.POST)}


def needed_schema() -> frozenset[SchemaKey]:
    """The schema files without which this release cannot serve."""
    return frozenset(key for key, file in shipped_schema().items() if file.stage is SchemaStage.PRE)


def _of_the_library() -> Iterator[ShippedFile]:
    for number, name, sql in library_migrations():
        yield ShippedFile(part=LIBRARY, number=number, name=name, stage=_stage(name), sql=sql)


def schema_paths(folder: Path) -> list[tuple[int, Path]]:
    """The schema files of one part, each with its number, in order."""
    later = [(int(path.name.partition("_")[0]), path) for path in sorted(folder.glob(_LATER))]
    first = folder / _FIRST
    return [(1, first), *later] if first.exists() else later


def stage_of(path: Path) -> SchemaStage:
    """When a schema file is applied, by its name."""
    return _stage(_name_of(path))


def _read(part: str, number: int, path: Path) -> ShippedFile:
    name = _name_of(path)
    return ShippedFile(part=part, number=number, name=name, stage=_stage(name), sql=path.read_bytes())


def _name_of(path: Path) -> str:
    return path.stem if path.name == _FIRST else path.stem.partition("_")[2]


def _stage(name: str) -> SchemaStage:
    return SchemaStage.POST if name.startswith(f"{SchemaStage.POST}_") else SchemaStage.PRE
