"""The extract of a review: a folder of files made from a position and a day, the same bytes wherever it is made.

Partnerships are worked on by an executor, in whatever order; rows are written in order of their ids.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import FolkmootError
from domain.log.recorder import LogRecorder
from projections.engine.executors import in_order
from projections.method.method import Method, method_document, method_sha256
from projections.reviews.data_package import DICTIONARY, PACKAGE, README, dictionary, package, readme
from projections.reviews.evidence_level import OutcomeCounts, evidence_level
from projections.reviews.extract_tables import PanelRow, PlaceOutcomeRow, ReviewGroup, ReviewPeriod, tables_by
from projections.reviews.manifest import (
    FORMAT,
    MANIFEST,
    ExtractFile,
    Manifest,
    MethodUsed,
    ReviewRegistration,
    encode_manifest,
    made_by,
)
from projections.reviews.partnership_part import PartnershipPart, PartTask, ReviewMonths, partnership_part
from projections.reviews.registration import (
    RegisteredReview,
    beforehand,
    outcome_rows,
    registered_review,
)
from projections.reviews.table_files import ExtractFormat, TableFiles, table_files
from projections.scoring.formulas.opinion import EvidenceStatus

ALL_FORMS: Final = (ExtractFormat.CSV, ExtractFormat.PARQUET)
METHOD: Final = "method.json"
CHECKSUMS: Final = "checksums.sha256"

ReviewProgress = Callable[[int, int], None]


class NothingToFreeze(FolkmootError, ValueError):
    """No whole month of the review was over by the day asked about, or it was not registered by the position."""


class ExtractRequest(Struct, frozen=True, kw_only=True):
    """The extract to make: of which review, as known at which position, by the end of which day."""

    review_id: UUID
    position: int
    as_of: date
    forms: tuple[ExtractFormat, ...] = ALL_FORMS


class ExtractSource(Struct, frozen=True, kw_only=True):
    """The source of an extract: the log, and the connection string by which workers reach it themselves."""

    log: LogRecorder
    dsn: str

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return "ExtractSource(...)"


def make_extract(
    source: ExtractSource,
    request: ExtractRequest,
    method: Method,
    folder: Path,
    executor: Executor,
    progress: ReviewProgress = lambda _done, _total: None,
) -> Manifest:
    """Make the files of an extract in an empty folder; returns its manifest, which is one of them.

    `as_of` comes down to the end of the last month that was over. Raises UnknownReview, NothingToFreeze, BeyondHead,
    ExportMissing, OSError, and what workers raise.
    """
    log = source.log
    root = log.root(request.position)  # refuses a position beyond the head
    registration = registered_review(log, request.review_id, request.position)
    months = registration.months(request.as_of)
    recorded_at = log.recorded_at(request.position)
    if not months.ends or recorded_at is None:
        raise NothingToFreeze(f"no whole month of the review was over by {request.as_of}: ask for a later day")
    document = method_document(method)
    tasks = [
        PartTask(
            dsn=source.dsn,
            partnership_id=partnership_id,
            group=group,
            position=request.position,
            recorded_at=recorded_at,
            months=months,
            method=document,
            outcomes=registration.body.outcomes,
        )
        for partnership_id, group in registration.groups
    ]
    outcomes = list(outcome_rows(log, registration, request.position, months.ends[-1]))
    outcome_counter = _OutcomeCounter(months, is_registered=bool(registration.body.outcomes))
    with table_files(tables_by(method), folder, request.forms) as files:
        for count, part in enumerate(in_order(executor, partnership_part, tasks), start=1):
            _write_part(files, part, outcome_counter)
            progress(count, len(tasks))
        outcome_counter.outcomes(outcomes)
        files["outcomes"].write(outcomes)
    tables = [_file_made(folder / f"{name}.{form}", files[name].rows) for form in request.forms for name in files]
    manifest = Manifest(
        format=FORMAT,
        review_id=request.review_id,
        log_id=log.head().log_id,
        position=request.position,
        as_of=months.ends[-1],
        tree_root=root.hex(),
        registered=registered(source.log, registration, request.position),
        method=_method_used(method, registration),
        months=months.ends,
        forms=request.forms,
        made_by=made_by(),
        design=evidence_level(outcome_counter.counts()),
        files=(),
    )
    return _finished(manifest, method, document, folder, tables)


def _write_part(files: dict[str, TableFiles], part: PartnershipPart, outcome_counter: "_OutcomeCounter") -> None:
    for table in files.keys() - {"outcomes"}:
        files[table].write(getattr(part, table))
    outcome_counter.panel(part.panel)


def _finished(manifest: Manifest, method: Method, document: bytes, folder: Path, tables: list[ExtractFile]) -> Manifest:
    """Write the files that go with the tables, and last the manifest and the checksums."""
    by_path = {each.path: each for each in tables}
    contents = {
        DICTIONARY: dictionary(tables_by(method)),
        PACKAGE: package(manifest, tables),
        METHOD: document,
        README: readme(manifest, method, by_path),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = sorted([*tables, *(_file_made(folder / name) for name in contents)], key=attrgetter("path"))
    complete = replace(manifest, files=tuple(files))
    (folder / MANIFEST).write_bytes(encode_manifest(complete))
    (folder / CHECKSUMS).write_bytes(_checksums([*files, _file_made(folder / MANIFEST)]))
    return complete


def registered(log: LogRecorder, registration: RegisteredReview, position: int) -> ReviewRegistration:
    """The registration as a manifest has it, with how much of what is known at a position was on record by then."""
    body = registration.body
    return ReviewRegistration(
        event_id=registration.event_id,
        position=registration.position,
        recorded_at=registration.recorded_at,
        corrected_by=registration.corrected_by,
        retrospective=body.retrospective,
        question=body.question,
        cohort_partnership_ids=body.cohort_partnership_ids,
        comparison_partnership_ids=body.comparison_partnership_ids,
        baseline_start_on=body.baseline_start_on,
        window_start_on=body.window_start_on,
        window_end_on=body.window_end_on,
        outcomes=body.outcomes,
        beforehand=beforehand(log, registration, position),
    )


def _method_used(method: Method, registration: RegisteredReview) -> MethodUsed:
    return MethodUsed(
        id=method.id, title=method.title, sha256=method_sha256(method), method_id=registration.body.method_id
    )


def _file_made(path: Path, rows: int | None = None) -> ExtractFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return ExtractFile(path=path.name, bytes=path.stat().st_size, sha256=sha256, rows=rows)


def _checksums(files: Iterable[ExtractFile]) -> bytes:
    """The digests of files as `sha256sum` reads them."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=attrgetter("path"))).encode()


class _OutcomeCounter:
    """Counts the partnerships that have an outcome, by group and period."""

    def __init__(self, months: ReviewMonths, *, is_registered: bool) -> None:
        self._months = months
        self._is_registered = is_registered
        self._partnerships: set[tuple[ReviewGroup, ReviewPeriod, UUID]] = set()

    def panel(self, rows: Iterable[PanelRow]) -> None:
        """Count the cells that have a value and enough behind it."""
        for row in rows:
            if (
                row.status is EvidenceStatus.ENOUGH
                and row.value is not None
                and (row.registered or not self._is_registered)
            ):
                self._partnerships.add((row.group, row.period, row.partnership_id))

    def outcomes(self, rows: Iterable[PlaceOutcomeRow]) -> None:
        """Count figures read for places, by the last day they are about."""
        for row in rows:
            if row.registered or not self._is_registered:
                self._partnerships.add((row.group, self._months.period(row.period_end_on), row.partnership_id))

    def counts(self) -> OutcomeCounts:
        """The counts so far."""
        counts = Counter((group, period) for group, period, _ in self._partnerships)
        return OutcomeCounts(
            cohort_before=counts[ReviewGroup.COHORT, ReviewPeriod.BEFORE],
            cohort_window=counts[ReviewGroup.COHORT, ReviewPeriod.WINDOW],
            comparison_before=counts[ReviewGroup.COMPARISON, ReviewPeriod.BEFORE],
            comparison_window=counts[ReviewGroup.COMPARISON, ReviewPeriod.WINDOW],
        )
