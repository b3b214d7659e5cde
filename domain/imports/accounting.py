"""Accounting for every row: what became of each, counted once, in a summary and in a report that names the line."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.csv_cells import inert
from domain.imports.mapping import Mapping


class RowOutcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    CORRECTED = "corrected"
    CHANGED = "changed"
    REFUSED = "refused"


class Entry(Struct, frozen=True, kw_only=True):
    """One row accounted for. `key` is what identifies it in its file; events are those that record it."""

    file: str
    line: int
    kind: str
    key: tuple[str, ...]
    outcome: RowOutcome
    reasons: tuple[str, ...] = ()
    event_ids: tuple[UUID, ...] = ()


class Summary(Struct, frozen=True, kw_only=True):
    """How many rows there were, and what became of them."""

    mapping: str
    rehearsed: bool
    rows: int
    outcomes: dict[str, int]
    files: dict[str, dict[str, int]]
    reasons: dict[str, int]
    events: int


def summarise(mapping: Mapping, entries: Sequence[Entry], *, rehearsed: bool) -> Summary:
    """Count the rows by outcome, in all and for each file, and the reasons against recording them by kind of reason."""
    files = {file: _counted(each for each in entries if each.file == file) for file in _files(entries)}
    reasons = Counter(_kind_of(reason) for each in entries for reason in each.reasons)
    new = (RowOutcome.IMPORTED, RowOutcome.CORRECTED)
    return Summary(
        mapping=mapping.id,
        rehearsed=rehearsed,
        rows=len(entries),
        outcomes=_counted(entries),
        files=files,
        reasons=dict(reasons.most_common()),
        events=sum(len(each.event_ids) for each in entries if each.outcome in new),
    )


def _files(entries: Iterable[Entry]) -> list[str]:
    return list(dict.fromkeys(each.file for each in entries))


def _counted(entries: Iterable[Entry]) -> dict[str, int]:
    counts = Counter(each.outcome for each in entries)
    return {outcome.value: counts[outcome] for outcome in RowOutcome}


_PARTICULAR: Final = re.compile(r"'.*'|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _kind_of(reason: str) -> str:
    """Leave out what differs from row to row: what is quoted, days and ids."""
    return _PARTICULAR.sub("…", reason)


_HEADING: Final = ("file", "line", "kind", "row", "outcome", "reason", "event ids")


def write_report(path: Path, entries: Iterable[Entry]) -> None:
    """Write one line for each row, in the order of the files and their lines. A spreadsheet opens it safely."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADING)
        for each in sorted(entries, key=lambda entry: (entry.file, entry.line)):
            ids = " ".join(str(event_id) for event_id in each.event_ids)
            texts = (each.file, str(each.line), each.kind, " / ".join(each.key), each.outcome.value)
            writer.writerow([inert(text) for text in (*texts, "; ".join(each.reasons), ids)])
