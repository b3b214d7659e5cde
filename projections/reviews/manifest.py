"""The manifest: all that an extract is a function of, and the digest of every file, from which it is made again."""

import hashlib
import importlib.metadata
import platform
import sys
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.checkout import ROOT
from domain.errors import FolkmootError
from domain.structs import prepared
from projections.reviews.evidence_level import EvidenceLevel
from projections.reviews.registration import RecordBeforehand
from projections.reviews.table_files import ExtractFormat

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_SOURCES: Final = ("domain", "projections")


class ManifestInvalid(FolkmootError, ValueError):
    """The file is no manifest of an extract that this version can make again."""


class MadeBy(Struct, frozen=True, kw_only=True):
    """The program that made the files: version, sources that figures come from, locked libraries, kind of machine."""

    version: str
    sources_sha256: str
    lock_sha256: str | None
    python: str
    architecture: str


class ReviewRegistration(Struct, frozen=True, kw_only=True):
    """The registration that an extract answers to, and what could be seen when it was made."""

    event_id: UUID
    position: int
    recorded_at: datetime
    corrected_by: tuple[UUID, ...]
    retrospective: bool
    question: str
    cohort_partnership_ids: tuple[UUID, ...]
    comparison_partnership_ids: tuple[UUID, ...]
    baseline_start_on: date | None
    window_start_on: date
    window_end_on: date
    outcomes: tuple[str, ...]
    beforehand: RecordBeforehand


class MethodUsed(Struct, frozen=True, kw_only=True):
    """The method that figures were made by; its document is in the extract."""

    id: str
    title: str
    sha256: str
    method_id: UUID | None


class ExtractFile(Struct, frozen=True, kw_only=True):
    """One file of an extract; `rows` for a table."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None


class Manifest(Struct, frozen=True, kw_only=True):
    """All that an extract is a function of, and what it consists of. Nothing in it tells when it was made."""

    format: int
    review_id: UUID
    log_id: UUID
    position: int
    as_of: date
    tree_root: str
    registered: ReviewRegistration
    method: MethodUsed
    months: tuple[date, ...]
    forms: tuple[ExtractFormat, ...]
    made_by: MadeBy
    design: EvidenceLevel
    files: tuple[ExtractFile, ...]


prepared(Manifest)


def encode_manifest(manifest: Manifest) -> bytes:
    """The bytes of a manifest's file."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest. Raises ManifestInvalid, and OSError where there is none."""
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ManifestInvalid(f"{path} is no manifest of an extract: {error}") from None
    if manifest.format != FORMAT:
        raise ManifestInvalid(f"{path} is of format {manifest.format}; this version makes format {FORMAT} again")
    return manifest


@cache
def made_by() -> MadeBy:
    """The program, libraries and machine that make files here and now."""
    return MadeBy(
        version=importlib.metadata.version("folkmoot"),
        sources_sha256=_sources_sha256(),
        lock_sha256=_lock_sha256(),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        architecture=platform.machine(),
    )


def _sources_sha256() -> str:
    """The SHA-256 over the sources of the domain and of the projections, with their method documents."""
    whole = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".json"}:
                name, content = path.relative_to(ROOT).as_posix().encode(), path.read_bytes()
                whole.update(len(name).to_bytes(4) + name + len(content).to_bytes(8) + content)
    return whole.hexdigest()


def _lock_sha256() -> str | None:
    lock = ROOT / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None
