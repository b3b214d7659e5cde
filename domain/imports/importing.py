"""Importing: every row is one command, given once. What was recorded before is left alone or, asked to, corrected."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.command import Command
from domain.decisions.occasion import Actor, Occasion
from domain.decisions.refusals import Refusal
from domain.decisions.together import Part, RecordTogether, thing_path
from domain.events.declaration import EventBody, declaration_of
from domain.imports.accounting import Entry, RowOutcome
from domain.imports.cells import Made, Share
from domain.imports.correcting import correction
from domain.imports.frame import IMPORTER, CannotRecord, Frame, reasons_of, to_command
from domain.imports.ledger import Ledger
from domain.imports.mapping import Mapping, RowPart
from domain.imports.preparing import Prepared
from domain.imports.reading import MINOR
from domain.imports.row import NOTHING_SAID, Reading, Row
from domain.log.errors import EntryTooLarge
from domain.log.handler import Acknowledged, KeyReused
from domain.values import Money, first_instant
from domain.vocabulary import Confidence


class Thing(Struct, frozen=True):
    """What a part of a row brought into being, and the amount of money in it where there is one."""

    thing_id: UUID
    amount: Decimal | None


Things = dict[str, Thing]


class Importer:
    """Takes the rows of one mapping into the record, one after the other."""

    def __init__(
        self, mapping: Mapping, ledger: Ledger, *, now: datetime, actor: Actor = IMPORTER, correct: bool = False
    ) -> None:
        self._mapping = mapping
        self._ledger = ledger
        self._correct = correct
        self._frame = Frame(mapping, ledger, actor, now)
        self._seen: dict[tuple[str, tuple[str, ...]], tuple[bytes, Entry]] = {}
        self._made: dict[UUID, Things] = {}

    def run(self, rows: Iterable[Prepared]) -> Iterator[Entry]:
        """Record the rows in the order given, and account for each as it is done."""
        for each in rows:
            yield self._account(each)

    def _account(self, prepared: Prepared) -> Entry:
        row = prepared.row
        if row.faults:
            return _entry(row, RowOutcome.REFUSED, row.faults)
        identity = (row.kind.name, row.key)
        if identity in self._seen:
            return _twin(row, *self._seen[identity])
        try:
            entry = self._record(prepared)
        except CannotRecord as refused:
            return _entry(row, RowOutcome.REFUSED, refused.reasons)
        self._seen[identity] = (row.content, entry)
        return entry

    def _record(self, prepared: Prepared) -> Entry:
        row = prepared.row
        command_id = self._mapping.identity(row.kind.name, *row.key)
        revision, earlier = self._latest(command_id, row.content)
        if isinstance(earlier, Acknowledged):
            return _entry(row, RowOutcome.ALREADY_THERE, (), earlier)
        if isinstance(earlier, KeyReused) and not self._correct:
            reason = "it was imported before and said otherwise: import it with --correct to correct the record"
            return _entry(row, RowOutcome.CHANGED, (reason,))
        order, occasion = self._order(prepared, command_id)
        if earlier is None:
            return self._give(row, order, occasion, RowOutcome.IMPORTED)
        correcting = correction(self._ledger, order, occasion, f"the row now says otherwise in {row.line.file}")
        if correcting is None:
            return _entry(row, RowOutcome.ALREADY_THERE, ("only what is not recorded of it has changed",))
        revised = replace(occasion, command_id=_revision(command_id, revision), partnership_id=correcting.partition_id)
        return self._give(row, correcting.order, revised, RowOutcome.CORRECTED)

    def _give(self, row: Row, order: Command, occasion: Occasion, outcome: RowOutcome) -> Entry:
        try:
            given = self._ledger.record(order, occasion, row.content)
        except EntryTooLarge as error:
            raise CannotRecord(f"too-large: {error}") from None
        match given:
            case Refusal():
                raise CannotRecord(*reasons_of(given))
            case KeyReused():
                return _entry(row, RowOutcome.CHANGED, ("somebody else imported it meanwhile, saying otherwise",))
            case Acknowledged():
                self._made.pop(self._mapping.identity(row.kind.name, *row.key), None)
                return _entry(row, RowOutcome.ALREADY_THERE if given.repeated else outcome, (), given)

    def _latest(self, command_id: UUID, content: bytes) -> tuple[int, Acknowledged | KeyReused | None]:
        """Give what the last revision of a row says to this content, and the number of the next one."""
        found = self._ledger.lookup(command_id, content)
        if found is None:
            return 0, None
        for revision in count(1):
            later = self._ledger.lookup(_revision(command_id, revision), content)
            if later is None:
                return revision, found
            found = later
        raise AssertionError

    def _order(self, prepared: Prepared, command_id: UUID) -> tuple[Command, Occasion]:
        row = prepared.row
        world = _World(self, prepared, command_id)
        for parent in row.kind.parents:
            world.things_of(parent)
        standing = self._frame.partnership(row)
        parts = [self._part(row, part, world) for part in row.kind.parts if row.holds(part.when, world)]
        if not parts:
            raise CannotRecord(NOTHING_SAID)
        occasion = self._frame.occasion(command_id, row.kind.name, standing.partnership_id if standing else None)
        entered = row.date(row.kind.entered)
        if entered is not None:
            occasion = replace(occasion, source_recorded_at=first_instant(entered))
        return (RecordTogether(parts=tuple(parts)) if standing else parts[0].order), occasion

    def _part(self, row: Row, part: RowPart, world: "_World") -> Part:
        cells = dict(part.fields)
        if "happened" in part.command.__struct_fields__ and row.kind.happened is not None:
            cells.setdefault("happened", row.kind.happened)
        values, problems = {}, []
        world.part = part.name
        for name, cell in cells.items():
            values[name], found = Reading(row, world).value(cell)
            problems += [f"{part.name}.{name}: {each}" for each in found]
        if problems:
            raise CannotRecord(*problems)
        if "confidence" in part.command.__struct_fields__:
            values.setdefault("confidence", Confidence.IMPORTED.value)
        word = None if part.word is None else self._frame.party(row, part.word)
        return Part(name=part.name, order=to_command(part.command, values, part.name), word=word)

    def party(self, row: Row, name: str) -> UUID | None:
        """Give the id of a party for a row."""
        return self._frame.party(row, name)

    def things(self, kind: str, key: tuple[str, ...]) -> Things:
        """Give what an imported row brought into being, part by part; nothing where it was not imported."""
        command_id = self._mapping.identity(kind, *key)
        if command_id not in self._made:
            events = self._ledger.events(command_id)
            parts = self._mapping.kind(kind).parts
            if self._mapping.partnership is None:
                found = {parts[0].name: _thing(events[0].body)} if events else {}
            else:
                by_id = {_first_id(each.body): each for each in events}
                ids = {part.name: uuid5(command_id, thing_path(part.name)) for part in parts}
                found = {name: _thing(by_id[thing].body) for name, thing in ids.items() if thing in by_id}
            self._made[command_id] = found
        return self._made[command_id]


class _World:
    """What one row knows beyond its own cells."""

    def __init__(self, importer: Importer, prepared: Prepared, command_id: UUID) -> None:
        self._importer = importer
        self._row = prepared.row
        self._totals = prepared.totals
        self._command_id = command_id
        self.part = ""
        """The part of the row that is being made."""

    def party(self, name: str) -> UUID | None:
        return self._importer.party(self._row, name)

    def thing(self, made: Made) -> UUID | None:
        if not made.parent:
            return uuid5(self._command_id, thing_path(made.part))
        found = self.things_of(made.parent).get(made.part)
        return found.thing_id if found else None

    def share(self, share: Share) -> Decimal | None:
        whole = self.things_of(share.of.parent).get(share.of.part)
        if whole is None or not whole.amount:
            return None
        return self._totals[self.part, share.column] / whole.amount

    def things_of(self, parent: str) -> Things:
        key = self._row.key_of(self._row.kind.parents[parent])
        found = self._importer.things(parent, key)
        if not found:
            named = " / ".join(key)
            raise CannotRecord(f"no {parent} '{named}' is in the record: import it first, or see why it was refused")
        return found


def _revision(command_id: UUID, revision: int) -> UUID:
    return uuid5(command_id, f"revision {revision}")


def _first_id(body: EventBody) -> object:
    return getattr(body, declaration_of(body).thing)


def _thing(body: EventBody) -> Thing:
    amount = getattr(body, "amount", None)
    identity = _first_id(body)
    assert isinstance(identity, UUID)  # noqa: S101 - events begin with the id of what they are about
    return Thing(identity, Decimal(amount.minor_units) / MINOR if isinstance(amount, Money) else None)


def _entry(row: Row, outcome: RowOutcome, reasons: tuple[str, ...], given: Acknowledged | None = None) -> Entry:
    return Entry(
        file=row.line.file,
        line=row.line.line,
        kind=row.kind.name,
        key=row.key,
        outcome=outcome,
        reasons=reasons,
        event_ids=() if given is None else tuple(each.event_id for each in given.events),
    )


def _twin(row: Row, content: bytes, first: Entry) -> Entry:
    """Account for a second row of the same identity: the first in order counts."""
    place = f"line {first.line} of {first.file}"
    if row.content == content:
        return _entry(row, RowOutcome.ALREADY_THERE, (f"it says the same as {place}",))
    return _entry(row, RowOutcome.CHANGED, (f"it has the identity of {place} and says otherwise",))
