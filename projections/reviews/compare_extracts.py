"""Changes between two extracts, cell by cell, with their causes: events recorded between, method, or program.

Each method is run on each position. Of a figure's change, what is due to events is its mean over both methods, what is
due to the method its mean over both positions (Shapley's value for two causes), so the parts add up to the whole. What
the files say beyond what is made of the same position and method now is due to the program.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.log.recorder import LogRecorder
from projections.engine.executors import in_order
from projections.method.method import method_document
from projections.reviews.compare_cells import (
    CellChange,
    CompareTask,
    EventBetween,
    EventBetweenKind,
    ExtractStandpoint,
    PanelCell,
    compare_partnership,
)
from projections.reviews.extract import METHOD, ExtractSource, ReviewProgress
from projections.reviews.freeze import RerunDifference, difference, same_log, sha256_of
from projections.reviews.manifest import Manifest, read_manifest
from projections.reviews.registration import find_method
from projections.reviews.table_files import ExtractFormat

_PANEL: Final = f"panel.{ExtractFormat.CSV}"


class ComparedExtract(Struct, frozen=True, kw_only=True):
    """One of the two extracts compared."""

    review_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    manifest_sha256: str
    from_files: bool
    """Whether its own figures were at hand; else they were made again by the present program."""


class UnsharedScope(Struct, frozen=True, kw_only=True):
    """What only one of the two looks at."""

    partnerships: tuple[UUID, ...]
    months: tuple[date, ...]


class ExtractComparison(Struct, frozen=True, kw_only=True):
    """How two extracts differ.

    `in_one_alone` counts cells with a figure in one of the two only. `definitions` lists what figures depend on beside
    the log that is not the same; `events` what was recorded between the two positions in the partnerships that both
    look at.
    """

    one: ComparedExtract
    other: ComparedExtract
    definitions: tuple[RerunDifference, ...]
    only_in_one: UnsharedScope
    only_in_other: UnsharedScope
    cells: int
    in_one_alone: int
    changed: tuple[CellChange, ...]
    events: tuple[EventBetween, ...]
    in_words: str


def compare_extracts(
    source: ExtractSource, one: Path, other: Path, executor: Executor, progress: ReviewProgress
) -> ExtractComparison:
    """Compare the extracts of two manifests on the partnerships and months that both look at.

    Raises ManifestInvalid, CannotRerun, BeyondHead, ReviewMethodMissing, OSError, and what workers raise.
    """
    first, second = _ComparedSide(source, one), _ComparedSide(source, other)
    months = sorted(set(first.manifest.months) & set(second.manifest.months))
    partnerships = sorted(first.partnerships & second.partnerships)
    tasks = [
        CompareTask(
            dsn=source.dsn,
            partnership_id=partnership_id,
            months=tuple(months),
            one=first.of(partnership_id),
            other=second.of(partnership_id),
        )
        for partnership_id in partnerships
    ]
    cells, in_one_alone, changed, events = 0, 0, list[CellChange](), list[EventBetween]()
    for count, partnership in enumerate(in_order(executor, compare_partnership, tasks), start=1):
        cells += partnership.cells
        in_one_alone += partnership.in_one_alone
        changed += partnership.changed
        events += partnership.events
        progress(count, len(tasks))
    definitions = tuple(_definition_changes(first.manifest, second.manifest))
    return ExtractComparison(
        one=first.described,
        other=second.described,
        definitions=definitions,
        only_in_one=first.alone(second),
        only_in_other=second.alone(first),
        cells=cells,
        in_one_alone=in_one_alone,
        changed=tuple(changed),
        events=tuple(events),
        in_words=_in_words(cells, in_one_alone, changed, events, definitions),
    )


class _ComparedSide:
    """One of the two extracts, with its own figures where they are at hand."""

    def __init__(self, source: ExtractSource, path: Path) -> None:
        self.manifest = read_manifest(path)
        same_log(source, self.manifest)
        document_path = path.parent / METHOD
        documents = [document_path.read_bytes()] if document_path.is_file() else []
        method_used, self._position = self.manifest.method, self.manifest.position
        method = find_method(source.log, method_used.sha256, method_used.method_id, self._position, documents)
        self._method = method_document(method)
        self._recorded_at = _recorded_at(source.log, self._position)
        self._panel = _panel_beside(path, self.manifest)
        self.described = ComparedExtract(
            review_id=self.manifest.review_id,
            position=self._position,
            as_of=self.manifest.as_of,
            method=method_used.id,
            method_sha256=method_used.sha256,
            manifest_sha256=sha256_of(path),
            from_files=self._panel is not None,
        )

    @property
    def partnerships(self) -> set[UUID]:
        """The partnerships it looks at, of either group."""
        registered = self.manifest.registered
        return {*registered.cohort_partnership_ids, *registered.comparison_partnership_ids}

    def of(self, partnership_id: UUID) -> ExtractStandpoint:
        """The part of it that a worker needs for one partnership."""
        return ExtractStandpoint(
            position=self._position,
            recorded_at=self._recorded_at,
            method=self._method,
            stored=None if self._panel is None else self._panel.get(partnership_id, {}),
        )

    def alone(self, other: "_ComparedSide") -> UnsharedScope:
        """The partnerships and months that the other does not look at."""
        return UnsharedScope(
            partnerships=tuple(sorted(self.partnerships - other.partnerships)),
            months=tuple(sorted(set(self.manifest.months) - set(other.manifest.months))),
        )


Panel = dict[UUID, dict[tuple[date, str], PanelCell]]


def _panel_beside(path: Path, manifest: Manifest) -> Panel | None:
    """Read the figures beside a manifest, if they are there and as it says."""
    file = path.parent / _PANEL
    expected = next((each.sha256 for each in manifest.files if each.path == _PANEL), None)
    if not file.is_file() or sha256_of(file) != expected:
        return None
    panel: Panel = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            cell = PanelCell(
                value=_number(row["value"]),
                low=_number(row["low"]),
                high=_number(row["high"]),
                status=row["status"],
                missing=row["missing"] or None,
            )
            key = date.fromisoformat(row["as_of"]), row["measure"]
            panel.setdefault(UUID(row["partnership_id"]), {})[key] = cell
    return panel


def _number(text: str) -> float | None:
    return float(text) if text else None


def _recorded_at(log: LogRecorder, position: int) -> datetime:
    recorded_at = log.recorded_at(position)
    assert recorded_at is not None  # noqa: S101 - the tree reaches the position
    return recorded_at


def _definition_changes(one: Manifest, other: Manifest) -> Iterator[RerunDifference]:
    yield from difference("method", one.method, other.method)
    for name in one.made_by.__struct_fields__:
        yield from difference(f"made_by.{name}", getattr(one.made_by, name), getattr(other.made_by, name))


def _in_words(
    cells: int,
    in_one_alone: int,
    changed: Sequence[CellChange],
    events: Sequence[EventBetween],
    definitions: Iterable[RerunDifference],
) -> str:
    lines = [f"{len(changed)} of {cells} cells changed"]
    if in_one_alone:
        lines.append(f"  {in_one_alone} have a figure in one of the two only: how far they moved is not said")
    for cause in ("events", "method", "program"):
        count = sum(cause in each.because for each in changed)
        if count:
            lines.append(f"  {count} because of {_CAUSES[cause]}")
    kinds = Counter(each.kind for each in events)
    lines += [f"  recorded in between, {kind}: {kinds[kind]}" for kind in EventBetweenKind if kinds[kind]]
    lines += [f"  {each.what} was {each.was} and is {each.now}" for each in definitions]
    return "\n".join(lines)


_CAUSES: Final = {
    "events": "events recorded between the two positions",
    "method": "another method",
    "program": "another version of the program",
}
