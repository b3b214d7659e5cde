"""Serve a populated Folkmoot: an invented county over ten years, on this machine alone, to look around in."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from api.http.keys import Scope, create_key, list_keys, revoke_key
from api.pages.ground.browser_sessions import create_link
from api.runtime.logs import configure_logging
from api.runtime.services import Services
from api.runtime.settings import Settings
from domain.embedded_server import default_data_dir
from domain.log.sessions import connect
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.county import CountyPlan, plan_county
from scripts.demonstration.seeding import SEED, seed
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.tour import Visitor, tour
from scripts.support.exits import Exit
from scripts.support.follower_process import following
from scripts.support.http_server import LOOPBACK, api_server, listen, serving
from scripts.support.services import open_database, open_services_over, settings_in_force
from scripts.support.signals import Terminated, terminable

HELP = "serve a populated demonstration on this machine"

_KEY_NAME: Final = "demonstration"
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
        ThreadPoolExecutor(max_workers=1) as beside,
    ):
        planned = beside.submit(plan_county, SEED)  # while the database starts
        with open_database(settings) as dsn:
            plan = planned.result()
            seed(settings, dsn, plan)
            with open_services_over(settings, dsn, command="demo") as services:
                return _serve(services, dsn, plan, settings, args)
    return Exit.UNEXPECTED if args.check else Exit.DONE


def _serve(services: Services, dsn: str, plan: CountyPlan, settings: Settings, args: argparse.Namespace) -> int:
    """Serve the demonstration until it is ended, or check it."""
    neighbourhood = plan.neighbourhoods[0]
    key, link = _fresh_key(services, dsn, neighbourhood)
    if args.check:
        print(json.dumps(_check(services, neighbourhood, key)))
        return Exit.DONE
    port = settings.port if args.port is None else args.port
    follower = following(dsn, out=sys.stderr) if settings.follow else nullcontext()
    with follower, listen(LOOPBACK, port) as listener:
        _print_addresses(plan, listener.getsockname()[1], key, link)
        api_server(services).run(sockets=[listener])
    return Exit.DONE


@contextmanager
def _settings(settings_read: Settings, args: argparse.Namespace) -> Iterator[Settings]:
    """The settings with a data folder of the demonstration's own; a check without one leaves nothing behind."""
    if args.data is not None or settings_read.database_url or not args.check:
        yield replace(settings_read, data_dir=args.data.absolute() if args.data else default_data_dir() / "demo")
        return
    temporary = Path(tempfile.mkdtemp(prefix="folkmoot-demo-"))
    try:
        yield replace(settings_read, data_dir=temporary)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _fresh_key(services: Services, dsn: str, neighbourhood: CastNeighbourhood) -> tuple[str, str]:
    """Make a key for whoever writes the board's minutes, and a link that signs in with it once.

    Those of earlier starts are taken away.
    """
    with connect(dsn, application_name="folkmoot-demo") as connection:
        for key in list_keys(connection):
            if key.name == _KEY_NAME and key.revoked_at is None:
                revoke_key(connection, key.key_id, vault=services.vault)
        key_text = create_key(
            connection,
            name=_KEY_NAME,
            scope=Scope.RECORD,
            party_id=neighbourhood.bodies[CastPart.TRUST].id,
            vault=services.vault,
            speaks_for=sorted(neighbourhood.secretary.speaks_for),
        )
        (fresh,) = (each for each in list_keys(connection) if each.name == _KEY_NAME and each.revoked_at is None)
        return key_text, create_link(connection, fresh.key_id)


def _print_addresses(plan: CountyPlan, port: int, key: str, link: str) -> None:
    base = f"http://{LOOPBACK}:{port}"
    lines = [f"Folkmoot answers at {base}", "", "Look around, signed in (this address works once):", ""]
    lines += [f"  {base}/sign-in/{link}", "", f"What the API offers: {base}/docs", ""]
    for neighbourhood in plan.neighbourhoods[:_SHOWN]:
        lines.append(f"{neighbourhood.name} Neighbourhood Board")
        lines += [
            f"  {base}/v1/partnerships/{neighbourhood.partnership_id}/{view}"
            for view in ("trust", "health", "timeline")
        ]
    lines += ["", f"All of them: {base}/v1/projections"]
    lines += ["", "A key, shown this once, and what the examples in README.md are about, for your shell:", ""]
    lines += [f"  export {name}={value}" for name, value in _shell_variables(plan.neighbourhoods[0], base, key).items()]
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


def _check(services: Services, neighbourhood: CastNeighbourhood, key: str) -> dict[str, Any]:
    """Serve on a free port for as long as a short tour takes."""
    with serving(services) as base:
        return tour(Visitor(urlsplit(base).port or 0, key), neighbourhood)
