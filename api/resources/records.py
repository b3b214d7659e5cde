"""Records: any recorded event with everything recorded about it since, and commands about it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from api.http.conditional import etag
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.reading.access import may_read_entry, may_read_words
from api.reading.events import RecordEntry, entry, shown
from api.reading.names_and_texts import NamesAndTexts, ShownText, ids_in, redactions_of
from api.reading.timeline_entries import in_sentence
from api.recording.command_route import command_route
from api.recording.precondition import about_record
from domain.decisions.records import ConfirmRecord, CorrectRecord, DisputeRecord, ResolveDispute, WithdrawRecord
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, corrected_body, resolve, without
from domain.events.records import RecordCorrected
from domain.events.selection import on
from domain.events.stewardship import TextRedacted
from domain.log.decode_events import decode_event
from domain.log.find_records import find_records

_TAG = "Records"
_RECORD = "/v1/records/{record}"


class RecordAnswer(Struct, frozen=True, kw_only=True):
    """An event as recorded, as it stands now, and everything recorded about it since.

    `stands` is null once it was withdrawn, and `partnership_id` for what registers hold. `sentences` says each of
    these events in words, by its id: the record as it stands. `names` says who the ids of organisations and places
    are, `people` who the references are.
    """

    partnership_id: UUID | None
    record: RecordEntry
    stands: dict[str, Any] | None
    since: tuple[RecordEntry, ...]
    sentences: dict[UUID, str]
    names: dict[UUID, str]
    people: dict[str, ShownText]


def _read(call: Call) -> OperationAnswer:
    event_id = call.id_in_path("record")
    log = call.services.recorder
    event = log.find(event_id)
    if event is None:
        raise Problem("not-found", "There is no record with this id.")
    record = decode_event(event)
    later = find_records(log, about_record(event_id))
    mended = record.body.record_id if isinstance(record.body, RecordCorrected) else event_id
    record, *since = _readable([record, *later], find_records(log, redactions_of(about_record(mended))))
    position = since[-1].position if since else record.position
    formed = _formed(call, record.partition_id)
    entitled = may_read_words(log, call.asker, record.partition_id) if formed else may_read_entry(call.asker, record)
    words = NamesAndTexts(call.services, entitled=entitled)
    stands = _stands(record, since)
    first, chain = _corrected(call, record, since)
    to_show = [
        *(_as_recorded(each) for each in (record, *since)),
        *_put_in_place(first, chain),
        *([stands] if stands else []),
    ]
    texts = words.texts(to_show, chain)
    mentioned = [each.body for each in to_show]
    pens = [each.envelope.on_behalf_of for each in (record, *since)]
    names = words.names(
        (each for body in (*mentioned, *filter(None, pens)) for each in ids_in(body, "party", "place")),
        formed=formed,
        upto=log.head().position,
    )
    answer = RecordAnswer(
        partnership_id=None if formed is None else formed.partnership_id,
        record=entry(record, texts, words),
        stands=None if stands is None else shown(stands.body, texts, words),
        since=tuple(entry(each, texts, words) for each in since),
        sentences={
            fact.event_id: in_sentence(fact, names, texts)
            for fact in ([stands] if stands else [_as_recorded(record)]) + [_as_recorded(fact) for fact in since]
        },
        names=names,
        people=words.people(each for body in mentioned for each in ids_in(body, "person")),
    )
    return OperationAnswer(content=answer, headers={"ETag": etag(position)}, personal=True)


def _readable(records: list[Recorded], redactions: list[Recorded]) -> list[Recorded]:
    """A record, and its corrections, without the plain texts that were taken out of it."""
    fields = {each.body.field for each in redactions if isinstance(each.body, TextRedacted)}
    return [replace(each, body=without(each.body, fields)) for each in records] if fields else records


def _formed(call: Call, partition_id: UUID) -> PartnershipFormed | None:
    """The formation of the partnership in whose affairs a record is; None for a record of a register."""
    records = find_records(call.services.recorder, frozenset({on("partnership", partition_id, PartnershipFormed)}))
    return next((each.body for each in records if isinstance(each.body, PartnershipFormed)), None)


def _corrected(call: Call, record: Recorded, since: list[Recorded]) -> tuple[Recorded, list[Recorded]]:
    """A record, or the one that it corrects, with its corrections: a correction keeps texts of those before."""
    if not isinstance(record.body, RecordCorrected):
        return record, [each for each in since if isinstance(each.body, RecordCorrected)]
    about = record.body.record_id
    event = call.services.recorder.find(about)
    assert event is not None  # noqa: S101 - what is corrected was recorded before, and nothing is deleted
    records = find_records(call.services.recorder, about_record(about))
    return decode_event(event), [each for each in records if isinstance(each.body, RecordCorrected)]


def _put_in_place(first: Recorded, corrections: list[Recorded]) -> Iterator[Effective]:
    """The body that each correction put in place, with those before it, whose texts it may have kept."""
    for index, correction in enumerate(corrections, start=1):
        if isinstance(correction.body, RecordCorrected):
            yield Effective(
                recorded=first,
                body=corrected_body(correction.body),
                occurred_at=first.occurred_at,
                corrected_by=tuple(earlier.event_id for earlier in corrections[:index]),
            )


def _stands(record: Recorded, since: list[Recorded]) -> Effective | None:
    standing, _ = resolve([record, *since])
    return next((fact for fact in standing if fact.event_id == record.event_id), None)


def _as_recorded(record: Recorded) -> Effective:
    return Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)


OPERATIONS = (
    Operation(
        method="GET",
        path=_RECORD,
        name="read-record",
        summary="Read one recorded event with everything recorded about it since.",
        tag=_TAG,
        handle=_read,
        answers={200: RecordAnswer},
        conditional=True,
    ),
    command_route(f"{_RECORD}/confirmations", ConfirmRecord, tag=_TAG),
    command_route(f"{_RECORD}/disputes", DisputeRecord, tag=_TAG),
    command_route(f"{_RECORD}/resolutions", ResolveDispute, tag=_TAG),
    command_route(f"{_RECORD}/corrections", CorrectRecord, tag=_TAG),
    command_route(f"{_RECORD}/withdrawals", WithdrawRecord, tag=_TAG),
)
