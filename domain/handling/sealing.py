"""The sealing of a command's texts before they go to the log; their keys are gathered, to be kept with its events."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from msgspec.structs import replace

from domain.decisions.case import Draft
from domain.events import EventBody, Fingerprint, encode, texts_of
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.values import Plain, Sealed
from domain.vault import KeyRow, OpeningRequest, Vault

_SUBJECT = "subject:"


class TextSealer:
    """Seals the texts of one command's events; `keys` must be kept in the transaction that appends them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.keys: list[KeyRow] = []

    def seal(self, draft: Draft) -> EventBody:
        """The body as it is stored: texts sealed for this event, a correction carrying its replacement."""
        subjects = people_listed(draft.tags)
        body = self._sealed(draft.event_id, draft.body, subjects)
        if isinstance(body, RecordCorrected) and draft.replacement is not None:
            body = replace(body, replacement=encode(self._sealed(draft.event_id, draft.replacement, subjects)))
        return body

    def _sealed(self, event_id: UUID, body: EventBody, subjects: frozenset[UUID]) -> EventBody:
        boxes: dict[str, Sealed] = {}
        for field, text in texts_of(body):
            if isinstance(text, Plain):
                boxes[field], key = self._vault.seal(event_id, field, text.text, subjects)
                self.keys.append(key)
        return replace(body, **boxes) if boxes else body

    def fingerprint(self, payload: bytes, drafts: Iterable[Draft]) -> Fingerprint:
        """Fingerprint the command under a key that is forgotten with anybody it names."""
        subjects = frozenset[UUID]().union(*(people_listed(draft.tags) for draft in drafts))
        fingerprint, key = self._vault.new_fingerprint(payload, subjects)
        if key is not None:
            self.keys.append(key)
        return fingerprint


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
