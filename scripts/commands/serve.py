"""Serve the API until told to stop; a termination signal lets requests that are under way finish."""

import argparse
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from api.runtime.log_watch import WATCH_CONNECTIONS
from api.runtime.logs import configure_logging
from api.runtime.services import SPARE_CONNECTIONS, Services
from api.runtime.settings import Settings
from domain.log.connections import WRITER
from domain.log.sessions import connections_allowed
from scripts.support.exits import CommandFailed, Exit
from scripts.support.follower_process import following
from scripts.support.garbage import SERVING, seldom_collected
from scripts.support.http_server import api_server, listen
from scripts.support.long_histories import long_histories_ready
from scripts.support.metrics_port import metrics_shown
from scripts.support.services import open_database, open_services_over, settings_in_force
from scripts.support.signals import Terminated, terminable
from scripts.support.worker_process import working

HELP = "serve the API"

_OF_A_FOLLOWER = 8  # connections of a follower, beside us or elsewhere
_OF_A_WORKER = 20  # those of a worker, where there is one beside us


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--host", help="the address to listen on; by default $FOLKMOOT_HOST, else 127.0.0.1")
    parser.add_argument("--port", type=int, help="the port; by default $FOLKMOOT_PORT, else 8000; 0 takes a free one")


def run(args: argparse.Namespace) -> int:
    """Open everything, serve, and close everything in order."""
    settings = settings_in_force()
    host = args.host or settings.host
    port = settings.port if args.port is None else args.port
    configure_logging()
    with (
        suppress(Terminated, KeyboardInterrupt),
        terminable(),
        open_database(settings, login=WRITER) as dsn,
        _room_for(settings.threads, dsn, beside=_beside(settings)),
        open_services_over(settings, dsn, command="serve") as services,
        following(settings, dsn) if settings.follow else nullcontext(),
        working(settings) if settings.work else nullcontext(),
        metrics_shown(settings, services.recorder.connections, shows_background=True),
        long_histories_ready(services),
    ):
        serve(services, host, port)
    return Exit.DONE


def _beside(settings: Settings) -> int:
    """The connections that are taken beside those of requests: of who follows, who waits at streams, who works."""
    watch = WATCH_CONNECTIONS if settings.allowances.streams else 0
    return _OF_A_FOLLOWER + watch + (_OF_A_WORKER if settings.work else 0)


@contextmanager
def _room_for(threads: int, dsn: str, *, beside: int) -> Iterator[None]:
    """Refuse more threads than the database has connections for: requests would be answered 503 by turns."""
    allowed = connections_allowed(dsn)
    most = allowed - SPARE_CONNECTIONS - beside
    if threads > most:
        message = (
            f"FOLKMOOT_THREADS={threads} takes {threads + SPARE_CONNECTIONS + beside} connections and the database "
            f"lets {allowed} in: set it to {most} or less, or raise max_connections"
        )
        raise CommandFailed(Exit.CONFIGURATION, message)
    yield


def serve(services: Services, host: str, port: int) -> None:
    """Answer requests until a signal comes; says on standard error where."""
    importlib.import_module("scipy.special")  # else it loads within the first answer that has a range
    with listen(host, port) as listener:
        address, port = listener.getsockname()[:2]
        host_shown = f"[{address}]" if ":" in address else address
        print(f"Folkmoot answers at http://{host_shown}:{port}", file=sys.stderr, flush=True)
        with seldom_collected(SERVING):
            api_server(services).run(sockets=[listener])
