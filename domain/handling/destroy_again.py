"""Destruction by the word of the log: the people forgotten, the texts taken out, and the keys that went with them.

A vault that was restored holds keys again that the log says are gone. What is said here is carried out again before
anything is opened.
"""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from domain.events import EventBody, name_of
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.selection import Selection, on
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.log.decode_events import decode_event
from domain.log.find_records import find_records
from domain.log.memorandum import ForgottenLine, MemorandumLine, TakenOutLine
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import Vault

_OUTSTANDING: Final = "SELECT event_id, thing, kind FROM vault.outstanding()"
DESTRUCTIONS: Final = frozenset({Selection(frozenset({name_of(SubjectErased), name_of(TextRedacted)}), frozenset())})
"""The events that say that something is destroyed."""


def keys_of_text(log: LogRecorder, record_id: UUID, field: str, *, before: int | None = None) -> frozenset[UUID]:
    """Find the keys under which one text of a record is sealed, in its corrections and theirs too, up to a position."""
    first = log.find(record_id)
    if first is None:
        return frozenset()
    versions, record_ids = [decode_event(first)], [record_id]
    while record_ids:
        selections = frozenset(on("record", each, RecordCorrected) for each in record_ids)
        corrections = [
            each for each in find_records(log, selections, upto=before) if isinstance(each.body, RecordCorrected)
        ]
        version_ids = {each.event_id for each in versions}
        versions += [each for each in corrections if each.event_id not in version_ids]
        record_ids = [each.event_id for each in corrections if each.event_id not in version_ids]
    texts = (getattr(replacement_body(each.body), field, None) for each in versions)
    return frozenset(text.key_id for text in texts if isinstance(text, Sealed))


def destroy_outstanding(log: LogRecorder, vault: Vault) -> int:
    """Destroy again whatever the log says is destroyed and is not. Returns how many keys were still there."""
    with log.transaction() as cursor:
        outstanding = cursor.execute(_OUTSTANDING).fetchall()
        if not outstanding:
            return 0
        erasures = [(thing, event_id) for event_id, thing, kind in outstanding if kind == "erasure"]
        redactions = [
            ((thing,) if thing else keys_redacted(log, event_id), event_id)
            for event_id, thing, kind in outstanding
            if kind == "redaction"
        ]
        key_count = vault.replay_erasures(cursor, erasures) if erasures else 0
        return key_count + (vault.replay_redactions(cursor, redactions) if redactions else 0)


def memorandum_lines(log: LogRecorder, log_id: UUID, events: Iterable[Recorded]) -> Iterator[MemorandumLine]:
    """The lines of the memorandum for the erasures and redactions among some events."""
    for event in events:
        match event.body:
            case SubjectErased(subject_id=subject_id):
                yield ForgottenLine(log_id=log_id, event_id=event.event_id, subject_id=subject_id)
            case TextRedacted(record_id=record_id, field=field):
                key_ids = tuple(sorted(keys_of_text(log, record_id, field, before=event.position)))
                yield TakenOutLine(
                    log_id=log_id, event_id=event.event_id, record_id=record_id, field=field, key_ids=key_ids
                )
            case _:
                continue


def keys_redacted(log: LogRecorder, event_id: UUID) -> frozenset[UUID]:
    """Find the keys that a redaction destroyed."""
    event = log.find(event_id)
    body = decode_event(event).body if event is not None else None
    if event is None or not isinstance(body, TextRedacted):
        return frozenset()
    return keys_of_text(log, body.record_id, body.field, before=event.position)


def replacement_body(body: EventBody) -> EventBody:
    """Find the body that a correction, or a correction of one, puts in place."""
    while isinstance(body, RecordCorrected):
        body = corrected_body(body)
    return body
