"""Reviews for evaluators: register a question before its outcome is seen, freeze an extract, make it again, compare."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4, uuid5

import msgspec

from api.http.problems import Problem
from api.http.validation import read_struct
from api.runtime.services import Services
from domain.decisions.command_context import CommandContext
from domain.decisions.refusals import Refusal
from domain.decisions.reviews import RegisterReview
from domain.events.stewardship import ReviewRegistered
from domain.handling.handler import Acknowledged
from domain.handling.operator import operator_actor
from domain.log.connections import WRITER
from domain.log.errors import BeyondHead, LogError
from domain.values import day_of
from domain.vocabulary import Source as Door
from projections.engine.executors import open_executor
from projections.method.document import default_method
from projections.method.method import method_document, method_sha256
from projections.reviews.compare_extracts import ExtractComparison, compare_extracts
from projections.reviews.comparison_tables import write_comparison
from projections.reviews.extract import ALL_FORMS, ExtractRequest, ExtractSource, NothingToFreeze, make_extract
from projections.reviews.freeze import (
    CannotRerun,
    FolderTaken,
    NotRecorded,
    RerunResult,
    new_folder,
    record_frozen,
    rerun,
    sha256_of,
)
from projections.reviews.manifest import MANIFEST, ManifestInvalid
from projections.reviews.registration import (
    ReviewMethodMissing,
    UnknownReview,
    beforehand,
    registered_review,
    registered_reviews,
    review_method,
)
from projections.reviews.table_files import ExportMissing, ExtractFormat
from scripts.support.exits import CommandFailed, Exit
from scripts.support.partnership_args import find_partnership, read_method
from scripts.support.progress import progress_bar
from scripts.support.services import open_database, open_services_over, settings_in_force

HELP = "register, freeze, make again and compare reviews"

_FAULTS: Final = (
    UnknownReview,
    ReviewMethodMissing,
    NothingToFreeze,
    BeyondHead,
    CannotRerun,
    FolderTaken,
    ManifestInvalid,
    ExportMissing,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    _configure_register(actions.add_parser("register", help="write down the question before the outcome is seen"))
    freeze = actions.add_parser("freeze", help="write an extract to a folder and put it on record")
    freeze.add_argument("review", type=UUID, metavar="REVIEW", help="its id")
    freeze.add_argument("--position", type=int, help="as far as was recorded by this position; by default all")
    freeze.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="months over by this day; today")
    freeze.add_argument(
        "--format", choices=[form.value for form in ExtractFormat], action="append", help="by default both"
    )
    freeze.add_argument("--method", type=Path, metavar="FILE", help="its method's document, where the log has none")
    again = actions.add_parser("rerun", help="make an extract again from its manifest and compare every file")
    again.add_argument("manifest", type=Path, metavar="MANIFEST")
    differ = actions.add_parser("diff", help="say what changed between two extracts, cell by cell, and because of what")
    differ.add_argument("one", type=Path, metavar="MANIFEST")
    differ.add_argument("other", type=Path, metavar="MANIFEST")
    differ.add_argument("--to", type=Path, metavar="FOLDER", help="a new or empty folder to write it to as tables")
    for command in (freeze, again):
        command.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new or empty folder")
    for command in (freeze, again, differ):
        command.add_argument("--workers", type=int, default=1, help="how many processes work at it; by default one")
    actions.add_parser("list", help="list the reviews registered, with their extracts")


def _configure_register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--question", required=True)
    parser.add_argument("--cohort", required=True, nargs="+", metavar="PARTNERSHIP", help="each by id or exact name")
    parser.add_argument("--comparison", nargs="+", default=[], metavar="PARTNERSHIP", help="those it is compared with")
    parser.add_argument("--from", dest="start", required=True, type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--to", dest="end", required=True, type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--baseline", type=date.fromisoformat, metavar="DAY", help="where the months before begin")
    parser.add_argument("--outcome", action="append", default=[], metavar="NAME", help="a measure, indicator or domain")
    parser.add_argument("--method", type=UUID, metavar="ID", help="a published method; by default the one shipped")
    parser.add_argument("--retrospective", action="store_true", help="say that the window is over")


def run(args: argparse.Namespace) -> int:
    """Run the action: its result as JSON on standard output, in words on standard error."""
    if getattr(args, "workers", 1) < 1:
        raise CommandFailed(Exit.USAGE, "give --workers of at least 1")
    actions: dict[str, Callable[[Services, ExtractSource, argparse.Namespace], int]] = {
        "register": _register,
        "freeze": _freeze,
        "rerun": _rerun,
        "diff": _diff,
        "list": _list,
    }
    settings = settings_in_force()
    with open_database(settings, login=WRITER) as dsn, open_services_over(settings, dsn, command="review") as services:
        try:
            return actions[args.action](services, ExtractSource(log=services.recorder, dsn=dsn), args)
        except _FAULTS as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except NotRecorded as error:
            message = f"the extract is in {args.to}, but not on record: {error}"
            raise CommandFailed(Exit.USAGE, message) from None
        except LogError as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise CommandFailed(Exit.USAGE, f"{error.filename} cannot be used: {error.strerror}") from None
        except OSError as error:
            raise CommandFailed(Exit.UNEXPECTED, f"nothing was written: {error.strerror or error}") from None


def _register(services: Services, source: ExtractSource, args: argparse.Namespace) -> int:
    command = _registration(services, args)
    context = _context(services, uuid4())
    outcome = services.handler.handle(command, context, context.command_id.bytes)
    if isinstance(outcome, Refusal):
        faults = "; ".join(f"{fault.pointer.removeprefix('#/')}: {fault.detail}" for fault in outcome.faults)
        raise CommandFailed(Exit.USAGE, f"nothing was registered: {faults}")
    assert isinstance(outcome, Acknowledged)  # noqa: S101 - the command's id is new
    review_id = next(each.body.review_id for each in outcome.events if isinstance(each.body, ReviewRegistered))
    registration = registered_review(source.log, review_id)
    record = beforehand(source.log, registration, outcome.position)
    _print(
        f"Registered as {review_id} at position {outcome.position}. On record of its window already: "
        f"{record.events_in_window} events, {record.outcomes_in_window} figures read for places."
    )
    return _print_json({"review_id": review_id, "position": outcome.position, "beforehand": record})


def _registration(services: Services, args: argparse.Namespace) -> RegisterReview:
    registration_fields = {
        "question": args.question,
        "cohort": [find_partnership(services, each) for each in args.cohort],
        "comparison": [find_partnership(services, each) for each in args.comparison],
        "window_start_on": args.start,
        "window_end_on": args.end,
        "baseline_start_on": args.baseline,
        "outcomes": args.outcome,
        "method": args.method,
        "method_sha256": None if args.method else method_sha256(default_method()),
        "retrospective": args.retrospective,
    }
    plain = msgspec.to_builtins({name: value for name, value in registration_fields.items() if value is not None})
    try:
        return read_struct(plain, RegisterReview)
    except Problem as problem:
        faults = "; ".join(f"{str(each.pointer).removeprefix('#/')}: {each.detail}" for each in problem.errors)
        raise CommandFailed(Exit.USAGE, f"nothing was registered: {faults}") from None


def _freeze(services: Services, source: ExtractSource, args: argparse.Namespace) -> int:
    head = source.log.head()
    position = head.position if args.position is None else args.position
    as_of = args.as_of or day_of(head.now)
    if as_of > day_of(head.now):
        raise CommandFailed(Exit.USAGE, f"--as-of: {as_of} lies in the future")
    request = ExtractRequest(
        review_id=args.review,
        position=position,
        as_of=as_of,
        forms=tuple(form for form in ALL_FORMS if form in (args.format or ALL_FORMS)),
    )
    source.log.root(position)  # refuses one beyond the head
    documents = [] if args.method is None else [method_document(read_method(args.method))]
    method = review_method(source.log, registered_review(source.log, args.review, position), position, documents)
    with new_folder(args.to) as folder, open_executor(args.workers) as executor, progress_bar("Freezing") as progress:
        manifest = make_extract(source, request, method, folder, executor, progress)
    sha256 = sha256_of(args.to / MANIFEST)
    frozen = record_frozen(services.handler, _context(services, uuid5(args.review, sha256)), manifest, sha256)
    _print(f"Frozen in {args.to} at position {position}, as of {manifest.as_of}. Cite it as {sha256}.")
    return _print_json(
        {
            "review_id": args.review,
            "folder": str(args.to),
            "position": position,
            "as_of": manifest.as_of,
            "manifest_sha256": sha256,
            "recorded_at": frozen.recorded_at,
            "design": manifest.design,
        }
    )


def _rerun(_: Services, source: ExtractSource, args: argparse.Namespace) -> int:
    with open_executor(args.workers) as executor, progress_bar("Making again") as progress:
        result: RerunResult = rerun(source, args.manifest, args.to, executor, progress)
    if not result.recorded:
        _print("The log holds no freeze with this manifest: it was edited, or never put on record.")
    for name in result.edited:
        _print(f"{name} beside the manifest is no longer what the manifest says.")
    if result.identical:
        _print(f"All {result.files} files are the same to the byte.")
    else:
        _print(f"Not the same: {', '.join(result.differing)}.")
        for reason in result.because:
            _print(f"  {reason.what} was {reason.was} and is {reason.now}")
    _print_json(result)
    return Exit.DONE if result.identical else Exit.DRIFT_FOUND


def _diff(_: Services, source: ExtractSource, args: argparse.Namespace) -> int:
    with ExitStack() as stack:
        folder = None if args.to is None else stack.enter_context(new_folder(args.to))
        executor, progress = (
            stack.enter_context(open_executor(args.workers)),
            stack.enter_context(progress_bar("Comparing")),
        )
        result: ExtractComparison = compare_extracts(source, args.one, args.other, executor, progress)
        if folder is not None:
            write_comparison(result, folder)
    _print(result.in_words)
    return _print_json(result)


def _list(_: Services, source: ExtractSource, args: argparse.Namespace) -> int:
    del args
    result = list(registered_reviews(source.log))
    for entry in result:
        _print(f"{entry.body.review_id}  {len(entry.frozen)} frozen  {entry.body.question}")
    return _print_json(result)


def _context(services: Services, command_id: UUID) -> CommandContext:
    """Speak as whoever runs this Folkmoot."""
    return CommandContext(
        actor=operator_actor(services.recorder, uuid5(command_id, "operator")),
        command_id=command_id,
        now=services.now(),
        person_of=services.vault.person_of,
        source=Door.OPERATOR,
    )


def _print(text: str) -> None:
    print(text, file=sys.stderr)


def _print_json(content: object) -> int:
    print(msgspec.json.encode(content).decode())
    return Exit.DONE
