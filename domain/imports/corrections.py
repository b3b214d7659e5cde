"""Correcting what was imported: three ways, by what the import last said, what the row says now, and what stands.

What stands as the import last left it follows the row. What a person corrected or withdrew since, and what was
destroyed, is left alone and reported: the common ancestor decides, never a comparison with what stands alone.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.batch import BatchPart, RecordTogether
from domain.decisions.case import Draft
from domain.decisions.command import Command, decide
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.records import CorrectRecord
from domain.decisions.refusals import Refusal
from domain.events import name_of
from domain.events.declaration import Participant
from domain.events.recorded import Effective, Recorded, resolve
from domain.handling.bulk_recorder import BulkRecorder, CommandHistory
from domain.imports.registrations import CannotRecord, reasons_of
from domain.values import PartyAt, Plain, Sealed
from domain.vault import Erased


class RowCorrection(Struct, frozen=True):
    """The commands that mend records, if any; in whose affairs they are; and what was left alone, and why."""

    command: Command | None
    partition_id: UUID
    left: tuple[str, ...]


class RowCorrector(Struct, frozen=True, kw_only=True):
    """One row that says otherwise than it did: the command it now makes, in the context of its first import.

    `own` are the ids of the commands by which the import corrected it before, `status` the fields that its mapping
    reads out of columns by which it tells one state of a row from another.
    """

    store: BulkRecorder
    command: Command
    context: CommandContext
    own: frozenset[UUID]
    status: frozenset[str]

    def merged(self, reasons: str) -> RowCorrection:
        """The corrections that make the records read as the row says, as far as they are still the import's.

        Raises CannotRecord where the row tells of a later state.
        """
        history = self.store.history(self.context.command_id)
        drafts = self._decided(self.context)
        self._must_be_of_one_state(history, drafts)
        by_clock = self._decided(replace(self.context, now=self.context.now + timedelta(days=1)))
        standing = {each.event_id: each for each in history.standing()}
        corrections, notes_left = [], []
        for event, draft, later in zip(history.events, drafts, by_clock, strict=True):
            stands = standing.get(event.event_id)
            if stands is None:
                notes_left.append(f"{event.name} was withdrawn since: left so")
                continue
            changes, notes = self._changes(event, stands, draft, later, history.mends)
            notes_left += [f"{name} {note}" for name, note in notes.items()]
            if advanced := sorted(self.status & set(changes)):
                raise CannotRecord(_moved_on(f"{event.name} says so in {', '.join(advanced)}"))
            if changes:
                corrections.append(CorrectRecord(record=event.event_id, changes=changes, reasons=reasons))
        return self._together(history, corrections, tuple(dict.fromkeys(notes_left)))

    def _must_be_of_one_state(self, history: CommandHistory, drafts: Sequence[Draft]) -> None:
        recorded_names, present_names = (
            [each.name for each in history.events],
            [name_of(each.body) for each in drafts],
        )
        if recorded_names != present_names:
            raise CannotRecord(
                _moved_on(f"recorded were {', '.join(recorded_names)}; it now says {', '.join(present_names)}")
            )

    def _decided(self, context: CommandContext) -> tuple[Draft, ...]:
        """Decide the command as if it had not been given before."""
        records = self.store.boundary_records(self.command, context)
        others = [each for each in records if each.envelope.command_id != context.command_id]
        drafts = decide(self.command, Facts.from_records(others), context)
        if isinstance(drafts, Refusal):
            raise CannotRecord(*reasons_of(drafts))
        return drafts

    def _changes(
        self, event: Recorded, stands: Effective, draft: Draft, later: Draft, mends: Sequence[Recorded]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The fields that read otherwise and are still the import's, and what is said of those that are not.

        A field that a later day would fill otherwise follows from the clock and not from the row.
        """
        theirs, texts = self._decided_since(event, mends), self.store.texts(stands)
        changes: dict[str, Any] = {}
        notes: dict[str, str] = {}
        for name in draft.body.__struct_fields__:
            before, after = _readable(getattr(stands.body, name), texts.get(name)), _given(getattr(draft.body, name))
            if isinstance(before, Erased):
                notes[name] = "was taken out of the record since: it stays gone"
            elif before == after or after != _given(getattr(later.body, name)):
                continue
            elif name in theirs:
                notes[name] = "was put right by somebody since: left as it stands"
            else:
                changes[name] = after
        return changes, notes

    def _decided_since(self, event: Recorded, mends: Sequence[Recorded]) -> set[str]:
        """Name the fields that were last changed by somebody else than the import."""
        theirs: set[str] = set()
        before = event.body
        for count, mend in enumerate(mends, start=1):
            standing, _ = resolve([event, *mends[:count]])
            now = next((each.body for each in standing if each.event_id == event.event_id), before)
            changed = {name for name in now.__struct_fields__ if getattr(now, name) != getattr(before, name)}
            theirs = theirs - changed if mend.envelope.command_id in self.own else theirs | changed
            before = now
        return theirs

    def _together(
        self, history: CommandHistory, corrections: Sequence[CorrectRecord], notes: tuple[str, ...]
    ) -> RowCorrection:
        partnership_id = self.context.partnership_id
        if not corrections or partnership_id is None:
            return RowCorrection(corrections[0] if corrections else None, history.events[0].partition_id, notes)
        parts = (BatchPart(name=f"correction-{index}", command=each) for index, each in enumerate(corrections))
        return RowCorrection(RecordTogether(parts=tuple(parts)), partnership_id, notes)


def _moved_on(how: str) -> str:
    return (
        f"its state has moved on since it was imported ({how}): an import puts right what was wrong, and does not take "
        "a later state over. Let the mapping read the states as a kind of their own (in_rows_of), or record by hand "
        "what happened since, each act by its own command; or, where the row was wrong from the beginning, withdraw "
        "its records and record it anew by hand"
    )


def _readable(value: object, text: str | Erased | None) -> object:
    return text if isinstance(value, Sealed) else _given(value)


def _given(value: object) -> object:
    """Write a value as a correction takes it: texts plain, parties by id alone, the rest as in JSON."""
    match value:
        case Plain(text=text):
            return text
        case PartyAt(party_id=party_id):
            return str(party_id)
        case Participant():
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            return {name: _given(each) for name, each in fields.items() if each is not None}
        case tuple():
            return [_given(each) for each in value]
        case UUID():
            return str(value)
        case _:
            return msgspec.to_builtins(value)
