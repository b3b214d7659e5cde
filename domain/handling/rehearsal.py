"""The rehearsal of commands: decided as the log would have them, each known to the next, and nothing recorded.

Those who may rehearse before they record, as an import, take either store of commands: the log's, or a rehearsal laid
over it and thrown away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from domain.decisions.boundary import boundary, widening
from domain.decisions.case import Draft
from domain.decisions.command import Command, decide, with_warnings
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.refusals import Refusal
from domain.events import Envelope, texts_of
from domain.events.envelope import Warned
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.selection import Selection, on
from domain.handling.handler import Acknowledged, Handler, KeyReused
from domain.handling.sealing import opening_request
from domain.log.decode_events import decode_event
from domain.log.find_records import find_command, find_records, recorded_commands
from domain.values import Sealed
from domain.vault import Erased

_BEYOND: Final = 1 << 40
"""Positions of what is only imagined come after any of a log."""


CommandOutcome = Acknowledged | Refusal | KeyReused


class CommandHistory(Struct, frozen=True):
    """The events of a command, and those that mended them since, each in position order."""

    events: Sequence[Recorded]
    mends: Sequence[Recorded]

    def standing(self) -> list[Effective]:
        """The events that stand, corrections applied."""
        own = {each.event_id for each in self.events}
        return [each for each in resolve([*self.events, *self.mends])[0] if each.event_id in own]


class CommandStore(Protocol):
    """Records commands, or rehearses that, and looks up those that are recorded."""

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command recorded before; KeyReused where it came with other content."""

    def recorded_among(self, command_ids: Sequence[UUID]) -> set[UUID]:
        """The recorded ones among these commands, whatever came with them."""

    def history(self, command_id: UUID) -> CommandHistory:
        """A command's events as recorded, and all that ever corrected or withdrew them."""

    def events(self, command_id: UUID) -> list[Effective]:
        """The standing events of a command, corrections applied; none where it was never recorded."""

    def record(self, command: Command, context: CommandContext, payload: bytes) -> CommandOutcome:
        """Decide a command and record what follows, once."""

    def boundary_records(self, command: Command, context: CommandContext) -> list[Recorded]:
        """The events that deciding a command rests on."""

    def formed(self, partnership_id: UUID) -> PartnershipFormed | None:
        """Find how a partnership began."""

    def texts(self, event: Effective) -> dict[str, str | Erased]:
        """Open the sealed texts of an event as they now read."""

    def must_fit(self, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes) -> None:
        """Refuse what the log would refuse of these drafts for its size or its letters."""

    def lookalikes(self, drafts: Sequence[Draft]) -> list[Warned]:
        """Warn of what looks like something on record."""


class LogCommandStore:
    """Records in the log, through a handler."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command in the log."""
        return self._handler.lookup(command_id, payload)

    def recorded_among(self, command_ids: Sequence[UUID]) -> set[UUID]:
        """Look many commands up at once, by their first events."""
        return set(recorded_commands(self._handler.recorder, command_ids))

    def history(self, command_id: UUID) -> CommandHistory:
        """Read a command's events, and what was corrected or withdrawn of them."""
        recorder = self._handler.recorder
        events = find_command(recorder, command_id)
        mending = frozenset(on("record", each.event_id) for each in events)
        return CommandHistory(events, find_records(recorder, mending) if events else ())

    def events(self, command_id: UUID) -> list[Effective]:
        """Read what stands of a command's events."""
        return self.history(command_id).standing()

    def record(self, command: Command, context: CommandContext, payload: bytes) -> CommandOutcome:
        """Record in the log; durable when it returns."""
        return self._handler.handle(command, context, payload)

    def boundary_records(self, command: Command, context: CommandContext) -> list[Recorded]:
        """Read the boundary."""
        return self._handler.boundary_records(command, context)

    def formed(self, partnership_id: UUID) -> PartnershipFormed | None:
        """Read the beginning of a partnership."""
        bodies = (decode_event(each).body for each in self._handler.recorder.read_partition(partnership_id))
        return next((body for body in bodies if isinstance(body, PartnershipFormed)), None)

    def texts(self, event: Effective) -> dict[str, str | Erased]:
        """Open the texts of a stored event, where corrections put them there too."""
        events = (self._handler.recorder.find(each) for each in event.corrected_by)
        corrections = [decode_event(each) for each in events if each is not None]
        sealed = {field: text for field, text in texts_of(event.body) if isinstance(text, Sealed)}
        requests = [opening_request(event.recorded, corrections, field, text) for field, text in sealed.items()]
        with self._handler.recorder.transaction() as cursor:
            return dict(zip(sealed, self._handler.vault.open(cursor, requests), strict=True))

    def must_fit(self, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes) -> None:
        """Measure the drafts as the log would."""
        self._handler.must_fit(command, context, drafts, payload)

    def lookalikes(self, drafts: Sequence[Draft]) -> list[Warned]:
        """Look in the log."""
        return self._handler.lookalikes.of(drafts)


class CommandRequest(Struct, frozen=True):
    """A command in its context, and the content that it is known by when it comes again."""

    command: Command
    context: CommandContext
    payload: bytes


class _RehearsedCommand(Struct, frozen=True):
    payload: bytes
    records: tuple[Recorded, ...]


class Rehearsal:
    """Decides everything as the store under it would, records nothing; each decision is known to the next."""

    def __init__(self, under: CommandStore) -> None:
        self._under = under
        self._position = _BEYOND
        self._commands: dict[UUID, _RehearsedCommand] = {}
        self._by_tag: defaultdict[str, list[tuple[frozenset[str], Recorded]]] = defaultdict(list)

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command decided here, or recorded before."""
        imagined = self._commands.get(command_id)
        if imagined is None:
            return self._under.lookup(command_id, payload)
        return Acknowledged(imagined.records, repeated=True) if imagined.payload == payload else KeyReused()

    def recorded_among(self, command_ids: Sequence[UUID]) -> set[UUID]:
        """Look here and in the store under it."""
        return self._under.recorded_among(command_ids) | {each for each in command_ids if each in self._commands}

    def history(self, command_id: UUID) -> CommandHistory:
        """The events of a command decided here, or recorded before."""
        imagined = self._commands.get(command_id)
        return self._under.history(command_id) if imagined is None else CommandHistory(imagined.records, ())

    def events(self, command_id: UUID) -> list[Effective]:
        """The standing events of a command decided here, or recorded before."""
        return self.history(command_id).standing()

    def record(self, command: Command, context: CommandContext, payload: bytes) -> CommandOutcome:
        """Decide, and remember what would have been recorded."""
        earlier = self.lookup(context.command_id, payload)
        if earlier is not None:
            return earlier
        drafts = decide(command, Facts.from_records(self.boundary_records(command, context)), context)
        if isinstance(drafts, Refusal):
            return drafts
        self.must_fit(command, context, drafts, payload)
        drafts = with_warnings(drafts, self.lookalikes(drafts))
        records = tuple(self._remember(draft, context) for draft in drafts)
        self._commands[context.command_id] = _RehearsedCommand(payload, records)
        return Acknowledged(records, repeated=False)

    def boundary_records(self, command: Command, context: CommandContext) -> list[Recorded]:
        """Read the boundary in the log and in what was decided here."""
        under, (selections, _) = self._under.boundary_records(command, context), boundary(command, context)
        while True:
            imagined = {each.position: each for selection in selections for each in self._selected(selection)}
            records = [*under, *(imagined[position] for position in sorted(imagined))]
            if not (more := widening(command, records, context) - selections):
                return records
            selections |= more

    def formed(self, partnership_id: UUID) -> PartnershipFormed | None:
        """Read the beginning of a partnership in the log."""
        return self._under.formed(partnership_id)

    def texts(self, event: Effective) -> dict[str, str | Erased]:
        """Open the texts of an event in the log."""
        return self._under.texts(event)

    def must_fit(self, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes) -> None:
        """Measure the drafts as the log would."""
        self._under.must_fit(command, context, drafts, payload)

    def lookalikes(self, drafts: Sequence[Draft]) -> list[Warned]:
        """Look in the log; what is only imagined is not compared."""
        return self._under.lookalikes(drafts)

    def _selected(self, selection: Selection) -> Iterable[Recorded]:
        candidates = min((self._by_tag.get(tag, []) for tag in selection.tags), key=len)
        return (record for tags, record in candidates if selection.selects(record.name, tags, record.partition_id))

    def _remember(self, draft: Draft, context: CommandContext) -> Recorded:
        self._position += 1
        record = Recorded(
            event_id=draft.event_id,
            position=self._position,
            partition_id=draft.partition_id,
            occurred_at=draft.occurred_at,
            recorded_at=context.now,
            body=draft.body,
            envelope=Envelope(
                command_id=context.command_id,
                operation="",
                actor=context.actor.actor_id,
                recorded_by=context.side,
                on_behalf_of=draft.word,
                warnings=draft.warnings,
            ),
        )
        for tag in draft.tags:
            self._by_tag[tag].append((draft.tags, record))
        return record
