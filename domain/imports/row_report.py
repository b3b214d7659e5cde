"""Accounting for every row: what became of each, counted once, in a summary and in a report that names the line."""

import io
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.csv_writer import CsvWriter, inert
from domain.imports.mapping import Mapping
from domain.imports.sorted_records import SortedRecords


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


class ImportTally:
    """Counts rows as they are done: by outcome, in all and for each file, and the reasons by kind of reason.

    `files` are those that are read, for some may have no rows.
    """

    def __init__(self, mapping: Mapping, *, rehearsed: bool, files: Iterable[str] = ()) -> None:
        self._mapping = mapping
        self._rehearsed = rehearsed
        self._outcomes: dict[str, Counter[RowOutcome]] = {file: Counter() for file in files}
        self._reasons: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._events = self._registered = 0
        self.rows = 0

    def add(self, entry: RowEntry) -> None:
        """Count one row."""
        self.rows += 1
        self._outcomes.setdefault(entry.file, Counter())[entry.outcome] += 1
        self._reasons.update(map(_kind_of, entry.reasons))
        self._warnings.update(map(_kind_of, entry.warnings))
        self._registered += len(entry.registered)
        if entry.outcome in {RowOutcome.IMPORTED, RowOutcome.CORRECTED}:
            self._events += len(entry.event_ids)

    def summary(self) -> ImportSummary:
        """The rows counted so far."""
        return ImportSummary(
            mapping=self._mapping.id,
            rehearsed=self._rehearsed,
            rows=self.rows,
            outcomes=_by_outcome(sum(self._outcomes.values(), Counter())),
            files={file: _by_outcome(counts) for file, counts in self._outcomes.items()},
            reasons=dict(self._reasons.most_common()),
            events=self._events,
            registered=self._registered,
            warnings=dict(self._warnings.most_common()),
        )


def _by_outcome(counts: Counter[RowOutcome]) -> dict[str, int]:
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
        self._stream = path.open("wb")
        self._text = io.StringIO(newline="")
        self._writer = CsvWriter(self._text)
        self._lines = SortedRecords(2)
        try:
            self._stream.write(self._line(_HEADING))
            self._stream.flush()
        except OSError:
            self.close()
            raise

    def add(self, entry: RowEntry) -> None:
        """Write what became of one row. A spreadsheet opens it safely."""
        line = self._line(_cells(entry))
        self._stream.write(line)
        self._stream.flush()
        self._lines.add((entry.file, entry.line), line)

    def finish(self) -> None:
        """Put the lines in the order of the files, where the report is a file that can be replaced whole."""
        self._stream.close()
        whole = self._path.resolve()
        if not whole.is_file():
            return
        ordered = whole.with_name(f"{whole.name}.{secrets.token_hex(4)}")
        with suppress(OSError):
            with ordered.open("wb") as stream:
                stream.write(self._line(_HEADING))
                stream.writelines(line for _, _, line in self._lines)
            shutil.copymode(whole, ordered)
            ordered.replace(whole)
        ordered.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave it as it is."""
        with suppress(OSError):
            self._stream.close()

    def _line(self, cells: Iterable[str]) -> bytes:
        self._text.seek(0)
        self._text.truncate()
        self._writer.write(cells)
        return self._text.getvalue().encode("utf-8", "backslashreplace")


def _cells(entry: RowEntry) -> tuple[str, ...]:
    """The cells of a row's line in the report; texts from people are inert."""
    return (
        inert(entry.file),
        str(entry.line),
        inert(entry.kind),
        inert(" / ".join(entry.key)),
        entry.outcome.value,
        inert("; ".join(entry.reasons)) if entry.reasons else "",
        " ".join(map(str, entry.event_ids)),
        " ".join(map(str, entry.registered)),
        inert("; ".join(entry.warnings)) if entry.warnings else "",
    )
