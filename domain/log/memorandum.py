"""The memorandum: a log's destructions and roots, remembered outside its database, so that a restored one is found out.

A file of JSON lines that is only ever added to, each line lasting before anything is answered: who was forgotten,
which texts were taken out, and the roots of the log as they were seen. Lines hold ids and hashes, and nothing
that anybody wrote. One file may serve several logs; each line names its own.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.errors import FolkmootError


class ForgottenLine(Struct, frozen=True, kw_only=True, tag="forgotten"):
    """A subject's keys were destroyed, by this event of the log."""

    log_id: UUID
    event_id: UUID
    subject_id: UUID


class TakenOutLine(Struct, frozen=True, kw_only=True, tag="taken-out"):
    """One text of a record was taken out, by this event of the log; with it, these keys were destroyed."""

    log_id: UUID
    event_id: UUID
    record_id: UUID
    field: str
    key_ids: tuple[UUID, ...]


class RootLine(Struct, frozen=True, kw_only=True, tag="root"):
    """The root over the first events of the log, and its header, as they were seen."""

    log_id: UUID
    position: int
    root_sha256: str
    created_at: datetime
    clock: str
    seen_at: datetime


class OpeningsLine(Struct, frozen=True, kw_only=True, tag="openings"):
    """How far the trail of who opened sealed words reached, and its last row, as it was seen."""

    log_id: UUID
    number: int
    sha256: str
    seen_at: datetime


class RestoredLine(Struct, frozen=True, kw_only=True, tag="restored"):
    """The operator says that the log was restored on purpose and reached this far: later roots no longer count."""

    log_id: UUID
    position: int
    said_at: datetime


MemorandumLine = ForgottenLine | TakenOutLine | RootLine | OpeningsLine | RestoredLine
_LINE: Final = msgspec.json.Decoder(MemorandumLine)


class MemorandumUnusable(FolkmootError):
    """The memorandum cannot be read or written: the message names the file and says what to do."""


class Memorandum:
    """One file, shared by every process that serves the log; each call sees what the others have added."""

    def __init__(self, file: Path) -> None:
        """Take the file, which is made when there is none. Raises MemorandumUnusable."""
        self.file: Final = file
        with self._opened():
            pass

    def lines(self, log_id: UUID) -> list[MemorandumLine]:
        """Read what is remembered of one log, oldest first. Raises MemorandumUnusable."""
        with self._opened() as stream:
            return [line for line in self._read(stream) if line.log_id == log_id]

    def add(self, lines: Iterable[MemorandumLine]) -> None:
        """Remember lines that are not there yet; they last once this returns. Raises MemorandumUnusable."""
        with self._opened() as stream:
            there = set(self._read(stream))
            fresh = [line for line in dict.fromkeys(lines) if line not in there]
            if not fresh:
                return
            encoded = b"".join(msgspec.json.encode(line) + b"\n" for line in fresh)
            stream.seek(0, os.SEEK_END)
            if stream.tell() and not self._ends_a_line(stream):
                encoded = b"\n" + encoded  # what a crash cut short stays a line of its own, and is passed over
            stream.write(encoded)
            stream.flush()
            os.fsync(stream.fileno())

    def roots(self, log_id: UUID) -> list[RootLine]:
        """List the roots that count: those seen since, or over no more than, the last restore."""
        roots: list[RootLine] = []
        for line in self.lines(log_id):
            if isinstance(line, RootLine):
                roots.append(line)
            elif isinstance(line, RestoredLine):
                roots = [root for root in roots if root.position <= line.position]
        return roots

    def openings(self, log_id: UUID) -> list[OpeningsLine]:
        """List the rows of the trail that count: those seen since the last restore."""
        openings: list[OpeningsLine] = []
        for line in self.lines(log_id):
            if isinstance(line, OpeningsLine):
                openings.append(line)
            elif isinstance(line, RestoredLine):
                openings = []
        return openings

    def restored_at(self, log_id: UUID) -> datetime | None:
        """Find when the operator last said that the log was restored on purpose."""
        return max((line.said_at for line in self.lines(log_id) if isinstance(line, RestoredLine)), default=None)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            is_new = not self.file.exists()
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "r+b") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                if is_new:
                    _make_lasting(self.file.parent)
                yield stream
        except OSError as error:
            raise MemorandumUnusable(
                f"{self.file}, which remembers who was forgotten, cannot be read and written ({error.strerror}): "
                "mend that, or name another file in FOLKMOOT_MEMORANDUM_FILE"
            ) from error

    def _read(self, stream: BinaryIO) -> Sequence[MemorandumLine]:
        stream.seek(0)
        whole = stream.read().splitlines(keepends=True)
        lines: list[MemorandumLine] = []
        for number, line in enumerate(whole, start=1):
            try:
                lines.append(_LINE.decode(line))
            except msgspec.DecodeError:
                if _is_cut_short(line):
                    continue
                raise MemorandumUnusable(
                    f"line {number} of {self.file} is not one that Folkmoot wrote: restore the file from its copy"
                ) from None
        return lines

    @staticmethod
    def _ends_a_line(stream: BinaryIO) -> bool:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


def root_line(log_id: UUID, position: int, root: bytes, created_at: datetime, clock: str) -> RootLine:
    """Write down a root seen now."""
    return RootLine(
        log_id=log_id,
        position=position,
        root_sha256=root.hex(),
        created_at=created_at,
        clock=clock,
        seen_at=datetime.now(UTC),
    )


def _is_cut_short(line: bytes) -> bool:
    """Whether this is the beginning of a line whose writing a crash ended: it opens and does not close."""
    return line.startswith(b'{"type":') and not line.rstrip().endswith(b"}")


def _make_lasting(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
