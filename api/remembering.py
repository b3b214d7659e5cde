"""Destroyed things stay destroyed: carried out again, from the log and the memorandum, before anything is served.

A restored vault is older than erasures that the log has; a restored database is older than erasures that only the
memorandum has. Those are recorded again, so that the log says of itself what is destroyed.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from api.http.auth import operator_of
from domain.audit.alteration import UNREADABLE
from domain.decisions.command import Command
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.stewardship import ForgetPerson, RedactText
from domain.events import decode, decode_envelope, texts_of
from domain.handling.destruction import DESTROYING, carry_out, to_remember
from domain.handling.handler import Handler
from domain.log.find_records import find_records
from domain.log.memorandum import Forgotten, Memorandum, TakenOut
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import KeyLost, NotInTheLog
from domain.vocabulary import Source

_GROUND: Final = "restored-database"
_FORGOTTEN_NO_MORE: Final = """
    SELECT subject_id FROM unnest(%s::uuid[]) AS remembered (subject_id)
    WHERE EXISTS (SELECT FROM log.tag WHERE tag = 'subject:' || subject_id)
      AND NOT EXISTS (SELECT FROM log.event WHERE type = 'subject-erased' AND partition_id = subject_id)
"""
_READABLE_AGAIN: Final = "SELECT key_id FROM vault.key WHERE key_id = ANY(%s::uuid[])"
_KNOWN: Final = """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM vault.key k WHERE k.key_id = named.key_id)
        OR EXISTS (SELECT FROM vault.tombstone t WHERE t.key_id = named.key_id))
    FROM unnest(%s::uuid[]) AS named (key_id)
"""
_FIRST_AND_LAST: Final = """
    (SELECT type, version, data, envelope FROM log.event ORDER BY position LIMIT 200)
    UNION ALL (SELECT type, version, data, envelope FROM log.event ORDER BY position DESC LIMIT 200)
"""


def nothing_comes_back(handler: Handler, memorandum: Memorandum | None) -> None:
    """Destroy again what the log or the memorandum says is destroyed; let the memorandum have all the log has.

    Raises NotInTheLog where that cannot be done, and MemorandumUnusable: then nothing may be served.
    """
    log, vault = handler.recorder, handler.vault
    carry_out(log, vault)
    vault.carry_out = partial(carry_out, log, vault)
    if memorandum is None:
        return
    log_id = log.head().log_id
    known = {line.event_id for line in memorandum.lines(log_id) if isinstance(line, Forgotten | TakenOut)}
    unremembered = [each for each in find_records(log, DESTROYING) if each.event_id not in known]
    memorandum.add(to_remember(log, log_id, unremembered))
    _record_again(handler, memorandum, log_id)


def refuse_an_empty_vault(log: LogRecorder) -> None:
    """Refuse a vault that has none of the keys of the log's first and last texts. Raises KeyLost."""
    with log.connections.borrow() as connection:
        key_ids = [key_id for row in connection.execute(_FIRST_AND_LAST).fetchall() for key_id in _keys_in(*row)]
        asked, there = connection.execute(_KNOWN, (key_ids,)).fetchone() or (0, 0)
    if asked and not there:
        raise KeyLost(
            "the vault is empty, and the log names keys that were kept in it: restore the vault's dump and start again"
        )


def _keys_in(name: str, version: int, data: bytes, envelope: bytes) -> list[UUID]:
    """List the keys of an event's texts; only a command, which has a fingerprint, keeps them with it."""
    try:
        if decode_envelope(envelope).fingerprint is None:
            return []
        return [text.key_id for _, text in texts_of(decode(name, version, data)) if isinstance(text, Sealed)]
    except UNREADABLE:
        return []  # for whoever reads it to say


def _record_again(handler: Handler, memorandum: Memorandum, log_id: UUID) -> None:
    """Record again, and so destroy again, what only the memorandum knows: the database is older than that."""
    lines = memorandum.lines(log_id)
    for subject_id in _forgotten_no_more(handler.recorder, lines):
        _give(handler, ForgetPerson(person=handler.vault.reference(subject_id)))
    for line in lines:
        if isinstance(line, TakenOut) and _readable_again(handler.recorder, line):
            record = handler.recorder.find(line.record_id)
            within = record.partition_id if record else None
            _give(handler, RedactText(record=line.record_id, field=line.field, ground=_GROUND), within)
    left = len(_forgotten_no_more(handler.recorder, lines))
    left += sum(isinstance(line, TakenOut) and _readable_again(handler.recorder, line) for line in lines)
    if left:
        raise NotInTheLog(
            f"this database is older than {left} erasures or redactions that {memorandum.file} remembers, and they "
            "cannot be carried out again in it: restore a newer dump of the log and of the vault"
        )


def _forgotten_no_more(log: LogRecorder, lines: Iterable[object]) -> list[UUID]:
    remembered = [line.subject_id for line in lines if isinstance(line, Forgotten)]
    with log.connections.borrow() as connection:
        return [subject_id for (subject_id,) in connection.execute(_FORGOTTEN_NO_MORE, (remembered,)).fetchall()]


def _readable_again(log: LogRecorder, line: TakenOut) -> bool:
    with log.connections.borrow() as connection:
        return connection.execute(_READABLE_AGAIN, (list(line.key_ids),)).fetchone() is not None


def _give(handler: Handler, order: Command, within: UUID | None = None) -> None:
    """Record a command in the operator's word; what it refuses is seen by what is left undone."""
    occasion = CommandContext(
        actor=Actor(actor_id=uuid4(), party=operator_of(handler.recorder), steward=True),
        command_id=uuid4(),
        now=handler.recorder.head().now,
        person_of=handler.vault.person_of,
        partnership_id=within,
        source=Source.OPERATOR,
    )
    handler.handle(order, occasion, occasion.command_id.bytes)
