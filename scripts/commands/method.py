"""Scoring methods: fit one to what came after on other logs, read one, compare two, and publish one for all to use."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import msgspec
from msgspec import UnsetType
from msgspec.structs import replace

from api.reading.figures import published_methods
from api.resources.stewardship import document_faults
from api.runtime.services import Services
from domain.decisions.command_context import CommandContext
from domain.decisions.refusals import Refusal
from domain.decisions.stewardship import PublishMethod
from domain.events.stewardship import MethodPublished
from domain.handling.handler import Acknowledged
from domain.handling.operator import operator_actor
from domain.structs import NotAsDeclared, read_value
from domain.vocabulary import Source as Door
from projections.backtest.calibration import Calibration, NothingToFit, calibrate, with_surveys_fitted
from projections.backtest.survey_fit import TooFewReadings
from projections.method.document import MethodInvalid, default_method, load_method, shipped_method
from projections.method.method import Method, MethodId, method_document, method_sha256
from projections.method.method_settings import provenance_of, setting_differences, settings_of
from scripts.support.calibration_logs import calibration_sources, survey_source
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_services, settings_in_force

HELP = "fit, read, compare and publish scoring methods"

_SPACE: Final = UUID("3c1d4c4e-5a53-4c0c-9a0f-6b8f3f0b7d20")
_SEEDS: Final = 30
_LONGEST_LIST: Final = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    show = actions.add_parser("show", help="print a method setting by setting, with where each comes from")
    show.add_argument("method", metavar="METHOD", help="a file, or the name, SHA-256 or id of one shipped or published")
    differ = actions.add_parser("diff", help="say in which settings two methods differ")
    differ.add_argument("one", metavar="METHOD")
    differ.add_argument("other", metavar="METHOD")
    for reader in (show, differ):
        reader.add_argument("--json", action="store_true", help="print one JSON object")
    publish = actions.add_parser("publish", help="publish a method, so that partnerships can adopt it")
    publish.add_argument("file", type=Path, metavar="FILE")
    fit = actions.add_parser(
        "calibrate", help="fit a method to an earlier stretch of other logs and score it on a later"
    )
    fit.add_argument("--to", type=Path, required=True, metavar="FILE", help="the new document; it must not exist")
    fit.add_argument("--id", required=True, help="the name of the new method, such as our-method-2026")
    fit.add_argument("--title", required=True)
    fit.add_argument("--author", required=True)
    fit.add_argument("--method", metavar="METHOD", help="the method to begin from; by default the one shipped")
    fit.add_argument(
        "--log",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="a data folder of another Folkmoot, with the name by which the document cites it; repeat for more",
    )
    fit.add_argument(
        "--generated", type=int, default=_SEEDS, metavar="COUNT", help="partnerships made up by chance; 0 for none"
    )
    fit.add_argument(
        "--votes",
        metavar="NAME=FILE",
        help="fit survey settings to votes on statements too, as Polis publishes them; alone: those settings only",
    )
    fit.add_argument("--json", action="store_true", help="print every setting and every trial as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "show": _show,
        "diff": _diff,
        "publish": _publish,
        "calibrate": _calibrate,
    }
    return actions[args.action](args)


def _show(args: argparse.Namespace) -> int:
    method = _method(args.method)
    settings, sources = settings_of(method), provenance_of(method)
    if args.json:
        return _print_json({"method": method, "sha256": method_sha256(method), "provenance": sources})
    print(f"{method.title} ({method.id}), published on {method.published_on} by {method.author}")
    print(f"SHA-256 {method_sha256(method)}")
    for setting, value in settings.items():
        print(f"{setting:<44} {_brief(value)}")
    print("\nWhere settings come from:")
    for setting, text in sources.items():
        print(f"{setting}\n  {text}")
    return Exit.DONE


def _diff(args: argparse.Namespace) -> int:
    one, other = _method(args.one), _method(args.other)
    differences = setting_differences(one, other)
    if args.json:
        shas = {"one": method_sha256(one), "other": method_sha256(other)}
        return _print_json({**shas, "differences": differences})
    for difference in differences:
        print(f"{difference.setting}: {_brief(difference.one)} -> {_brief(difference.other)}")
    if not differences:
        print("Every figure is the same by both: no setting differs.")
    return Exit.DONE


def _publish(args: argparse.Namespace) -> int:
    method = read_method_file(args.file)
    document = method_document(method).decode()
    command = PublishMethod(title=method.title, document=document, method_sha256=method_sha256(method))
    faults = document_faults(command)
    if faults:
        raise CommandFailed(Exit.USAGE, _all_faults(f"{args.file} is not published", (each.detail for each in faults)))
    with open_services(settings_in_force(), command="method") as services:
        method_id = _published_in(services, command)
    print(f"Published {method.id} as {method_id}. A partnership uses it once it has adopted it.", file=sys.stderr)
    return _print_json({"method_id": method_id, "method_sha256": command.method_sha256})


def _published_in(services: Services, command: PublishMethod) -> UUID:
    """Publish a method as whoever runs this Folkmoot; once published, it is found again."""
    for body in published_methods(services):
        if body.method_sha256 == command.method_sha256:
            return body.method_id
    command_id = uuid5(_SPACE, command.method_sha256)
    context = CommandContext(
        actor=operator_actor(services.recorder, uuid5(command_id, "operator")),
        command_id=command_id,
        now=services.now(),
        person_of=services.vault.person_of,
        source=Door.OPERATOR,
    )
    outcome = services.handler.handle(command, context, msgspec.json.encode(command, order="deterministic"))
    if isinstance(outcome, Refusal):
        raise CommandFailed(Exit.USAGE, _all_faults("nothing was published", (each.detail for each in outcome.faults)))
    assert isinstance(outcome, Acknowledged)  # noqa: S101 - the same command answers the same
    return next(each.body.method_id for each in outcome.events if isinstance(each.body, MethodPublished))


def _calibrate(args: argparse.Namespace) -> int:
    if args.generated < 0 or not (args.generated or args.log or args.votes):
        raise CommandFailed(Exit.USAGE, "give --log, --votes, or --generated above 0: there is nothing to fit to")
    if args.to.exists():
        raise CommandFailed(Exit.USAGE, f"--to: {args.to} exists already: name another file")
    try:
        read_value(args.id, MethodId)
    except NotAsDeclared as error:
        raise CommandFailed(Exit.USAGE, _all_faults("--id", (fault.detail for fault in error.faults))) from None
    origin = default_method() if args.method is None else _method(args.method)
    votes = None if args.votes is None else survey_source(args.votes, origin.health.fewest_raters)
    start = replace(origin, id=args.id, title=args.title, author=args.author, published_on=datetime.now(UTC).date())
    _read_again(start, args.to)
    try:
        result = _fitted(start, args)
        result = result if votes is None else with_surveys_fitted(result, votes)
    except (NothingToFit, TooFewReadings) as error:
        raise CommandFailed(Exit.USAGE, str(error)) from None
    _read_again(result.method, args.to)
    args.to.write_bytes(msgspec.json.format(msgspec.json.encode(result.method)) + b"\n")
    if args.json:
        return _print_json(result)
    print(f"{result.method.id}: {result.tried} settings tried; SHA-256 {method_sha256(result.method)}")
    for fit in result.settings:
        print(f"{fit.setting}: {fit.value} ({fit.tried} tried on {fit.acts})\n  {fit.provenance}")
    return Exit.DONE


def _fitted(start: Method, args: argparse.Namespace) -> Calibration:
    """The method with all that can be fitted to duties; as it was where none are named."""
    if not (args.log or args.generated):
        return Calibration(method=start, settings=(), grades=(), tried=0)
    with calibration_sources(args.log, args.generated) as sources:
        return calibrate(sources, start, lambda name: print(f"Foretelling: {name}", file=sys.stderr))


def _read_again(method: Method, path: Path) -> None:
    """Raise CommandFailed where what would be written is no method."""
    try:
        load_method(method_document(method))
    except MethodInvalid as error:
        raise CommandFailed(Exit.USAGE, _all_faults(f"{path} is not written", _in_words(error))) from None


def _method(name: str) -> Method:
    """The method that is shipped or published under a name, a SHA-256 or an id, or written in a file."""
    shipped = shipped_method(name)
    if shipped is not None:
        return shipped
    path = Path(name)
    if path.is_file():
        return read_method_file(path)
    with open_services(settings_in_force(), command="method", changes=False) as services:
        for body in published_methods(services):
            if name in (str(body.method_id), body.method_sha256):
                return load_method(body.document.encode())
            with suppress(MethodInvalid):
                method = load_method(body.document.encode())
                if method.id == name:
                    return method
    raise CommandFailed(Exit.USAGE, f"{name} is no file and no method that is shipped or published here")


def read_method_file(path: Path) -> Method:
    """Read a method from a file. Raises CommandFailed naming every fault in it, one a line."""
    try:
        return load_method(path.read_bytes())
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"{path} cannot be read ({error.strerror})") from None
    except MethodInvalid as error:
        raise CommandFailed(Exit.USAGE, _all_faults(f"{path} is no method", _in_words(error))) from None


def _in_words(error: MethodInvalid) -> Iterator[str]:
    for fault in error.faults:
        yield f"{fault.pointer or 'the whole'}: {fault.detail}"


def _all_faults(what: str, faults: Iterable[str]) -> str:
    return f"{what}:\n  " + "\n  ".join(faults)


def _brief(value: object) -> str:
    match value:
        case UnsetType():
            return "left out"
        case None:
            return "none"
        case float():
            return f"{value:g}"
        case list():
            return f"{len(value)} of them" if len(value) > _LONGEST_LIST else ", ".join(map(str, value))
    return str(value)


def _print_json(content: object) -> int:
    print(msgspec.json.encode(content).decode())
    return Exit.DONE
