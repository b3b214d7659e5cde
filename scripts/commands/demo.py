"""Serve a populated Folkmoot: an invented county over ten years, on this machine alone, to look around in."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from api.runtime.logs import configure_logging
from api.runtime.settings import Settings
from domain.embedded_server import default_data_dir
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.opened import OpenDemonstration, open_demonstration, without_a_trace
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.tour import Visitor, tour
from scripts.support.exits import Exit
from scripts.support.follower_process import following
from scripts.support.garbage import SERVING, seldom_collected
from scripts.support.http_server import LOOPBACK, api_server, listen, serving
from scripts.support.services import settings_in_force
from scripts.support.signals import Terminated, terminable
from scripts.support.worker_process import working

HELP = "serve a populated demonstration on this machine"

_SHOWN: Final = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=int, help="the port; by default $FOLKMOOT_PORT, else 8000; 0 takes a free one")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where its data is kept; by default beside the real")
    parser.add_argument(
        "--check",
        action="store_true",
        help="record a meeting, read trust and health, print one JSON object and end; without --data nothing is kept",
    )


def run(args: argparse.Namespace) -> int:
    """Open the demonstration, seed it if it is empty, then serve it or check it."""
    settings_read = settings_in_force()
    configure_logging(sys.stderr)
    with (
        suppress(Terminated),
        terminable(),
        _settings(settings_read, args) as settings,
        open_demonstration(settings) as demonstration,
    ):
        return _serve(demonstration, settings, args)
    return Exit.UNEXPECTED if args.check else Exit.DONE


def _serve(demonstration: OpenDemonstration, settings: Settings, args: argparse.Namespace) -> int:
    """Serve the demonstration until it is ended, or check it."""
    if args.check:
        print(json.dumps(_check(demonstration)))
        return Exit.DONE
    port = settings.port if args.port is None else args.port
    follower = following(settings, demonstration.dsn, out=sys.stderr) if settings.follow else nullcontext()
    worker = working(settings, out=sys.stderr) if settings.work else nullcontext()
    with follower, worker, listen(LOOPBACK, port) as listener:
        _print_addresses(demonstration, listener.getsockname()[1])
        with seldom_collected(SERVING):
            api_server(demonstration.services).run(sockets=[listener])
    return Exit.DONE


@contextmanager
def _settings(settings_read: Settings, args: argparse.Namespace) -> Iterator[Settings]:
    """The settings with a data folder of the demonstration's own; a check without one leaves nothing behind."""
    if args.data is not None or settings_read.database_url or not args.check:
        yield replace(settings_read, data_dir=args.data.absolute() if args.data else default_data_dir() / "demo")
        return
    with without_a_trace(settings_read) as settings:
        yield settings


def _print_addresses(demonstration: OpenDemonstration, port: int) -> None:
    base = f"http://{LOOPBACK}:{port}"
    lines = [f"Folkmoot answers at {base}", "", "Look around, signed in (this address works once):", ""]
    lines += [f"  {base}{demonstration.link}", "", f"What the API offers: {base}/docs", ""]
    for neighbourhood in demonstration.plan.neighbourhoods[:_SHOWN]:
        lines.append(f"{neighbourhood.name} Neighbourhood Board")
        lines += [
            f"  {base}/v1/partnerships/{neighbourhood.partnership_id}/{view}"
            for view in ("trust", "health", "timeline")
        ]
    lines += ["", f"All of them: {base}/v1/projections"]
    lines += ["", "A key, shown this once, and what the examples in README.md are about, for your shell:", ""]
    variables = _shell_variables(demonstration.board, base, demonstration.key)
    lines += [f"  export {name}={value}" for name, value in variables.items()]
    lines += ["", '  curl -H "Authorization: Bearer $KEY" $URL/v1/partnerships', ""]
    print("\n".join(lines), file=sys.stderr, flush=True)


def _shell_variables(neighbourhood: CastNeighbourhood, base: str, key: str) -> dict[str, str]:
    return {
        "URL": base,
        "KEY": key,
        "PARTNERSHIP": str(neighbourhood.partnership_id),
        "COUNCIL": str(neighbourhood.bodies[CastPart.DISTRICT].id),
        "RESIDENTS": str(neighbourhood.bodies[CastPart.TENANTS].id),
    }


def _check(demonstration: OpenDemonstration) -> dict[str, Any]:
    """Serve on a free port for as long as a short tour takes."""
    with serving(demonstration.services) as base:
        return tour(Visitor(urlsplit(base).port or 0, demonstration.key), demonstration.board)
