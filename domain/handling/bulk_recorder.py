"""Recording many commands at once: decided one after the other on events held in memory, appended in batches.

The decisions are those of the handler, and so are the events: only the reading, and the waiting for each commit, are
shared. What is recorded here lasts once `append` has returned, and not before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.case import Draft
from domain.decisions.command import Command, decide, with_warnings
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.refusals import Refusal
from domain.events import texts_of
from domain.events.declaration import declaration_of
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.records import RecordCorrected
from domain.events.selection import Selection, Selections, on
from domain.handling.handler import Acknowledged, CommandOutcome, Handler, KeyReused
from domain.handling.held_events import HeldEvent, HeldEvents
from domain.handling.held_names import HeldSource
from domain.handling.lookalikes import Lookalikes
from domain.handling.sealing import SealedCommand, goes_alone, opening_request, people_listed, seal_command
from domain.log.errors import BoundaryConflict, EntryTooLarge
from domain.log.event import LogEvent
from domain.log.find_records import find_commands
from domain.log.leaf import LARGEST_ENTRY, entry_of
from domain.log.query import EVERYTHING, AppendCondition
from domain.log.recorder import AppendReceipt, NewAppend
from domain.values import Sealed
from domain.vault import Erased, Ground, KeyRow, WordReader, in_force

MOST_HELD: Final = 100_000
"""Events; where more are held after an append, all are let go, and read again where they are needed."""
_LESS: Final = "this log holds less than was read of it: give the commands again"


class CommandHistory(Struct, frozen=True):
    """The events of a command, and those that mended them since, each in position order."""

    events: Sequence[Recorded]
    mends: Sequence[Recorded]

    def standing(self) -> list[Effective]:
        """The events that stand, corrections applied."""
        own = {each.event_id for each in self.events}
        return [each for each in resolve([*self.events, *self.mends])[0] if each.event_id in own]


class CommandRequest(Struct, frozen=True):
    """A command in its context, and the content that it is known by when it comes again."""

    command: Command
    context: CommandContext
    payload: bytes


class _PendingCommand(Struct, frozen=True):
    """A command that is decided and sealed and waits for the append."""

    command_id: UUID
    payload: bytes
    sealed: SealedCommand
    selections: Selections
    new_events: list[HeldEvent]
    recorded_at: datetime | None


class BulkRecorder:
    """Records commands in batches; a rehearsal decides the same, and appends nothing. For one thread.

    Whoever uses it records as many commands as suits, then appends. Where that fails, all since the last append is
    as if it had never been given.
    """

    def __init__(self, handler: Handler, reader: WordReader | None = None, *, rehearsal: bool = False) -> None:
        self._handler = handler
        self._log, self._vault, self._reader = handler.recorder, handler.vault, reader
        self._held = HeldEvents(handler.recorder)
        self._lookalikes = Lookalikes(HeldSource(handler.recorder, self._held))
        self._is_rehearsal = rehearsal
        self._pending: dict[UUID, _PendingCommand] = {}
        self._under_way: dict[UUID, _PendingCommand] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="append")
        self._receipts: Future[list[AppendReceipt]] = Future()
        self._looked_up: dict[UUID, Sequence[Recorded]] = {}
        """Commands that were looked up in the log already; no events for those that are not there."""
        self._refused_on: set[Selection] = set()
        """The selections on which commands were refused: the next append sees that nothing of them came since."""

    def record(
        self, command: Command, context: CommandContext, payload: bytes, *, recorded_at: datetime | None = None
    ) -> CommandOutcome:
        """Decide a command on what is recorded, and what was recorded here before it; it waits for the next append.

        Positions and instants of the events returned are provisional. A command that destroys keys, or attaches
        a document, is appended at once, after what waits. Raises EntryTooLarge, UnsealableText and what reading the
        log raises.
        """
        earlier = self.lookup(context.command_id, payload)
        if earlier is not None:
            return earlier
        boundary = self._held.boundary_of(command, context)
        drafts = decide(command, Facts.from_records(boundary.records), context)
        if isinstance(drafts, Refusal):
            self._refused_on |= boundary.selections
            return drafts
        if any(map(goes_alone, drafts)) and not self._is_rehearsal:
            return self._record_alone(command, context, payload, recorded_at)
        if recorded_at is None:
            drafts = with_warnings(drafts, self._lookalikes.of(drafts))
        sealed = seal_command(self._vault, command, context, drafts, payload)
        _must_fit(sealed, context.now)
        new_events = [self._held.hold_new(*each) for each in self._records(drafts, sealed, recorded_at or context.now)]
        for event in new_events:
            self._lookalikes.note(event.record.body)
        self._pending[context.command_id] = _PendingCommand(
            context.command_id, payload, sealed, boundary.selections, new_events, recorded_at
        )
        return Acknowledged(tuple(each.record for each in new_events), repeated=False)

    @contextmanager
    def rehearsed(self) -> Iterator[None]:
        """Take back what is recorded within the block, whatever comes of it."""
        count = len(self._pending)
        try:
            yield
        finally:
            self._take_back(count)

    @contextmanager
    def whole_or_nothing(self) -> Iterator[None]:
        """Take back what is recorded within the block where it raises."""
        count = len(self._pending)
        try:
            yield
        except BaseException:
            self._take_back(count)
            raise

    def append(self) -> list[Acknowledged]:
        """Append all that waits, in one transaction, each command as an append of its own; then it is durable.

        Returns the commands as recorded. Raises BoundaryConflict where others recorded meanwhile what would have
        unsettled a decision, a refusal too, SubjectForgotten, and what the log raises. After that nothing is appended
        and nothing waits: record the commands again.
        """
        self._finish()
        pending = [] if self._is_rehearsal else list(self._pending.values())
        acknowledgements = []
        if pending:
            with self._discarding():
                receipts = self._append(pending)
            self._pending.clear()
            acknowledgements = [_settled(*each) for each in zip(pending, receipts, strict=True)]
            self._held.settle(receipts[-1].last)
        elif not self._is_rehearsal:
            with self._discarding():
                tail = self._log.after(self._held.position)
                _must_not_unsettle(tail, pending, self._refused_on)
                self._held.hold_tail(tail)
        self._refused_on.clear()
        self._looked_up.clear()
        if len(self._held) > MOST_HELD and not self._is_rehearsal:
            self._held.let_go()
        return acknowledgements

    def append_meanwhile(self) -> None:
        """Begin to append all that waits while more is recorded; `append` ends it, and so does the next beginning.

        Raises of what was begun before what `append` raises.
        """
        self._finish()
        if self._is_rehearsal or not self._pending:
            return
        self._under_way, self._pending = self._pending, {}
        self._refused_on.clear()
        self._looked_up.clear()
        commands, position = list(self._under_way.values()), self._held.position
        self._held.settle(position + sum(len(each.new_events) for each in commands))
        self._receipts = self._thread.submit(self._append_next, commands, position)

    def discard(self) -> None:
        """Forget all that waits, once an append that is under way has ended, and look at the log anew."""
        self._take_back(0)
        commands, self._under_way = self._under_way, {}
        if commands and self._receipts.exception() is not None:
            events = [event for command in commands.values() for event in command.new_events]
            for event in reversed(events):
                self._held.take_back(event)
            self._held.settle(self._held.position - len(events))
        self._refused_on.clear()
        self._looked_up.clear()
        self._held.let_go()

    def close(self) -> None:
        """Let an append that is under way end; what waits is not recorded."""
        self._thread.shutdown()

    @contextmanager
    def _discarding(self) -> Iterator[None]:
        """Discard what waits where the block raises."""
        try:
            yield
        except BaseException:
            self.discard()
            raise

    def _finish(self) -> None:
        """Wait for the append that is under way."""
        if not self._under_way:
            return
        with self._discarding():
            receipts = self._receipts.result()
        commands, self._under_way = self._under_way, {}
        for each in zip(commands.values(), receipts, strict=True):
            _settled(*each)

    # Looking up

    def foresee(self, command_ids: Iterable[UUID], things: Selections = frozenset()) -> None:
        """Look many commands up at once, and read many events, that will be asked for before the next append."""
        if self._held.is_whole:
            return
        self._held.foresee(things)
        new_ids = [each for each in command_ids if not self._waiting(each) and each not in self._looked_up]
        self._looked_up |= {each: self._held.command(each) for each in new_ids}
        unknown_ids = [each for each in new_ids if not self._looked_up[each]]
        if unknown_ids:
            self._looked_up |= find_commands(self._log, unknown_ids)

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command recorded before; KeyReused where it came with other content."""
        pending = self._waiting(command_id)
        if pending is not None:
            is_same, records = pending.payload == payload, tuple(each.record for each in pending.new_events)
            return Acknowledged(records, repeated=True) if is_same else KeyReused()
        events = self._events_of(command_id)
        return self._handler.compared(events, payload) if events else None

    def recorded_among(self, command_ids: Sequence[UUID]) -> set[UUID]:
        """The recorded ones among these commands, whatever came with them."""
        self.foresee(command_ids)
        return {each for each in command_ids if self._events_of(each)}

    def history(self, command_id: UUID) -> CommandHistory:
        """A command's events as recorded, and all that ever corrected or withdrew them."""
        events = self._events_of(command_id)
        return CommandHistory(events, self._held.records(frozenset(map(_mending, events))))

    def events(self, command_id: UUID) -> list[Effective]:
        """The standing events of a command, corrections applied; none where it was never recorded."""
        return self.history(command_id).standing()

    def boundary_records(self, command: Command, context: CommandContext) -> list[Recorded]:
        """The events that deciding a command rests on."""
        return self._held.boundary_of(command, context).records

    def formed(self, partnership_id: UUID) -> PartnershipFormed | None:
        """How a partnership began."""
        records = self._held.records(frozenset({on("partnership", partnership_id, PartnershipFormed)}))
        return next((each.body for each in records if isinstance(each.body, PartnershipFormed)), None)

    def texts(self, event: Effective) -> dict[str, str | Erased]:
        """Open the sealed texts of a stored event as they now read. Raises UnrecordedOpening without a reader."""
        corrections = [each for event_id in event.corrected_by if (each := self._held.find(event_id)) is not None]
        sealed = {field: text for field, text in texts_of(event.body) if isinstance(text, Sealed)}
        requests = [opening_request(event.recorded, corrections, field, text) for field, text in sealed.items()]
        with self._log.transaction() as cursor:
            words = self._vault.open(cursor, requests, in_force(self._reader), Ground.IMPORT)
        return dict(zip(sealed, words, strict=True))

    def _events_of(self, command_id: UUID) -> Sequence[Recorded]:
        waiting = self._waiting(command_id)
        if waiting is not None:
            return [each.record for each in waiting.new_events]
        if self._held.is_whole:
            return self._held.command(command_id)
        if command_id not in self._looked_up:
            self.foresee([command_id])
        return self._looked_up[command_id]

    def _waiting(self, command_id: UUID) -> _PendingCommand | None:
        return self._pending.get(command_id) or self._under_way.get(command_id)

    # Recording

    def _records(
        self, drafts: Sequence[Draft], sealed: SealedCommand, recorded_at: datetime
    ) -> Iterator[tuple[Recorded, frozenset[str]]]:
        """The events as they will be read, with their tags; a rehearsal holds nothing sealed but corrections."""
        for draft, body, envelope in zip(drafts, sealed.bodies, sealed.envelopes, strict=True):
            record = Recorded(
                event_id=draft.event_id,
                position=self._held.next_position(),
                partition_id=draft.partition_id,
                occurred_at=draft.occurred_at,
                recorded_at=recorded_at,
                body=draft.body if self._is_rehearsal and not isinstance(body, RecordCorrected) else body,
                envelope=envelope,
                subjects=people_listed(draft.tags),
            )
            yield record, draft.tags

    def _record_alone(
        self, command: Command, context: CommandContext, payload: bytes, recorded_at: datetime | None
    ) -> CommandOutcome:
        """Record alone what destroys keys, which must be in the vault before, and what keeps contents with its keys."""
        self.append()
        outcome = self._handler.handle(command, context, payload, recorded_at=recorded_at)
        self._looked_up.clear()
        self._held.catch_up()
        return outcome

    def _append(self, commands: Sequence[_PendingCommand]) -> list[AppendReceipt]:
        """Append where nobody recorded anything since; else once nothing of that turns out to matter."""
        try:
            return self._append_next(commands, self._held.position)
        except BoundaryConflict:
            tail = self._log.after(self._held.position)
        if not tail:
            raise BoundaryConflict(_LESS)
        _must_not_unsettle(tail, commands, self._refused_on)
        with self._log.transaction() as cursor:
            self._vault.keep(cursor, _keys(commands))
            rest = self._log.hold_in(cursor, tail[-1].position or 0)
            _must_not_unsettle(rest, commands, self._refused_on)
            receipts = self._log.append_all_in(cursor, _appends(commands))
        self._held.hold_tail([*tail, *rest])
        return receipts

    def _append_next(self, commands: Sequence[_PendingCommand], position: int) -> list[AppendReceipt]:
        """Append right after a position. Raises BoundaryConflict where the log does not end there."""
        with self._log.transaction() as cursor:
            self._vault.keep(cursor, _keys(commands))
            receipts = self._log.append_all_in(cursor, _appends(commands), AppendCondition(EVERYTHING, position))
            if receipts[0].first != position + 1:
                raise BoundaryConflict(_LESS)
        return receipts

    def _take_back(self, count: int) -> None:
        for command_id in reversed(list(self._pending)[count:]):
            for event in reversed(self._pending.pop(command_id).new_events):
                self._held.take_back(event)


def _mending(record: Recorded) -> Selection:
    """All that corrected or withdrew a record; of one in a partnership's affairs it lies there too."""
    partnership_id = None if declaration_of(record.body).home else record.partition_id
    return on("record", record.event_id, within=partnership_id)


def _must_fit(sealed: SealedCommand, now: datetime) -> None:
    """Refuse what the log would refuse for its size. Raises EntryTooLarge."""
    for event in sealed.events:
        if len(event.data) + len(event.envelope) + 200 * len(event.tags) < LARGEST_ENTRY // 2:
            continue  # by far: tags are short, and the rest has a fixed length
        event.position, event.recorded_at = 0, now
        if len(entry_of(event)) > LARGEST_ENTRY:
            raise EntryTooLarge(f"event {event.event_id} takes more than {LARGEST_ENTRY:,} bytes: shorten it")


def _must_not_unsettle(
    tail: Sequence[LogEvent], commands: Sequence[_PendingCommand], refused_on: Iterable[Selection]
) -> None:
    """Refuse to append where something was decided without events that it rests on. Raises BoundaryConflict."""
    ids = {event.event_id for each in commands for event in each.sealed.events}
    by_tag: defaultdict[str, set[Selection]] = defaultdict(set)
    for selection in frozenset(refused_on).union(*(each.selections for each in commands)):
        by_tag[min(selection.tags, default="")].add(selection)
    for event in tail:
        near = (selection for each in ("", *event.tags) for selection in by_tag.get(each, ()))
        if event.event_id in ids or any(each.selects(event.type, event.tags, event.partition_id) for each in near):
            raise BoundaryConflict("others recorded meanwhile what a decision depends on: give the commands again")


def _keys(commands: Sequence[_PendingCommand]) -> list[KeyRow]:
    return [key for each in commands for key in each.sealed.keys]


def _appends(commands: Sequence[_PendingCommand]) -> list[NewAppend]:
    return [NewAppend(each.sealed.events, each.recorded_at) for each in commands]


def _settled(command: _PendingCommand, receipt: AppendReceipt) -> Acknowledged:
    """A command as the log has taken it."""
    for offset, event in enumerate(command.new_events):
        event.record = replace(event.record, position=receipt.first + offset, recorded_at=receipt.recorded_at)
    return Acknowledged(tuple(each.record for each in command.new_events), repeated=False)
