"""The import of one row: it is one command, given once; one recorded before is left alone or, asked to, corrected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.batch import BatchPart, RecordTogether, thing_path
from domain.decisions.command import Command
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.refusals import Refusal
from domain.decisions.warnings import sentence_of
from domain.events.declaration import EventBody, declaration_of
from domain.handling.bulk_recorder import BulkRecorder, CommandRequest
from domain.handling.handler import Acknowledged, KeyReused
from domain.imports.corrections import RowCorrection, RowCorrector
from domain.imports.mapping import Mapping, RowKind, RowPart
from domain.imports.mapping_cells import ShareCell, ThingCell, columns_of
from domain.imports.registrations import IMPORTER, CannotRecord, Registrations, reasons_of, to_command
from domain.imports.row import NOTHING_SAID, CellEvaluator, MappedRow, unforeseen
from domain.imports.row_order import PreparedRow, TotalKey
from domain.imports.row_report import RowEntry, RowOutcome
from domain.imports.tentative import TentativeDict
from domain.log.errors import EntryTooLarge, LogError, Malformed
from domain.values import Money, first_instant
from domain.vault import UnsealableText, VaultError
from domain.vocabulary import Confidence

IN_RECORD: Final = "it is in the record from an earlier import; today it would be refused"


class RowThing(Struct, frozen=True):
    """The thing that a part of a row brought into being, with its amount of money where there is one."""

    thing_id: UUID
    amount: Decimal | None


RowThings = dict[str, RowThing]


class RowImporter:
    """Records the rows of one mapping, and accounts for them; what it notes of a batch stands once that is appended."""

    def __init__(
        self, mapping: Mapping, store: BulkRecorder, *, now: datetime, actor: Actor = IMPORTER, correct: bool = False
    ) -> None:
        self._mapping = mapping
        self._store = store
        self._correct = correct
        self._registrations = Registrations(mapping, store, actor, now)
        self._seen: TentativeDict[tuple[str, tuple[str, ...]], tuple[bytes, RowEntry]] = TentativeDict()
        self._identities: dict[tuple[str, ...], UUID] = {}
        """The ids of the commands that record the rows of this batch and those they rest on."""
        self._made: dict[tuple[str, ...], RowThings] = {}
        """The things that the rows of this batch rest on or brought into being, by the identity of the row."""
        self._refused: TentativeDict[TotalKey, Decimal] = TentativeDict()
        """The sums that refused rows would have added to running totals: later shares are of what is recorded."""

    def foresee(self, rows: Sequence[PreparedRow]) -> None:
        """Look up at once what the rows will ask for one by one: what they rest on only where they are not recorded."""
        readable = {self._identity(each.row): each.row for each in rows if each.row.content}
        recorded_ids = self._store.recorded_among(list(readable))
        self._store.foresee(_revision(command_id, 1) for command_id in recorded_ids)
        repeated_ids = {each for each in recorded_ids if self._is_recorded(each, readable[each].content)}
        new_rows = [row for command_id, row in readable.items() if command_id not in repeated_ids]
        parents = ((row, kind, columns) for row in new_rows for kind, columns in row.kind.parents.items())
        command_ids = {self._command_id(kind, *row.key_of(columns)) for row, kind, columns in parents}
        command_ids |= {command_id for row in new_rows for command_id in self._registrations.commands_of(row)}
        things = frozenset(each for row in new_rows for each in self._registrations.things_of(row))
        self._store.foresee(command_ids, things)

    def _is_recorded(self, command_id: UUID, content: bytes) -> bool:
        return isinstance(self._store.lookup(command_id, content), Acknowledged)

    def settle(self) -> None:
        """Take note that the batch is in the record."""
        self._made.clear()
        self._identities.clear()
        self._seen.settle()
        self._refused.settle()
        self._registrations.settle_batch()

    def drop(self) -> None:
        """Forget the batch: none of it is recorded."""
        self._made.clear()
        self._identities.clear()
        self._seen.drop()
        self._refused.drop()
        self._registrations.drop_batch()

    def account(self, prepared: PreparedRow) -> RowEntry:
        """Account for a row."""
        entry = self._account(prepared)
        return self.refuse(prepared, entry.reasons) if entry.outcome is RowOutcome.REFUSED else entry

    def refuse(self, prepared: PreparedRow, reasons: tuple[str, ...]) -> RowEntry:
        """Account for a row that is not recorded, and note what it would have added to running totals."""
        for sum_of, more in prepared.added.values():
            self._refused[sum_of] = self.refused(sum_of) + more
        return row_entry(prepared.row, RowOutcome.REFUSED, reasons)

    def _account(self, prepared: PreparedRow) -> RowEntry:
        row = prepared.row
        identity = (row.kind.name, row.key)
        try:
            if row.faults:
                return self._faulty(row)
            if prepared.has_twin and identity in self._seen:
                return _twin(row, *self._seen[identity])
            entry = self._record(prepared)
        except (CannotRecord, EntryTooLarge, Malformed, UnsealableText) as refused:
            return row_entry(row, RowOutcome.REFUSED, reasons_against(refused))
        except (LogError, VaultError):
            raise
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            return row_entry(row, RowOutcome.REFUSED, (unforeseen(error),))
        if prepared.has_twin:
            self._seen[identity] = (row.content, entry)
        return entry

    def _identity(self, row: MappedRow) -> UUID:
        """The id of the command that records a row."""
        return self._command_id(row.kind.name, *row.key)

    def _command_id(self, *path: str) -> UUID:
        if path not in self._identities:
            self._identities[path] = self._mapping.identity(*path)
        return self._identities[path]

    def _faulty(self, row: MappedRow) -> RowEntry:
        """Account for a row that its own cells refuse; one that is in the record already stays there."""
        command_id = self._identity(row)
        if row.content:
            _, earlier = self._latest(command_id, row.content)
            if isinstance(earlier, Acknowledged):
                reasons = (f"{IN_RECORD}: {fault}" for fault in row.faults)
                return row_entry(row, RowOutcome.ALREADY_THERE, tuple(reasons), earlier)
        return row_entry(row, RowOutcome.REFUSED, row.faults)

    def _record(self, prepared: PreparedRow) -> RowEntry:
        row = prepared.row
        command_id = self._identity(row)
        revision, earlier = self._latest(command_id, row.content)
        if isinstance(earlier, Acknowledged):
            return row_entry(row, RowOutcome.ALREADY_THERE, (), earlier)
        self._registrations.begin()
        if earlier is None:
            command, context = self._order(prepared, command_id)
            return self._give(row, CommandRequest(command, context, row.content), RowOutcome.IMPORTED)
        if not self._correct:
            return row_entry(row, RowOutcome.CHANGED, (self._why_changed(prepared, command_id, revision),))
        return self._corrected(prepared, command_id, revision)

    def _corrected(self, prepared: PreparedRow, command_id: UUID, revision: int) -> RowEntry:
        """Correct what a row recorded, as far as that is still the import's own."""
        row = prepared.row
        merged, context = self._merged(prepared, command_id, revision, f"the row now says otherwise in {row.file}")
        if merged.command is None and merged.left:
            return row_entry(row, RowOutcome.CHANGED, merged.left)
        if merged.command is None:
            return row_entry(row, RowOutcome.ALREADY_THERE, ("only what is not recorded of it has changed",))
        revised = replace(context, command_id=_revision(command_id, revision), partnership_id=merged.partition_id)
        return self._give(row, CommandRequest(merged.command, revised, row.content), RowOutcome.CORRECTED, merged.left)

    def _merged(
        self, prepared: PreparedRow, command_id: UUID, revision: int, reasons: str
    ) -> tuple[RowCorrection, CommandContext]:
        """The corrections that a row calls for, and the context in which its command is given."""
        command, context = self._order(prepared, command_id)
        own = frozenset(_revision(command_id, number) for number in range(1, revision + 1))
        status = _status_fields(prepared.row.kind)
        corrector = RowCorrector(store=self._store, command=command, context=context, own=own, status=status)
        with self._store.rehearsed():
            _settle(self._registrations.wanted, self._store)
            return corrector.merged(reasons), context

    def _why_changed(self, prepared: PreparedRow, command_id: UUID, revision: int) -> str:
        """Advice on a row that says otherwise than it did."""
        try:
            merged, _ = self._merged(prepared, command_id, revision, "rehearsed only")
        except CannotRecord as refused:
            return f"it was imported before and said otherwise: {'; '.join(refused.reasons)}"
        exceptions = f", but for what is no longer the import's: {'; '.join(merged.left)}" if merged.left else ""
        return f"it was imported before and said otherwise: import it with --correct to correct the record{exceptions}"

    def _give(
        self, row: MappedRow, request: CommandRequest, outcome: RowOutcome, notes: tuple[str, ...] = ()
    ) -> RowEntry:
        """Record a row, and before it whom it names and nobody registered yet: all of it, or nothing where refused."""
        with self._store.whole_or_nothing():
            registered, warnings = _settle(self._registrations.wanted, self._store)
            recorded = self._store.record(request.command, request.context, request.payload)
            if isinstance(recorded, Refusal):
                raise CannotRecord(*reasons_of(recorded))
        self._registrations.settle()
        if isinstance(recorded, KeyReused):
            return row_entry(row, RowOutcome.CHANGED, ("somebody else imported it meanwhile, saying otherwise",))
        self._made.pop((row.kind.name, *row.key), None)
        final_outcome = RowOutcome.ALREADY_THERE if recorded.repeated else outcome
        warnings += _warnings(recorded)
        entry = row_entry(row, final_outcome, notes, recorded)
        return replace(entry, registered=tuple(registered), warnings=tuple(dict.fromkeys(warnings)))

    def _latest(self, command_id: UUID, content: bytes) -> tuple[int, Acknowledged | KeyReused | None]:
        """The number of a row's next revision, and what the last one has on record for this content."""
        latest = self._store.lookup(command_id, content)
        if latest is None:
            return 0, None
        for revision in count(1):
            later = self._store.lookup(_revision(command_id, revision), content)
            if later is None:
                return revision, latest
            latest = later
        raise AssertionError

    def _order(self, prepared: PreparedRow, command_id: UUID) -> tuple[Command, CommandContext]:
        row = prepared.row
        world = _ImportLookup(self, prepared, command_id)
        for parent in row.kind.parents:
            world.things_of(parent)
        standing = self._registrations.partnership(row)
        parts = [self._part(row, part, world) for part in row.kind.parts if row.holds(part.when, world)]
        if not parts:
            raise CannotRecord(NOTHING_SAID)
        context = self._registrations.context(command_id, row.kind.name, standing.partnership_id if standing else None)
        context = replace(context, covers=self._registrations.covers(row))
        entered = row.date(row.kind.entered)
        if entered is not None:
            context = replace(context, source_recorded_at=first_instant(entered))
        return (RecordTogether(parts=tuple(parts)) if standing else parts[0].command), context

    def _part(self, row: MappedRow, part: RowPart, world: "_ImportLookup") -> BatchPart:
        values, problems = {}, []
        world.part = part.name
        evaluator = CellEvaluator(row, world)
        for name, cell in row.kind.fields_by_part[part.name].items():
            values[name], cell_problems = evaluator.value(cell)
            problems += [f"{part.name}.{name}: {each}" for each in cell_problems]
        if problems:
            raise CannotRecord(*problems)
        if "confidence" in part.command.__struct_fields__:
            values.setdefault("confidence", Confidence.IMPORTED.value)
        word = None if part.word is None else self._registrations.party(row, part.word)
        return BatchPart(name=part.name, command=to_command(part.command, values, part.name), word=word)

    def party(self, row: MappedRow, name: str) -> UUID | None:
        """The id of a party for a row; None where its column is blank."""
        return self._registrations.party(row, name)

    def refused(self, sum_of: TotalKey) -> Decimal:
        """The sum that refused rows would have added to a running total."""
        return self._refused.get(sum_of) or Decimal()

    def things(self, kind: str, key: tuple[str, ...]) -> RowThings:
        """The things that an imported row brought into being, by part; none where it was not imported."""
        path = (kind, *key)
        if path not in self._made:
            command_id = self._command_id(*path)
            events = self._store.events(command_id)
            parts = self._mapping.kind(kind).parts
            if self._mapping.partnership is None:
                things = {parts[0].name: _thing(events[0].body)} if events else {}
            else:
                by_id = {_first_id(each.body): each for each in events}
                ids = {part.name: uuid5(command_id, thing_path(part.name)) for part in parts}
                things = {name: _thing(by_id[thing].body) for name, thing in ids.items() if thing in by_id}
            self._made[path] = things
        return self._made[path]


class _ImportLookup:
    """The parties, things and shares of one row that are not in its own cells."""

    def __init__(self, importer: RowImporter, prepared: PreparedRow, command_id: UUID) -> None:
        self._importer = importer
        self._row = prepared.row
        self._totals = prepared.totals
        self._added = prepared.added
        self._command_id = command_id
        self.part = ""
        """The part of the row that is being made."""

    def party(self, name: str) -> UUID | None:
        return self._importer.party(self._row, name)

    def thing(self, cell: ThingCell) -> UUID | None:
        if not cell.parent:
            return uuid5(self._command_id, thing_path(cell.part))
        thing = self.things_of(cell.parent).get(cell.part)
        return thing.thing_id if thing else None

    def share(self, share: ShareCell) -> Decimal | None:
        whole = self.things_of(share.of.parent).get(share.of.part)
        if whole is None or not whole.amount:
            return None
        at = (self.part, share.column)
        return (self._totals[at] - self._importer.refused(self._added[at][0])) / whole.amount

    def things_of(self, parent: str) -> RowThings:
        key = self._row.key_of(self._row.kind.parents[parent])
        things = self._importer.things(parent, key)
        if not things:
            names = " / ".join(key)
            raise CannotRecord(f"no {parent} '{names}' is in the record: import it first, or see why it was refused")
        return things


def _settle(commands: Iterable[CommandRequest], store: BulkRecorder) -> tuple[list[UUID], list[str]]:
    """Record commands in their order. Returns the ids of the new events, and warnings. Raises CannotRecord."""
    events: list[UUID] = []
    warnings: list[str] = []
    for request in commands:
        outcome = store.record(request.command, request.context, request.payload)
        if isinstance(outcome, Refusal):
            raise CannotRecord(*reasons_of(outcome))
        if isinstance(outcome, Acknowledged) and not outcome.repeated:
            events += [each.event_id for each in outcome.events]
            warnings += _warnings(outcome)
    return events, warnings


def _warnings(acknowledged: Acknowledged) -> list[str]:
    """Likely slips in records made now, in words."""
    if acknowledged.repeated:
        return []
    return [f"{warned.code}: {sentence_of(warned)}" for warned in acknowledged.warnings]


def _status_fields(kind: RowKind) -> frozenset[str]:
    """The fields that are read out of the columns by which the mapping tells one state of a row from another."""
    status = {each.column for each in kind.conditions() if each.is_ or each.is_not} - {None}
    fields = ((name, columns_of(cell)) for part in kind.parts for name, cell in part.fields.items())
    return frozenset(name for name, columns in fields if columns & status)


def reasons_against(refused: Exception) -> tuple[str, ...]:
    """The reasons for which a row cannot be recorded, by what was raised."""
    if isinstance(refused, CannotRecord):
        return refused.reasons
    code = "too-large" if isinstance(refused, EntryTooLarge) else "unsuitable"
    return (f"{code}: {refused}",)


def _revision(command_id: UUID, revision: int) -> UUID:
    return uuid5(command_id, f"revision {revision}")


def _first_id(body: EventBody) -> object:
    return getattr(body, declaration_of(body).thing)


def _thing(body: EventBody) -> RowThing:
    amount = getattr(body, "amount", None)
    identity = _first_id(body)
    assert isinstance(identity, UUID)  # noqa: S101 - events begin with the id of what they are about
    return RowThing(identity, amount.exact if isinstance(amount, Money) else None)


def row_entry(
    row: MappedRow, outcome: RowOutcome, reasons: tuple[str, ...], acknowledged: Acknowledged | None = None
) -> RowEntry:
    """The account of a row, with the events that record it."""
    return RowEntry(
        file=row.file,
        line=row.line,
        kind=row.kind.name,
        key=row.key,
        outcome=outcome,
        reasons=reasons,
        event_ids=() if acknowledged is None else tuple(each.event_id for each in acknowledged.events),
    )


def _twin(row: MappedRow, content: bytes, first: RowEntry) -> RowEntry:
    """Account for a second row of the same identity: the first in order counts."""
    place = f"line {first.line} of {first.file}"
    if row.content == content:
        return row_entry(row, RowOutcome.ALREADY_THERE, (f"it says the same as {place}",))
    return row_entry(row, RowOutcome.CHANGED, (f"it has the identity of {place} and says otherwise",))
