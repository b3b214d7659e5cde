"""The archive of a partnership's documents: a zip file made as it is sent, with a manifest of all there are."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from api.reading.kept_documents import AttachedDocument, OpenedDocument
from domain.errors import FolkmootError
from domain.log.recorder import LogRecorder
from domain.vault import ContentsMissing

MANIFEST: Final = "manifest.json"
_UNSAFE: Final = re.compile(r"[^\w.,()' -]+")
_LONGEST_STEM: Final = 80
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The first day that a zip file can tell of."""


class ArchivedDocument(Struct, frozen=True, kw_only=True):
    """A document in the manifest of an archive; one that was erased has no file, name or salt."""

    file: str | None
    name: str | None
    is_erased: bool
    document_id: UUID
    event_id: UUID
    position: int
    happened: str
    recorded_at: datetime
    kind: str
    format: str
    size: int
    sha256: str
    salt: str | None
    stands_at: str
    thing_id: UUID


class ArchiveManifest(Struct, frozen=True, kw_only=True):
    """The manifest of an archive: its log and partnership, every document, and the position of the last of them."""

    log_id: UUID
    position: int
    partnership_id: UUID
    hashed: str = "sha256 is the SHA-256 of the 32 bytes that salt writes in hexadecimal, followed by the file"
    documents: tuple[ArchivedDocument, ...]


def archived(
    log: LogRecorder,
    partnership_id: UUID,
    documents: Sequence[tuple[AttachedDocument, OpenedDocument | None]],
) -> Iterator[bytes]:
    """The bytes of the archive, piece by piece; no more than a chunk of one document is held."""
    sink = _Sink()
    entries: list[ArchivedDocument] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]  # it only writes
        for number, (document, opened) in enumerate(documents, 1):
            is_there = opened is not None
            if opened is not None:
                try:
                    for _ in _added(archive, safe_name(number, opened.name), opened, log):
                        yield sink.taken()
                except _GoneMeanwhile:
                    is_there = False
            entries.append(_entry(number, document, opened if is_there else None))
        manifest = ArchiveManifest(
            log_id=log.head().log_id,
            position=max((entry.position for entry in entries), default=0),
            partnership_id=partnership_id,
            documents=tuple(entries),
        )
        archive.writestr(zipfile.ZipInfo(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    yield sink.taken()


def safe_name(number: int, name: str) -> str:
    """The name of a file in an archive: its place among the documents, then its own without what systems forbid."""
    stem, _, suffix = _UNSAFE.sub("_", name).rpartition(".")
    return f"{number:04}-{stem[:_LONGEST_STEM].strip(' .')}.{suffix.lower()}"


class _GoneMeanwhile(FolkmootError):
    """A document was erased since the archive was begun: list it as erased."""


class _Sink:
    """The end of an archive that is being written: what came since it was last looked at."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: whoever sends the archive takes the pieces."""

    def taken(self) -> bytes:
        """All pieces since the last time, as one."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _added(archive: zipfile.ZipFile, file: str, document: OpenedDocument, log: LogRecorder) -> Iterator[None]:
    """Add a document chunk by chunk. Raises _GoneMeanwhile where nothing of it is left, before anything is written."""
    chunks = document.chunks(log)
    try:
        first = next(chunks)
    except ContentsMissing:
        raise _GoneMeanwhile from None
    recorded_at = max(document.document.fact.recorded.recorded_at, _EARLIEST)
    info = zipfile.ZipInfo(file, recorded_at.timetuple()[:6])
    info.file_size = document.document.body.size
    with archive.open(info, "w") as part:
        part.write(first)
        yield
        for chunk in chunks:
            part.write(chunk)
            yield


def _entry(number: int, document: AttachedDocument, opened: OpenedDocument | None) -> ArchivedDocument:
    record, body = document.fact.recorded, document.body
    kind, thing_id = document.stands_at
    values: dict[str, Any] = {
        name: getattr(body, name) for name in ("document_id", "happened", "kind", "format", "size", "sha256")
    }
    return ArchivedDocument(
        file=None if opened is None else safe_name(number, opened.name),
        name=None if opened is None else opened.name,
        is_erased=opened is None,
        event_id=record.event_id,
        position=record.position,
        recorded_at=record.recorded_at,
        salt=None if opened is None else opened.salt,
        stands_at=kind,
        thing_id=thing_id,
        **values,
    )
