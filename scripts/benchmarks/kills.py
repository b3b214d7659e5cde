"""Kills, again and again, of the server, the follower, the worker and PostgreSQL while meetings are recorded.

Each runs as in use, in a process of its own over a durable database, is ended by force at a random moment and begun
anew, and a webhook is told of all that is recorded. At the end what was acknowledged is counted against the log, what
was delivered against both, and the record and its stored projections are verified.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

import msgspec

from api.access.accounts import AccountKind, create_account
from api.access.grants import GrantHand, give_role
from api.access.keys import Scope, create_key
from api.access.reach import EVERYWHERE
from api.access.user_roles import UserRole
from api.http.idempotency import HEADER
from api.runtime.logs import configure_logging
from api.runtime.settings import Settings, read_settings
from domain.checkout import ROOT
from domain.embedded_server.data_dir import cluster_folder
from domain.events.envelope import decode_envelope
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.values import day_of
from scripts.benchmarks.hook_receiver import HookReceiver
from scripts.benchmarks.kept_process import KeptProcess
from scripts.benchmarks.lag_watch import LagWatch
from scripts.benchmarks.load_meetings import EVENTS, meeting_of_eight_events
from scripts.benchmarks.steady_writers import SteadyWriters
from scripts.demonstration.opened import OpenDemonstration, open_demonstration, steward_key, without_a_trace

HELP = "kill server, follower, worker and PostgreSQL again and again while meetings are recorded and delivered"

_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "server": ("serve",),
    "follower": ("follow",),
    "worker": ("work",),
}
_POSTGRESQL: Final = "postgresql"
_LONGEST_S: Final = 1.5
_PATIENCE_S: Final = 60.0
_LOOK_S: Final = 0.05


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare how many are killed, by how many writers meetings are recorded, and the seed of the moments."""
    parser.add_argument("--kills", type=int, default=200, help="how many are killed (default 200)")
    parser.add_argument("--writers", type=int, default=4, help="who record at once (default 4)")
    parser.add_argument("--seed", type=int, default=1, help="chooses whom to kill and when (default 1)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Kill, let everything settle, and count."""
    configure_logging(sys.stderr)
    with without_a_trace(read_settings(os.environ)) as settings, open_demonstration(settings) as demonstration:
        log, before = demonstration.services.recorder, demonstration.services.recorder.head().position
        base, key = f"http://127.0.0.1:{_free_port()}", steward_key(demonstration)
        began = time.monotonic()
        with HookReceiver() as receiver, _kept(settings, base, receiver.host) as processes:
            _wait(lambda: _answers(base), "the server to answer")
            _make_webhook(base, demonstration, receiver)
            with SteadyWriters(base, key, _meetings(demonstration), writers=args.writers) as writers:
                kills = _kill(processes, settings, base, args)
            _begin_anew(processes)
            _wait(lambda: _answers(base), "the server to answer")
            is_level = _is_level(demonstration)
            deliveries = _delivered(log, before, receiver)
        return {
            "kills": sum(kills.values()),
            "kills_by_process": dict(sorted(kills.items())),
            "seconds": round(time.monotonic() - began, 1),
            "answers_by_status": dict(sorted(writers.answers_by_status.items())),
            **_counted(log, before, writers),
            "deliveries": deliveries,
            "stored_projections_level": is_level,
            "verified": _verified(settings),
            "must_reach": {"lost": 0, "doubled": 0, "gaps": 0, "undelivered": 0, "out_of_order": 0, "verified": True},
        }


@contextmanager
def _kept(settings: Settings, base: str, webhook_host: str) -> Iterator[dict[str, KeptProcess]]:
    """The processes, each begun, ended with the block."""
    assert settings.data_dir is not None  # noqa: S101 - made for this run
    environment = {
        **os.environ,
        "FOLKMOOT_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": "",
        "FOLKMOOT_FOLLOW": "no",
        "FOLKMOOT_WORK": "no",
        "FOLKMOOT_WEBHOOK_HOSTS": webhook_host,
        "FOLKMOOT_PORT": base.rpartition(":")[2],
    }
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(KeptProcess(words, environment, settings.data_dir / f"{name}.log"))
            for name, words in _COMMANDS.items()
        }


def _kill(
    processes: Mapping[str, KeptProcess], settings: Settings, base: str, args: argparse.Namespace
) -> Counter[str]:
    """Kill one after another, at moments and in an order that the seed chooses; whoever has ended is begun anew."""
    chance = random.Random(args.seed)  # noqa: S311 - moments, no secret
    kills: Counter[str] = Counter()
    while sum(kills.values()) < args.kills:
        victim = chance.choice([*processes, _POSTGRESQL])
        if victim == _POSTGRESQL:
            kills[victim] += _kill_postgresql(settings)
        else:
            kills[victim] += processes[victim].kill()
        time.sleep(chance.uniform(0, _LONGEST_S))
        _begin_anew(processes)
        if chance.random() < 0.5:  # noqa: PLR2004 - half of the kills find a server that answers, half one that begins
            _wait(lambda: _answers(base), "the server to answer")
    return kills


def _kill_postgresql(settings: Settings) -> bool:
    """End PostgreSQL's first process by force; False where it is down already."""
    assert settings.data_dir is not None  # noqa: S101 - made for this run
    try:
        pid = int((cluster_folder(settings.data_dir) / "postmaster.pid").read_text("ascii").split()[0])
        os.kill(pid, signal.SIGKILL)
    except (OSError, IndexError, ValueError):
        return False
    return True


def _counted(log: LogRecorder, before: int, writers: SteadyWriters) -> dict[str, Any]:
    """Counts of acknowledged events that are not on record, and of those there twice, in part, or after a gap."""
    events = list(log.after(before))
    ids = {str(event.event_id) for event in events}
    commands = Counter(decode_envelope(event.envelope).command_id for event in events)
    acknowledged = [event["event_id"] for receipt in writers.receipts for event in receipt["events"]]
    receipts = Counter(receipt["command_id"] for receipt in writers.receipts)
    unknown = len(commands) - len(receipts)
    return {
        "meetings_acknowledged": len(writers.receipts),
        "lost": sum(event_id not in ids for event_id in acknowledged),
        "doubled": sum(count - EVENTS for count in commands.values() if count > EVENTS)
        + max(0, unknown - len(writers.unacknowledged))
        + sum(count - 1 for count in receipts.values()),
        "recorded_in_part": sum(count < EVENTS for count in commands.values()),
        "gaps": sum(event.position != before + place for place, event in enumerate(events, 1)),
        "events_on_record": len(events),
    }


def _begin_anew(processes: Mapping[str, KeptProcess]) -> None:
    for process in processes.values():
        if not process.is_running:
            process.begin()


def _make_webhook(base: str, demonstration: OpenDemonstration, receiver: HookReceiver) -> None:
    """Have all that is recorded from now on sent to the receiver, for a service that may know of all of it."""
    vault = demonstration.services.vault
    with connect(demonstration.dsn, application_name="folkmoot-bench", autocommit=True) as connection:
        account_id = create_account(
            connection, vault, kind=AccountKind.SERVICE, organisation_id=None, name="a receiver"
        )
        by = GrantHand(why="Takes what is recorded")
        give_role(connection, vault, account_id=account_id, role=UserRole.STEWARD, reach=EVERYWHERE, by=by)
        key = create_key(connection, name="a receiver", scope=Scope.STEWARD, account_id=account_id, vault=vault)
    request = Request(  # noqa: S310 - our own server
        f"{base}/v1/me/webhooks",
        msgspec.json.encode({"name": "a receiver", "url": receiver.url}),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json", HEADER: "a-receiver"},
    )
    with urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - our own server
        answer.read()


def _delivered(log: LogRecorder, before: int, receiver: HookReceiver) -> dict[str, Any]:
    """Counts of deliveries, once no more come: events on record that never did, and events out of order."""
    expected = set(range(before + 1, log.head().position + 1))
    came_at, came = time.monotonic(), 0
    while expected - receiver.positions().keys() and time.monotonic() - came_at < _PATIENCE_S:
        if (now := receiver.positions().total()) > came:
            came_at, came = time.monotonic(), now
        time.sleep(_LOOK_S)
    times = receiver.positions()
    return {
        "delivered": len(times),
        "delivered_again": times.total() - len(times),
        "undelivered": len(expected - times.keys()),
        "never_recorded": len(times.keys() - expected),
        "out_of_order": receiver.out_of_order(),
    }


def _is_level(demonstration: OpenDemonstration) -> bool:
    """True once the follower reaches the head of the log."""
    with LagWatch(demonstration.dsn) as watch:
        return watch.wait_for(demonstration.services.recorder.head().position)


def _verified(settings: Settings) -> bool:
    """True where `folkmoot verify` finds record, vault and stored projections whole."""
    environment = {**os.environ, "FOLKMOOT_DATA_DIR": str(settings.data_dir), "DATABASE_URL": ""}
    words = [sys.executable, "-m", "scripts.cli", "verify"]
    return subprocess.run(words, cwd=ROOT, env=environment, stdout=sys.stderr, check=False).returncode == 0


def _meetings(demonstration: OpenDemonstration) -> Any:  # noqa: ANN401 - a function of a number
    boards: Sequence[Any] = demonstration.plan.neighbourhoods
    today = day_of(demonstration.services.now())
    return lambda number: meeting_of_eight_events(boards[number % len(boards)], today, number)


def _wait(is_so: Callable[[], bool], for_what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {_PATIENCE_S:.0f} s for {for_what}")
        time.sleep(_LOOK_S)


def _answers(base: str) -> bool:
    try:
        with urlopen(f"{base}/readyz", timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)  # noqa: PLR2004 - ready to serve
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
