"""The frame in which rows are recorded: the parties and partnerships of a mapping, registered when first needed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec import Struct

from domain.decisions.command import Command
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.partnerships import FormPartnership
from domain.decisions.references import READS
from domain.decisions.refusals import Refusal
from domain.decisions.registries import RegisterParty
from domain.errors import FolkmootError
from domain.events.covered_acts import CoveredActs
from domain.events.partnerships import PartnershipFormed
from domain.events.selection import Selection, all_about, entry
from domain.handling.bulk_recorder import BulkRecorder, CommandRequest
from domain.imports.mapping import NAMESPACE, PARTIES_OF_PARTNERSHIP, Mapping, PartnershipRule
from domain.imports.mapping_cells import Cell
from domain.imports.row import CellEvaluator, MappedRow, NoLookup
from domain.imports.tentative import TentativeDict
from domain.structs import MOST_FAULTS, NotAsDeclared, read
from domain.values import PartyAt, first_day, last_day
from domain.vocabulary import PartyKind, SharingKind, Side, Source

IMPORTER: Final = Actor(
    actor_id=uuid5(NAMESPACE, "importer"),
    party=PartyAt(uuid5(NAMESPACE, "importer's party"), Side.OTHER, PartyKind.OTHER_BODY),
    steward=True,
)
"""Who records what is imported unless somebody else is named: a steward who belongs to no partner."""


class CannotRecord(FolkmootError):
    """A row cannot be recorded; `reasons` says why."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class PartnershipParties(Struct, frozen=True):
    """A partnership and its two standing parties."""

    partnership_id: UUID
    itself: UUID
    residents: UUID


class Registrations:
    """Finds the parties and the partnership of each row, or gathers what would register them.

    What is gathered for a row is recorded with it by whoever records the row, and only if the row is accepted.
    """

    def __init__(self, mapping: Mapping, store: BulkRecorder, actor: Actor, now: datetime) -> None:
        self._mapping = mapping
        self._store = store
        self._actor = actor
        self._now = now
        self._parties: TentativeDict[tuple[str, str], UUID] = TentativeDict()
        self._partnerships: TentativeDict[str, PartnershipParties] = TentativeDict()
        self._wanted_parties: dict[tuple[str, str], UUID] = {}
        self._wanted_partnerships: dict[str, PartnershipParties] = {}
        self.wanted: list[CommandRequest] = []
        """The commands that register bodies for the present row, in order."""

    def begin(self) -> None:
        """Turn to another row; what only the last one wanted is forgotten."""
        self._wanted_parties, self._wanted_partnerships, self.wanted = {}, {}, []

    def settle(self) -> None:
        """Take note that what the present row wanted is registered."""
        self._parties.update(self._wanted_parties)
        self._partnerships.update(self._wanted_partnerships)
        self.begin()

    def settle_batch(self) -> None:
        """Take note that what the rows of a batch wanted is in the record for good."""
        self._parties.settle()
        self._partnerships.settle()

    def drop_batch(self) -> None:
        """Forget what the rows of a batch wanted: none of it was recorded."""
        self._parties.drop()
        self._partnerships.drop()

    def commands_of(self, row: MappedRow) -> Iterator[UUID]:
        """The ids of the commands that register the parties and the partnership of a row, where none was seen yet."""
        for name, party in self._mapping.parties.items():
            value = row.cells.get(party.per, "").strip() if party.per else ""
            if party.party_id is None and (value or not party.per) and (name, value) not in self._parties:
                yield self._mapping.identity("party", name, value)
        rule = self._mapping.partnership
        if rule is not None and rule.partnership_id is None:
            value = row.cells.get(rule.per, "").strip() if rule.per else ""
            if value not in self._partnerships:
                yield self._mapping.identity("partnership", value)

    def things_of(self, row: MappedRow) -> Iterator[Selection]:
        """Selections of the parties and the partnership of a row, where they are registered."""
        for name, party in self._mapping.parties.items():
            value = row.cells.get(party.per, "").strip() if party.per else ""
            party_id = party.party_id or self._parties.get((name, value))
            if party_id is not None:
                yield entry("party", party_id, *READS["party"])
        rule = self._mapping.partnership
        value = row.cells.get(rule.per, "").strip() if rule is not None and rule.per else ""
        if value in self._partnerships:
            partnership = self._partnerships[value]
            yield all_about("partnership", partnership.partnership_id)
            for party_id in (partnership.itself, partnership.residents):
                yield entry("party", party_id, *READS["party"])

    def covers(self, row: MappedRow) -> tuple[CoveredActs, ...] | None:
        """The coverage of the mapping's files, of the parties as this row names them; None where it says nothing."""
        rule = self._mapping.covers
        if rule is None:
            return None
        ids = [self.party(row, each) for each in rule.parties]
        party_ids = tuple(dict.fromkeys(each for each in ids if each is not None))
        if rule.parties and not party_ids:
            return ()
        return tuple(
            CoveredActs(
                kind=SharingKind(kind),
                party_ids=party_ids,
                covered_from=first_day(rule.covered_from) if rule.covered_from else None,
                covered_until=last_day(rule.covered_until) if rule.covered_until else None,
            )
            for kind in dict.fromkeys(rule.kinds)
        )

    def context(self, command_id: UUID, reference: str, partnership_id: UUID | None = None) -> CommandContext:
        """The context of one command of this import."""
        return CommandContext(
            actor=self._actor,
            command_id=command_id,
            now=self._now,
            person_of=lambda _: None,
            partnership_id=partnership_id,
            source=Source.IMPORT,
            source_reference=f"{self._mapping.id}/{reference}",
        )

    def party(self, row: MappedRow, name: str) -> UUID | None:
        """The id of a party for a row; None where its column is blank. Raises CannotRecord."""
        if name in PARTIES_OF_PARTNERSHIP:
            standing = self.partnership(row)
            if standing is None:
                return None
            return standing.residents if name == "residents" else standing.itself
        rule = self._mapping.parties[name]
        if rule.party_id is not None:
            return rule.party_id
        value = row.cells.get(rule.per, "").strip() if rule.per else ""
        if rule.per and not value:
            return None
        key = (name, value)
        if key not in self._parties and key not in self._wanted_parties:
            context = self.context(self._mapping.identity("party", name, value), "party")
            if self._is_recorded(context):
                self._parties[key] = context.new_id("party")
            else:
                command = self._command(row, RegisterParty, rule.fields, f"parties.{name}")
                self.wanted.append(CommandRequest(command, context, b""))
                self._wanted_parties[key] = context.new_id("party")
        return self._parties.get(key) or self._wanted_parties[key]

    def partnership(self, row: MappedRow) -> PartnershipParties | None:
        """The partnership that a row belongs to; None where the mapping has none. Raises CannotRecord."""
        rule = self._mapping.partnership
        if rule is None:
            return None
        value = row.cells.get(rule.per, "").strip() if rule.per else ""
        if rule.per and not value:
            raise CannotRecord(f"{rule.per} is blank, so it belongs to no partnership")
        if value not in self._partnerships and value not in self._wanted_partnerships:
            partnership = self._known(rule.partnership_id)
            if partnership is not None:
                self._partnerships[value] = partnership
            else:
                self._form(row, rule, value)
        return self._partnerships.get(value) or self._wanted_partnerships[value]

    def _known(self, partnership_id: UUID | None) -> PartnershipParties | None:
        if partnership_id is None:
            return None
        formed = self._store.formed(partnership_id)
        if formed is None:
            raise CannotRecord(f"there is no partnership with the id {partnership_id}, which the mapping names")
        return _standing(formed)

    def _form(self, row: MappedRow, rule: PartnershipRule, value: str) -> None:
        context = self.context(self._mapping.identity("partnership", value), "partnership")
        standing = PartnershipParties(*(context.new_id(each) for each in ("partnership", "itself", "residents")))
        if self._is_recorded(context):
            self._partnerships[value] = standing
            return
        members = [{"party": party} for each in rule.members if (party := self.party(row, each)) is not None]
        command = self._command(row, FormPartnership, rule.fields, "partnership", members=members)
        self.wanted.append(CommandRequest(command, context, b""))
        self._wanted_partnerships[value] = standing

    def _command(
        self, row: MappedRow, kind: type[Command], cells: dict[str, Cell], at: str, **more_fields: object
    ) -> Command:
        values: dict[str, Any] = {"happened": self._mapping.since, **more_fields}
        problems = []
        for name, cell in cells.items():
            values[name], cell_problems = CellEvaluator(row, _Parties(self, row)).value(cell)
            problems += [f"{at}.{name}: {each}" for each in cell_problems]
        if problems:
            raise CannotRecord(*problems)
        return to_command(kind, values, at)

    def _is_recorded(self, context: CommandContext) -> bool:
        """Whether it was registered before; what a later mapping says of it anew is for people to amend."""
        return self._store.lookup(context.command_id, b"") is not None


class _Parties(NoLookup):
    """The world in which a party or partnership is described: other parties only."""

    def __init__(self, frame: Registrations, row: MappedRow) -> None:
        self._frame = frame
        self._row = row

    def party(self, name: str) -> UUID | None:
        return self._frame.party(self._row, name)


def _standing(formed: PartnershipFormed) -> PartnershipParties:
    return PartnershipParties(formed.partnership_id, formed.itself.party_id, formed.residents.party_id)


def to_command(kind: type[Command], values: dict[str, Any], at: str) -> Command:
    """A command of the values that are not None. Raises CannotRecord."""
    fields = {name: value for name, value in values.items() if value is not None}
    try:
        return read(fields, kind)
    except NotAsDeclared as error:
        more = error.in_all - len(error.faults)
        reasons = [f"{at}{each.pointer.removeprefix('#').replace('/', '.')}: {each.detail}" for each in error.faults]
        raise CannotRecord(*reasons, *([f"and {more} more"] if more else [])) from None


def reasons_of(refusal: Refusal) -> tuple[str, ...]:
    """The reasons for which a command was refused, each once."""
    reasons = list(dict.fromkeys(f"{fault.code.value}: {fault.detail}" for fault in refusal.faults))
    more = len(reasons) - MOST_FAULTS
    return (*reasons[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else []))
