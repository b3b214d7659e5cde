"""The parts of a backup: which tables each holds, and what its manifest says of them."""

from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.errors import FolkmootError

SCHEMAS: Final = {"record": "log", "vault": "vault", "installation": "api"}
"""The parts, each with the schema whose tables it holds. Stored projections are made anew from the record.

The queue of work (`work`) is left out whole: put back, it would send again what was sent, and do what was cancelled."""
FORMAT: Final = 1
MANIFEST: Final = "manifest.json"


class BackupUnusable(FolkmootError):
    """A backup cannot be taken or put back; the message says why and what to do."""


class TableFile(Struct, frozen=True, kw_only=True):
    """One table as it stood: its columns, how many rows, and the SHA-256 of them as PostgreSQL's COPY writes them."""

    table: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    def path_in(self, folder: Path) -> Path:
        """The file that holds the rows, compressed."""
        return folder / f"{self.table}.copy.gz"


class SchemaFile(Struct, frozen=True, kw_only=True):
    """A schema file that had been applied, by part and number."""

    part: str
    version: int
    sha256: str


class PartManifest(Struct, frozen=True, kw_only=True):
    """The manifest of one part: when and of which log it was taken, how far that reached, and its root."""

    format: int
    part: str
    release: str
    taken_at: datetime
    log_id: UUID
    position: int
    root_sha256: str
    schema: tuple[SchemaFile, ...]
    tables: tuple[TableFile, ...]


def write_manifest(folder: Path, manifest: PartManifest) -> None:
    """Write the manifest of a part beside the files of its tables."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    (folder / MANIFEST).write_bytes(content)


def read_manifest(folder: Path, part: str) -> PartManifest:
    """The manifest of a part in a folder of a backup. Raises BackupUnusable."""
    file = folder / part / MANIFEST
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=PartManifest)
    except FileNotFoundError:
        raise BackupUnusable(f"{folder} holds no {part}: there is no {part}/{MANIFEST}") from None
    except OSError as error:
        raise BackupUnusable(f"{file} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise BackupUnusable(f"{file} is not one that `folkmoot backup` wrote ({error})") from None
    if (manifest.format, manifest.part) != (FORMAT, part):
        raise BackupUnusable(f"{file} is of another format or part than this Folkmoot puts back")
    return manifest
