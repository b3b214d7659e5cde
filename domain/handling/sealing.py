"""The sealing of a command: its drafts become events for the log, every readable text in them sealed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.case import Draft
from domain.decisions.command import Command, operation_of
from domain.decisions.command_context import CommandContext
from domain.events import Envelope, EventBody, Fingerprint, declaration_of, encode, encode_envelope, texts_of
from domain.events.documents import DocumentAttached
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.log.event import LogEvent
from domain.values import Plain, Sealed
from domain.vault import KeyRow, NewContents, OpeningRequest, Vault

_SUBJECT = "subject:"


class SealedCommand(Struct, frozen=True):
    """The events of a command as stored, with their bodies and envelopes, and what is to be kept with them."""

    events: list[LogEvent]
    bodies: list[EventBody]
    envelopes: list[Envelope]
    keys: list[KeyRow]
    contents: list[NewContents] = []

    def recorded(self, first: int, recorded_at: datetime) -> tuple[Recorded, ...]:
        """The events as they read once the log took them: what decoding their bytes would give, without doing so."""
        return tuple(
            Recorded(
                event_id=event.event_id,
                position=position,
                partition_id=event.partition_id,
                occurred_at=event.occurred_at,
                recorded_at=recorded_at,
                body=body,
                envelope=envelope,
            )
            for position, (event, body, envelope) in enumerate(
                zip(self.events, self.bodies, self.envelopes, strict=True), first
            )
        )


def seal_command(
    vault: Vault, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes
) -> SealedCommand:
    """Seal the texts of a command's drafts, and fingerprint its content. Raises UnsealableText.

    It touches no database: the keys must be kept in the transaction that appends the events.
    """
    keys: list[KeyRow] = []
    people = [people_listed(draft.tags) for draft in drafts]
    bodies = [_sealed_draft(vault, draft, listed, keys) for draft, listed in zip(drafts, people, strict=True)]
    subjects = frozenset[UUID]().union(*people)
    fingerprint, key = vault.new_fingerprint(payload, subjects)
    if key is not None:
        keys.append(key)
    envelopes = _envelopes(command, context, drafts, fingerprint)
    encoded = {id(envelope): encode_envelope(envelope) for envelope in envelopes}
    events = [
        _event(draft, body, encoded[id(envelope)])
        for draft, body, envelope in zip(drafts, bodies, envelopes, strict=True)
    ]
    return SealedCommand(events, bodies, envelopes, keys, _contents(drafts, bodies, keys))


def _contents(drafts: Sequence[Draft], bodies: Sequence[EventBody], keys: Sequence[KeyRow]) -> list[NewContents]:
    """The contents of the documents among some drafts, each to be sealed under the key of its salt."""
    rows = {row.key_id: row for row in keys}
    return [
        NewContents(row=rows[body.salt.key_id], event_id=draft.event_id, content=draft.content)
        for draft, body in zip(drafts, bodies, strict=True)
        if draft.content is not None and isinstance(body, DocumentAttached) and isinstance(body.salt, Sealed)
    ]


def _sealed_draft(vault: Vault, draft: Draft, people: frozenset[UUID], keys: list[KeyRow]) -> EventBody:
    """The body of a draft, its texts sealed for this event; a correction carries its replacement."""
    body = _sealed_body(vault, draft.event_id, draft.body, people, keys)
    if isinstance(body, RecordCorrected) and draft.replacement is not None:
        replacement = _sealed_body(vault, draft.event_id, draft.replacement, people, keys)
        return replace(body, replacement=encode(replacement))
    return body


def _sealed_body(
    vault: Vault, event_id: UUID, body: EventBody, people: frozenset[UUID], keys: list[KeyRow]
) -> EventBody:
    boxes: dict[str, Sealed] = {}
    for field, text in texts_of(body):
        if isinstance(text, Plain):
            boxes[field], key = vault.seal(event_id, field, text.text, people)
            keys.append(key)
    return replace(body, **boxes) if boxes else body


def _envelopes(
    command: Command, context: CommandContext, drafts: Sequence[Draft], fingerprint: Fingerprint
) -> list[Envelope]:
    """The envelopes of a command's events; all after the first that are one party's word share one."""
    if not drafts:
        return []
    first, *others = drafts
    opening = Envelope(
        command_id=context.command_id,
        operation=operation_of(type(command)),
        actor=context.actor.actor_id,
        recorded_by=context.side,
        on_behalf_of=first.word,
        source=context.source,
        source_reference=context.source_reference,
        source_recorded_at=context.source_recorded_at,
        correlation=context.correlation,
        count=len(drafts),
        fingerprint=fingerprint,
        warnings=first.warnings,
        covers=first.covers,
        assurance=context.assurance,
    )
    following = replace(opening, cause=first.event_id, fingerprint=None, warnings=())
    by_word = {word: replace(following, on_behalf_of=word) for word in {draft.word for draft in others}}
    return [opening, *(by_word[draft.word] for draft in others)]


def _event(draft: Draft, body: EventBody, envelope: bytes) -> LogEvent:
    declaration = declaration_of(body)
    return LogEvent(
        type=declaration.name,
        data=encode(body),
        tags=sorted(draft.tags),
        event_id=draft.event_id,
        version=declaration.version,
        partition_id=draft.partition_id,
        occurred_at=draft.occurred_at,
        envelope=envelope,
    )


def goes_alone(draft: Draft) -> bool:
    """An event that changes more in the vault than keys that are kept: it destroys some, or has contents beside one."""
    return draft.content is not None or isinstance(draft.body, SubjectErased | TextRedacted)


def people_listed(tags: Iterable[str]) -> frozenset[UUID]:
    """The people whom an event's texts may name, by its tags."""
    return frozenset([_subject(tag) for tag in tags if tag.startswith(_SUBJECT)])


@lru_cache(maxsize=65_536)
def _subject(tag: str) -> UUID:
    return UUID(tag.removeprefix(_SUBJECT))


def opening_request(record: Recorded, corrections: Sequence[Recorded], field: str, sealed: Sealed) -> OpeningRequest:
    """The request to open a text of a record, sealed for the record itself or for the correction that put it there."""
    for holder in (record, *corrections):
        body = (
            corrected_body(holder.body)
            if isinstance(holder.body, RecordCorrected) and holder is not record
            else holder.body
        )
        if getattr(body, field, None) == sealed:
            return OpeningRequest(holder.event_id, field, sealed)
    return OpeningRequest(record.event_id, field, sealed)
