"""Do the work in the background until told to stop: what was put into the queue, and what is due."""

import argparse
import asyncio
import os
import sys
import threading
from dataclasses import replace

from api.all_tasks import ALL_TASKS
from api.queue.worker import SILENT_S, QueueWorker
from api.runtime.logs import configure_logging
from api.webhooks.webhook_tasks import following_for_webhooks
from domain.log.connections import WORKER
from scripts.support.exits import Exit
from scripts.support.metrics_port import metrics_shown
from scripts.support.nightly_tasks import NIGHTLY_TASKS
from scripts.support.services import open_database, open_services_over, settings_in_force
from scripts.support.signals import end_with_stdin, stopped_by_signals

_THREADS = 6  # pieces of work at once, and some spare
HELP = "do the work in the background: reviews, mail, deliveries, what is due every night"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--until-stdin-ends", action="store_true", help="end when standard input does: with whoever holds its other end"
    )
    parser.add_argument(
        "--silent-after",
        type=float,
        default=SILENT_S,
        metavar="SECONDS",
        help="for how long another worker may say nothing before its work is taken over; the same for all workers",
    )


def run(args: argparse.Namespace) -> int:
    """Work; the signal to end lets what is under way finish within 20 seconds, or be given back."""
    configure_logging()
    stopping = stopped_by_signals()
    if args.until_stdin_ends:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    settings = settings_in_force()
    tasks = (*ALL_TASKS, *(NIGHTLY_TASKS if settings.nightly else ()))
    with (
        open_database(settings, login=WORKER) as dsn,
        open_services_over(replace(settings, threads=_THREADS), dsn, command="work") as services,
        metrics_shown(settings, services.recorder.connections, shows_background=True),
    ):
        worker = QueueWorker(services, tasks, stopping, silent_s=args.silent_after)
        print("Working.", file=sys.stderr, flush=True)
        with following_for_webhooks(services):
            asyncio.run(worker.run())
    if not worker.is_idle():  # what was given back is somebody else's now, and its thread would keep us for its time
        sys.stdout.flush()
        os._exit(Exit.DONE)
    return Exit.DONE
