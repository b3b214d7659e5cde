"""Import spreadsheets under a mapping: every row is accounted for, and importing again adds nothing."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid5

import msgspec

from api.runtime.services import Services
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.operator import operator_actor
from domain.imports.csv_file import UnreadableSpreadsheet, shown_name
from domain.imports.importer import Importer
from domain.imports.mapping import NAMESPACE, Mapping
from domain.imports.mapping_document import find_mapping, shipped_mappings
from domain.imports.row_order import PreparedRows, prepare_rows
from domain.imports.row_report import ImportSummary, ImportTally, RowEntry, RowOutcome, RowReport
from domain.imports.spreadsheets import recognise_spreadsheet
from domain.imports.toml_document import MappingFaulty
from domain.log.errors import BoundaryConflict, LockTimeout, LogUnavailable
from domain.vault import Asker, VaultError, WordReader
from scripts.support.exits import CommandFailed, Exit
from scripts.support.garbage import seldom_collected
from scripts.support.progress import progress_bar
from scripts.support.services import open_services, settings_in_force

HELP = "import spreadsheets (CSV, also gzipped) under a mapping"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "mapping", metavar="MAPPING", help=f"the path of a mapping, or one of {', '.join(shipped_mappings())}"
    )
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="the files; in any order")
    parser.add_argument("--dry-run", action="store_true", help="account for every row as if it were imported")
    parser.add_argument("--correct", action="store_true", help="correct the record where a row says otherwise now")
    parser.add_argument("--report", type=Path, metavar="CSV", help="write what became of each row, with its line")
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Import, and say what became of the rows. Refused rows are an answer too: they end the command well."""
    mapping, rows = _read(args.mapping, args.files)
    tally = ImportTally(mapping, rehearsed=args.dry_run, files=map(shown_name, args.files))
    with _report(args) as report:
        with open_services(settings_in_force(), command="import") as services:
            _import(services, mapping, rows, (tally, report), dry_run=args.dry_run, correct=args.correct)
        if report is not None:
            report.finish()
    summary = tally.summary()
    print(msgspec.json.encode(summary).decode() if args.json else _in_words(summary))
    return Exit.DONE


@contextmanager
def _report(args: argparse.Namespace) -> Iterator[RowReport | None]:
    """Open the report before anything is recorded, so that what was done can always be read."""
    if args.report is None:
        yield None
        return
    if any(args.report.exists() and path.exists() and args.report.samefile(path) for path in _read_paths(args)):
        raise CommandFailed(Exit.USAGE, f"--report: {args.report} is read by this import: name another file")
    try:
        report = RowReport(args.report)
    except OSError as error:
        why = f"{args.report} cannot be written ({error.strerror or error}): nothing was imported"
        raise CommandFailed(Exit.USAGE, f"--report: {why}") from None
    try:
        yield report
    finally:
        report.close()


def _read_paths(args: argparse.Namespace) -> list[Path]:
    return [Path(args.mapping), *args.files]


def _read(mapping_name: str, files: Sequence[Path]) -> tuple[Mapping, PreparedRows]:
    try:
        mapping = find_mapping(mapping_name)
    except MappingFaulty as error:
        raise CommandFailed(Exit.USAGE, str(error)) from None
    sheets, faults = [], []
    for path in files:
        try:
            sheets.append(recognise_spreadsheet(mapping, path))
        except UnreadableSpreadsheet as error:
            faults.append(str(error))
    names = [shown_name(path) for path in files]
    faults += [f"{name}: two files have this name" for name in sorted({n for n in names if names.count(n) > 1})]
    if faults:
        raise CommandFailed(Exit.USAGE, "nothing was imported:\n  " + "\n  ".join(faults))
    try:
        return mapping, prepare_rows(mapping, sheets)
    except (UnreadableSpreadsheet, OSError) as error:
        raise CommandFailed(Exit.USAGE, f"nothing was imported:\n  {error}") from None


def _import(
    services: Services,
    mapping: Mapping,
    rows: PreparedRows,
    accounts: tuple[ImportTally, RowReport | None],
    *,
    dry_run: bool,
    correct: bool,
) -> None:
    actor = operator_actor(services.recorder, uuid5(NAMESPACE, "importer"))
    reader = WordReader(services.trail, Asker(actor_id=actor.actor_id), "command import")
    recorder = BulkRecorder(services.handler, reader, rehearsal=dry_run)
    importer = Importer(mapping, recorder, now=services.now(), actor=actor, correct=correct)
    tally, report = accounts
    try:
        with reader.recorded(), progress_bar(mapping.title, len(rows)) as show_progress, seldom_collected():
            for entry in importer.run(rows):
                tally.add(entry)
                _add(report, entry, tally.rows)
                show_progress(tally.rows, len(rows))
    except VaultError as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    except (LogUnavailable, LockTimeout, BoundaryConflict) as error:
        message = f"{error}; import the same files again: what was recorded is not recorded twice"
        raise CommandFailed(Exit.DATABASE_UNAVAILABLE, message) from None
    except OSError as error:  # the temporary file in which the rows wait
        message = f"{error}; import the same files again: what was recorded is not recorded twice"
        raise CommandFailed(Exit.UNEXPECTED, message) from None


def _add(report: RowReport | None, entry: RowEntry, count: int) -> None:
    try:
        if report is not None:
            report.add(entry)
    except OSError as error:
        message = f"--report: it cannot be written any more ({error.strerror or error}); {count} rows were done: import"
        message += (
            " the same files again with a report that can be written, and what was recorded is not recorded twice"
        )
        raise CommandFailed(Exit.UNEXPECTED, message) from None


def _in_words(summary: ImportSummary) -> str:
    verb = "would be" if summary.rehearsed else "were"
    lines = [f"{summary.rows} rows; {summary.events} events {verb} recorded"]
    if summary.registered:
        lines[0] += f", and {summary.registered} that register the bodies and partnerships they name"
    for file, counts in {"in all": summary.outcomes, **summary.files}.items():
        outcome_counts = [f"{counts[outcome]} {outcome.value}" for outcome in RowOutcome if counts[outcome]]
        lines.append(f"  {file}: {', '.join(outcome_counts) or 'no rows'}")
    if summary.reasons:
        lines.append("reasons:")
        lines += [f"  {count:>6}  {reason}" for reason, count in summary.reasons.items()]
    if summary.warnings:
        lines.append("recorded, but may be slips:")
        lines += [f"  {count:>6}  {warning}" for warning, count in summary.warnings.items()]
    return "\n".join(lines)
