"""Accounting for every row: what became of each, counted once, in a summary and in a report that names the line."""

import re
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final, TextIO
from uuid import UUID

from msgspec import Struct

from domain.csv_writer import CsvWriter, inert
from domain.imports.mapping import Mapping


class RowOutcome(StrEnum):
    """The outcome of a row."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    CORRECTED = "corrected"
    CHANGED = "changed"
    REFUSED = "refused"


class RowEntry(Struct, frozen=True, kw_only=True):
    """One row accounted for. `key` is what identifies it in its file; events are those that record it."""

    file: str
    line: int
    kind: str
    key: tuple[str, ...]
    outcome: RowOutcome
    reasons: tuple[str, ...] = ()
    event_ids: tuple[UUID, ...] = ()
    registered: tuple[UUID, ...] = ()
    """Events that registered the bodies and the partnership which this row was the first to name."""
    warnings: tuple[str, ...] = ()
    """Likely slips in records made now."""


class ImportSummary(Struct, frozen=True, kw_only=True):
    """How many rows there were, and what became of them."""

    mapping: str
    rehearsed: bool
    rows: int
    outcomes: dict[str, int]
    files: dict[str, dict[str, int]]
    reasons: dict[str, int]
    events: int
    registered: int
    """Events that registered bodies and partnerships, beside those of the rows."""
    warnings: dict[str, int]


def summarise(
    mapping: Mapping, entries: Sequence[RowEntry], *, rehearsed: bool, files: Iterable[str] = ()
) -> ImportSummary:
    """Count the rows by outcome, in all and for each file, and the reasons against recording them by kind of reason.

    `files` are those that were read, for some may have no rows.
    """
    by_file: dict[str, list[RowEntry]] = {file: [] for file in files}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    reasons = Counter(_kind_of(reason) for entry in entries for reason in entry.reasons)
    warnings = Counter(_kind_of(warning) for entry in entries for warning in entry.warnings)
    new = (RowOutcome.IMPORTED, RowOutcome.CORRECTED)
    return ImportSummary(
        mapping=mapping.id,
        rehearsed=rehearsed,
        rows=len(entries),
        outcomes=_counted(entries),
        files={file: _counted(found) for file, found in by_file.items()},
        reasons=dict(reasons.most_common()),
        events=sum(len(entry.event_ids) for entry in entries if entry.outcome in new),
        registered=sum(len(entry.registered) for entry in entries),
        warnings=dict(warnings.most_common()),
    )


def _counted(entries: Iterable[RowEntry]) -> dict[str, int]:
    counts = Counter(each.outcome for each in entries)
    return {outcome.value: counts[outcome] for outcome in RowOutcome}


_PARTICULAR: Final = re.compile(r"""'.*'|".*"|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}""")


def _kind_of(reason: str) -> str:
    """Leave out what differs from row to row: what is quoted, days and ids."""
    return _PARTICULAR.sub("…", reason)


_HEADING: Final = ("file", "line", "kind", "row", "outcome", "reason", "event ids", "registered", "warnings")


class RowReport:
    """The outcome of each row, written and flushed as rows are done: it is complete whenever the import stops.

    It is opened before anything is recorded. Raises OSError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = _opened(path)
        self._writer = CsvWriter(self._stream)
        try:
            self._writer.write(_HEADING)
            self._stream.flush()
        except OSError:
            self._stream.close()
            raise

    def add(self, entry: RowEntry) -> None:
        """Write what became of one row."""
        self._writer.write(_cells(entry))
        self._stream.flush()

    def finish(self, entries: Iterable[RowEntry]) -> None:
        """Put the lines in the order of the files, where the report is a file that can be replaced whole."""
        self._stream.close()
        whole = self._path.resolve()
        if not whole.is_file():
            return
        ordered = whole.with_name(f"{whole.name}.{secrets.token_hex(4)}")
        with suppress(OSError):
            write_report(ordered, entries)
            shutil.copymode(whole, ordered)
            ordered.replace(whole)
        ordered.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave it as it is."""
        with suppress(OSError):
            self._stream.close()


def write_report(path: Path, entries: Iterable[RowEntry]) -> None:
    """Write one line for each row, in the order of the files and their lines. A spreadsheet opens it safely."""
    with _opened(path) as stream:
        writer = CsvWriter(stream)
        writer.write(_HEADING)
        for entry in sorted(entries, key=lambda entry: (entry.file, entry.line)):
            writer.write(_cells(entry))


def _opened(path: Path) -> TextIO:
    return path.open("w", newline="", encoding="utf-8", errors="backslashreplace")


def _cells(entry: RowEntry) -> Iterator[str]:
    texts = (entry.file, str(entry.line), entry.kind, " / ".join(entry.key), entry.outcome.value)
    ids = (" ".join(map(str, each)) for each in (entry.event_ids, entry.registered))
    return map(inert, (*texts, "; ".join(entry.reasons), *ids, "; ".join(entry.warnings)))
