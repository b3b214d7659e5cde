"""Destruction by the word of the log: who was forgotten, which texts were taken out, the keys that went with them.

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
    versions, mended = [decode_event(first)], [record_id]
    while mended:
        selections = frozenset(on("record", each, RecordCorrected) for each in mended)
        corrections = [
            each for each in find_records(log, selections, upto=before) if isinstance(each.body, RecordCorrected)
        ]
        seen = {each.event_id for each in versions}
        versions += [each for each in corrections if each.event_id not in seen]
        mended = [each.event_id for each in corrections if each.event_id not in seen]
    texts = (getattr(replacement_body(each.body), field, None) for each in versions)
    return frozenset(text.key_id for text in texts if isinstance(text, Sealed))


def destroy_outstanding(log: LogRecorder, vault: Vault) -> int:
    """Destroy again whatever the log says is destroyed and is not; count the keys that were still there."""
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
        gone = vault.replay_erasures(cursor, erasures) if erasures else 0
        return gone + (vault.replay_redactions(cursor, redactions) if redactions else 0)


def memorandum_lines(log: LogRecorder, log_id: UUID, events: Iterable[Recorded]) -> Iterator[MemorandumLine]:
    """Write down what the erasures and redactions among some events destroyed."""
    for each in events:
        match each.body:
            case SubjectErased(subject_id=subject_id):
                yield ForgottenLine(log_id=log_id, event_id=each.event_id, subject_id=subject_id)
            case TextRedacted(record_id=record_id, field=field):
                key_ids = tuple(sorted(keys_of_text(log, record_id, field, before=each.position)))
                yield TakenOutLine(
                    log_id=log_id, event_id=each.event_id, record_id=record_id, field=field, key_ids=key_ids
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
