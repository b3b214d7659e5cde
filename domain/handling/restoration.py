"""The mending of a restored dump before anything is served: what was destroyed is destroyed again.

A restored vault is older than erasures that the log has; a restored database is older than erasures that only the
memorandum has. Those are recorded again, so that the log itself says what is destroyed.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.decisions.stewardship import ForgetPerson, RedactText
from domain.events import decode, decode_envelope, texts_of
from domain.handling.destroy_again import DESTRUCTIONS, destroy_outstanding, memorandum_lines
from domain.handling.handler import Handler
from domain.handling.operator import operator_actor
from domain.log.decode_events import UNREADABLE
from domain.log.find_records import find_records
from domain.log.memorandum import ForgottenLine, Memorandum, TakenOutLine
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import KeyLost, NotInTheLog
from domain.vocabulary import Source

_GROUND: Final = "restored-database"
_NOT_FORGOTTEN: Final = """
    SELECT subject_id FROM unnest(%s::uuid[]) AS remembered (subject_id)
    WHERE EXISTS (SELECT FROM log.tag WHERE tag = 'subject:' || subject_id)
      AND NOT EXISTS (SELECT FROM log.event WHERE type = 'subject-erased' AND partition_id = subject_id)
"""
_KEPT_KEYS: Final = "SELECT key_id FROM vault.known(%s::uuid[]) WHERE is_kept"
_KNOWN: Final = "SELECT count(*) FROM vault.known(%s::uuid[])"
_FIRST_AND_LAST: Final = """
    (SELECT type, version, data, envelope FROM log.event ORDER BY position LIMIT 200)
    UNION ALL (SELECT type, version, data, envelope FROM log.event ORDER BY position DESC LIMIT 200)
"""


def destroy_again(handler: Handler, memorandum: Memorandum | None) -> None:
    """Destroy again what the log or the memorandum says is destroyed, and write to the memorandum what the log has.

    Raises NotInTheLog where that cannot be done, and MemorandumUnusable: then nothing may be served.
    """
    log, vault = handler.recorder, handler.vault
    destroy_outstanding(log, vault)
    vault.destroy_outstanding = partial(destroy_outstanding, log, vault)
    if memorandum is None:
        return
    log_id = log.head().log_id
    remembered = {line.event_id for line in memorandum.lines(log_id) if isinstance(line, ForgottenLine | TakenOutLine)}
    unremembered = [record for record in find_records(log, DESTRUCTIONS) if record.event_id not in remembered]
    memorandum.add(memorandum_lines(log, log_id, unremembered))
    _record_again(handler, memorandum, log_id)


def refuse_an_empty_vault(log: LogRecorder) -> None:
    """Refuse a vault that has none of the keys of the log's first and last texts. Raises KeyLost."""
    with log.connections.borrow() as connection:
        key_ids = [key_id for row in connection.execute(_FIRST_AND_LAST).fetchall() for key_id in _keys_in(*row)]
        (known_count,) = connection.execute(_KNOWN, (key_ids,)).fetchone() or (0,)
    if key_ids and not known_count:
        raise KeyLost(
            "the vault is empty, and the log names keys that were kept in it: restore the vault's dump and start again"
        )


def _keys_in(name: str, version: int, data: bytes, envelope: bytes) -> list[UUID]:
    """The keys of an event's texts; only a command, which has a fingerprint, keeps them with it."""
    try:
        if decode_envelope(envelope).fingerprint is None:
            return []
        return [text.key_id for _, text in texts_of(decode(name, version, data)) if isinstance(text, Sealed)]
    except UNREADABLE:
        return []  # for whoever reads it to say


def _record_again(handler: Handler, memorandum: Memorandum, log_id: UUID) -> None:
    """Record, and so destroy, again what only the memorandum knows: the database is older than that."""
    lines = memorandum.lines(log_id)
    for subject_id in _people_not_forgotten(handler.recorder, lines):
        _record(handler, ForgetPerson(person=handler.vault.reference(subject_id)))
    for line in lines:
        if isinstance(line, TakenOutLine) and _is_readable(handler.recorder, line):
            record = handler.recorder.find(line.record_id)
            partnership_id = record.partition_id if record else None
            _record(handler, RedactText(record=line.record_id, field=line.field, ground=_GROUND), partnership_id)
    outstanding = len(_people_not_forgotten(handler.recorder, lines))
    outstanding += sum(isinstance(line, TakenOutLine) and _is_readable(handler.recorder, line) for line in lines)
    if outstanding:
        raise NotInTheLog(
            f"this database is older than {outstanding} erasures or redactions that {memorandum.file} remembers, and "
            "they cannot be carried out again in it: restore a newer dump of the log and of the vault"
        )


def _people_not_forgotten(log: LogRecorder, lines: Iterable[object]) -> list[UUID]:
    """The people who the memorandum says were forgotten, and whose erasure the log does not have."""
    remembered = [line.subject_id for line in lines if isinstance(line, ForgottenLine)]
    with log.connections.borrow() as connection:
        return [subject_id for (subject_id,) in connection.execute(_NOT_FORGOTTEN, (remembered,)).fetchall()]


def _is_readable(log: LogRecorder, line: TakenOutLine) -> bool:
    """The vault holds a key of a text that the memorandum says was taken out."""
    with log.connections.borrow() as connection:
        return connection.execute(_KEPT_KEYS, (list(line.key_ids),)).fetchone() is not None


def _record(handler: Handler, command: Command, partnership_id: UUID | None = None) -> None:
    """Record a command in the operator's word; what it refuses is seen by what is left undone."""
    context = CommandContext(
        actor=operator_actor(handler.recorder, uuid4()),
        command_id=uuid4(),
        now=handler.recorder.head().now,
        person_of=handler.vault.person_of,
        partnership_id=partnership_id,
        source=Source.OPERATOR,
    )
    handler.handle(command, context, context.command_id.bytes)
