"""First answers: what a fresh server takes for a partnership of very many events, and then once more.

Each question is asked of a server of its own, as in use, twice, and then the others are asked as well.
A server that was just started works long histories out in the background: it is left to finish, or asked at once.
"""

import argparse
import base64
import tempfile
import time
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from urllib.request import Request, urlopen
from uuid import UUID

from api.access.keys import Scope, create_key
from domain.events import texts_of
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.values import Sealed
from domain.vault import Vault, WrappingKey
from domain.vault.wrapping_key import KEY_BYTES, KEY_VARIABLE
from scripts.benchmarks.databases import server
from scripts.benchmarks.lag import run_command
from scripts.benchmarks.large_log import kept_folder, large_log
from scripts.benchmarks.served_process import ServedProcess, served_process

HELP = "start a server, and time its first answers about a very long partnership; no yardstick: a bound of their own"

_QUESTIONS: Final = {
    "trust_today": "trust",
    "trust_another_day": "trust?as_of={day}",
    "health_today": "health",
    "health_another_day": "health?as_of={day}",
}
_DAY: Final = "2024-03-01"
_MOST_S, _MOST_BYTES = 2.0, 1_000_000
_PATIENCE_S: Final = 120.0
_IDLE_S, _LOOK_S = 0.15, 3.0
"""The work of a server that rests, and the time in which it is."""
_LONGEST: Final = """
    SELECT partition_id, count(*) FROM log.event WHERE partition_id IN (
        SELECT partition_id FROM log.event WHERE type = 'partnership-formed')
    GROUP BY partition_id ORDER BY count(*) DESC LIMIT 1
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the length, and the other day that is asked about."""
    parser.add_argument("--events", type=int, default=50_000, help="events of the log (default 50000)")
    parser.add_argument("--day", default=_DAY, help=f"the other day asked about (default {_DAY})")
    parser.add_argument("--at-once", action="store_true", help="ask as soon as it serves, while it still works")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the log (default 2026)")
    parser.add_argument("--keep", type=kept_folder, metavar="FOLDER", help="keep the log here, for another time")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Make the log and what is stored of it, and ask each question of a fresh server."""
    secret = Random(args.seed).randbytes(KEY_BYTES)  # noqa: S311 - wraps nothing, and is the same for a log that is kept
    with server(args.keep) as postgres, tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
        dsn = large_log(postgres, events=args.events, partnerships=1, seed=args.seed)
        run_command(dsn, "rebuild", "--all")
        partnership_id, event_count = _longest(dsn)
        key = _reading_key(dsn, Vault(WrappingKey(secret)))
        environment = {
            "DATABASE_URL": dsn,
            "FOLKMOOT_DATA_DIR": folder,
            KEY_VARIABLE: base64.b64encode(secret).decode(),
        }
        questions = {
            name: f"/v1/partnerships/{partnership_id}/{question.format(day=args.day)}"
            for name, question in _QUESTIONS.items()
        }
        first_answers: dict[str, object] = {}
        for first in questions:
            with served_process(environment) as served:
                if not args.at_once:
                    _rest(served)
                first_answers[f"{first}_first"] = {
                    name: [_answer(served, key, questions[name]) for _ in range(2)]
                    for name in (first, *(each for each in questions if each != first))
                }
    return {
        "events": event_count,
        "another_day": args.day,
        "at_once": args.at_once,
        **first_answers,
        "must_reach": {"seconds": _MOST_S, "bytes": _MOST_BYTES},
    }


def _rest(served: ServedProcess) -> None:
    """Wait until a server has nothing to do, for so long at most as is waited for an answer."""
    worked_s, patient_until = -1.0, time.perf_counter() + _PATIENCE_S
    while served.worked_s() - worked_s > _IDLE_S and time.perf_counter() < patient_until:
        worked_s = served.worked_s()
        time.sleep(_LOOK_S)


def _answer(served: ServedProcess, key: str, path: str) -> dict[str, Any]:
    """One answer: how long it took, how long the server worked meanwhile, and its bytes."""
    request = Request(served.base + path, headers={"Authorization": f"Bearer {key}"})  # noqa: S310 - our own server
    worked_s, began = served.worked_s(), time.perf_counter()
    with urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310 - our own server
        content = answer.read()
    seconds = time.perf_counter() - began
    return {
        "seconds": round(seconds, 2),
        "cpu_s": round(served.worked_s() - worked_s, 2),
        "bytes": len(content),
    }


def _longest(dsn: str) -> tuple[UUID, int]:
    with connect(dsn, application_name="folkmoot-bench") as connection:
        row = connection.execute(_LONGEST).fetchone()
    if row is None:
        raise LookupError("the log holds no partnership")
    return row


def _reading_key(dsn: str, vault: Vault) -> str:
    """A key to the API, over a vault that has none of the keys of what was copied: those count as destroyed."""
    with connect(dsn, application_name="folkmoot-bench") as connection, connection.cursor() as cursor:
        vault.introduce(cursor)
        connection.execute("TRUNCATE vault.tombstone")
        with cursor.copy("COPY vault.tombstone (key_id, event_id) FROM STDIN") as copy:
            for destroyed in _keys_of_texts(dsn):
                copy.write_row(destroyed)
        return create_key(connection, name="bench", scope=Scope.STEWARD, vault=vault)


def _keys_of_texts(dsn: str) -> Iterator[tuple[UUID, UUID]]:
    """The key of every text of a log, once, with the event that holds it."""
    keys: set[UUID] = set()
    with LogRecorder(dsn, application_name="folkmoot-bench") as log:
        for event in log.after(0):
            for _, text in texts_of(decode_event(event).body):
                if isinstance(text, Sealed) and text.key_id not in keys:
                    keys.add(text.key_id)
                    yield text.key_id, event.event_id
