"""Drafts of forms, kept on the server from the first save: sealed, their owner's only, forgotten with who they name.

A draft is gone 90 days after it was last saved, once recorded, and as soon as anybody whom it names is forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from api.runtime.services import Services
from domain.events.declaration import name_of
from domain.events.stewardship import SubjectErased
from domain.values import Sealed
from domain.vault import Ground, KeyLost, OpeningRequest, SubjectForgotten
from domain.vault.errors import vault_errors

Answers = Mapping[str, Sequence[str]]
"""The texts in the fields of a form, good or bad, by their names."""

_FIELD: Final = "answers"
_SAVE: Final = "SELECT api.save_draft(%s, %s, %s, %s, %b, %s, %b, %b, %s::uuid[])"
_OF_OWNER: Final = """
    SELECT draft_id, owner_id, partnership_id, form, saved_at, key_id, box FROM api.draft
    WHERE owner_id = %s ORDER BY saved_at DESC, draft_id
"""
_NAMING: Final = "SELECT draft_id, owner_id, partnership_id, form, saved_at, key_id, box FROM api.drafts_naming(%s)"
_ERASED: Final = name_of(SubjectErased)
_ATTEMPTS: Final = 3


class FormDraft(Struct, frozen=True, kw_only=True):
    """A draft as its owner finds it again."""

    draft_id: UUID
    owner_id: UUID
    partnership_id: UUID
    form: str
    saved_at: datetime
    answers: dict[str, list[str]]

    def __repr__(self) -> str:
        """Show no answers: representations end up in logs."""
        return f"FormDraft({self.draft_id})"


class FormDrafts:
    """The drafts of one owner, whom a session's key or person is."""

    def __init__(self, services: Services, owner_id: UUID) -> None:
        self._services, self._owner_id = services, owner_id

    def save(self, draft_id: UUID, partnership_id: UUID, form: str, answers: Answers, names: Iterable[UUID]) -> bool:
        """Save answers in place of those saved before; False where the draft is another's.

        `names` are the people whom the answers may name; those forgotten already are left out.
        """
        people = frozenset(names)
        try:
            return self._saved(draft_id, partnership_id, form, answers, people)
        except SubjectForgotten:
            return self._saved(draft_id, partnership_id, form, answers, self._not_forgotten(people))

    def find(self, draft_id: UUID) -> FormDraft | None:
        """The draft with this id; None where it is gone or another's."""
        return next((draft for draft in self.listed() if draft.draft_id == draft_id), None)

    def listed(self) -> list[FormDraft]:
        """Every draft of the owner, the newest first."""
        return _opened(self._services, _OF_OWNER, self._owner_id, Ground.OWN_DRAFT)

    def drop(self, draft_id: UUID) -> bool:
        """Throw a draft away; False where the owner has none with this id."""
        with self._services.recorder.transaction() as cursor:
            row = cursor.execute("SELECT api.drop_draft(%s, %s)", (draft_id, self._owner_id)).fetchone()
        return row == (True,)

    def _saved(
        self, draft_id: UUID, partnership_id: UUID, form: str, answers: Answers, people: frozenset[UUID]
    ) -> bool:
        content = msgspec.json.encode(answers).decode()
        sealed, key = self._services.vault.seal(draft_id, _FIELD, content, people)
        values = (
            *(draft_id, self._owner_id, partnership_id, form, sealed.box),
            *(key.key_id, key.wrapping_key_id, key.wrapped, sorted(people)),
        )
        with self._services.recorder.transaction() as cursor, vault_errors():
            cursor.execute("SELECT api.sweep_drafts()")
            row = cursor.execute(_SAVE, values).fetchone()
        return row == (True,)

    def _not_forgotten(self, people: frozenset[UUID]) -> frozenset[UUID]:
        log = self._services.recorder
        return frozenset(
            person for person in people if all(event.type != _ERASED for event in log.read_partition(person))
        )


def drafts_naming(services: Services, person_id: UUID) -> list[FormDraft]:
    """Every draft that may name somebody, whoever writes it: part of what a person is told that is held about them."""
    return _opened(services, _NAMING, person_id, Ground.INFORMATION_GOVERNANCE)


def _opened(services: Services, query: LiteralString, identity: UUID, ground: Ground) -> list[FormDraft]:
    """The drafts of a query. One whose key goes while it is read was saved anew, recorded or thrown away meanwhile."""
    for _ in range(_ATTEMPTS):
        with suppress(KeyLost), services.recorder.transaction() as cursor:
            cursor.execute("SELECT api.sweep_drafts()")
            rows = [_DraftRow(*row) for row in cursor.execute(query, (identity,)).fetchall()]
            boxes = [OpeningRequest(row.draft_id, _FIELD, Sealed(row.key_id, row.box)) for row in rows]
            texts = services.vault.open(cursor, boxes, services.reading, ground)
            return [_draft(row, text) for row, text in zip(rows, texts, strict=True) if isinstance(text, str)]
    return []


def _draft(row: "_DraftRow", text: str) -> FormDraft:
    return FormDraft(
        draft_id=row.draft_id,
        owner_id=row.owner_id,
        partnership_id=row.partnership_id,
        form=row.form,
        saved_at=row.saved_at,
        answers=msgspec.json.decode(text, type=dict[str, list[str]]),
    )


class _DraftRow(NamedTuple):
    """A draft as it is stored."""

    draft_id: UUID
    owner_id: UUID
    partnership_id: UUID
    form: str
    saved_at: datetime
    key_id: UUID
    box: bytes
