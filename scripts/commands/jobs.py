"""The work in the background: what waits, is being done, has failed; tried again, cancelled, or forgotten."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct
from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job
from rich.console import Console
from rich.table import Table

from api.queue.standing_work import STATES
from api.queue.worker import DONE_DAYS, FAILED_DAYS, forget_ended, queue_app
from domain.log.connections import WORKER
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import print_json
from scripts.support.services import open_database, settings_in_force

HELP = "list the work in the background, and try again, cancel or forget some of it"
_SHOWN_UNASKED: Final = ("waiting", "doing", "failed")


class QueuedWork(Struct, frozen=True, kw_only=True):
    """A piece of work in the queue; `about` holds ids and whole numbers and nothing else."""

    number: int
    task: str
    state: str
    attempts: int
    due_at: datetime | None
    about: dict[str, Any]


class QueuedWorkList(Struct, frozen=True, kw_only=True):
    """The work in the queue, in the order in which it was put."""

    work: tuple[QueuedWork, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    ways = parser.add_subparsers(dest="way", metavar="WAY")
    listing = ways.add_parser("list", help="list work; that which waits, is being done or has failed, unless asked")
    listing.add_argument("--state", choices=sorted(set(STATES.values())), help="only work in this state")
    listing.add_argument("--task", help="only work of this task")
    listing.add_argument("--json", action="store_true", help="print the result as one JSON object")
    one_piece = (("retry", "try work that has failed again, now"), ("cancel", "cancel work that has not ended"))
    for way, meaning in one_piece:
        ways.add_parser(way, help=meaning).add_argument("number", type=int, help="the number of the work")
    purge = ways.add_parser("purge", help="forget work that ended long ago, as a worker does every hour")
    purge.add_argument("--done-days", type=int, default=DONE_DAYS, help="done or cancelled so many days ago")
    purge.add_argument("--failed-days", type=int, default=FAILED_DAYS, help="failed so many days ago")
    parser.set_defaults(way="list", state=None, task=None, json=False)


def run(args: argparse.Namespace) -> int:
    """Do what is asked, in the worker's role."""
    with open_database(settings_in_force(), login=WORKER, changes=False) as dsn:
        return asyncio.run(_over(dsn, _WAYS[args.way], args))


async def _over(dsn: str, way: Callable[[App, argparse.Namespace], Coroutine[Any, Any, int]], args: Any) -> int:  # noqa: ANN401 - as parsed
    async with queue_app(dsn).open_async() as app:
        return await way(app, args)


async def _list(app: App, args: argparse.Namespace) -> int:
    jobs = await app.job_manager.list_jobs_async(task=args.task)
    states = _SHOWN_UNASKED if args.state is None else (args.state,)
    work = tuple(each for each in map(_shown, jobs) if each.state in states)
    if args.json:
        print_json(QueuedWorkList(work=work))
        return Exit.DONE
    table = Table("number", "task", "state", "attempts", "due", "about")
    for row in work:
        about = ", ".join(f"{name} {value}" for name, value in row.about.items())
        due = "" if row.due_at is None else f"{row.due_at:%Y-%m-%d %H:%M:%S %Z}"
        table.add_row(str(row.number), row.task, row.state, str(row.attempts), due, about)
    Console(highlight=False).print(table if work else "Nothing waits, is being done, or has failed.")
    return Exit.DONE


async def _retry(app: App, args: argparse.Namespace) -> int:
    if not list(await app.job_manager.list_jobs_async(id=args.number, status="failed")):
        raise CommandFailed(Exit.USAGE, f"no work with the number {args.number} has failed")
    try:
        await app.job_manager.retry_job_by_id_async(args.number, retry_at=datetime.now(UTC))
    except UniqueViolation:
        raise CommandFailed(Exit.USAGE, f"the same as {args.number} waits already, and is done in its place") from None
    return Exit.DONE


async def _cancel(app: App, args: argparse.Namespace) -> int:
    if not await app.job_manager.cancel_job_by_id_async(args.number, abort=True):
        raise CommandFailed(Exit.USAGE, f"no work with the number {args.number} waits or is being done")
    return Exit.DONE


async def _purge(app: App, args: argparse.Namespace) -> int:
    await forget_ended(app, done_days=args.done_days, failed_days=args.failed_days)
    return Exit.DONE


def _shown(job: Job) -> QueuedWork:
    return QueuedWork(
        number=job.id or 0,
        task=job.task_name,
        state=STATES[str(job.status)],
        attempts=job.attempts,
        due_at=job.scheduled_at,
        about=dict(job.task_kwargs),
    )


_WAYS: Final = {"list": _list, "retry": _retry, "cancel": _cancel, "purge": _purge}
