"""A mapping: the declarative document that says what the rows of somebody's spreadsheets are in our terms."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from domain.decisions.command import Command
from domain.imports.mapping_cells import (
    Cell,
    ColumnCell,
    PartyCell,
    ShareCell,
    ThingCell,
    cells_within,
    columns_of,
)

NAMESPACE: Final = UUID("6b1d2f0a-5a3c-5e0e-9d5f-0c1a7be3c106")
PARTIES_OF_PARTNERSHIP: Final = ("partnership", "residents")
"""The two parties that every partnership has, whatever the mapping declares."""

OTHERWISE: Final = "otherwise"
NumberIs = Literal["positive", "negative", "zero"]


class RefusedSpelling(Struct, frozen=True):
    """In a table: a spelling that cannot be recorded, and why."""

    because: str


class SpellingTable(Struct, frozen=True):
    """A table of meanings of spellings, which match whatever their capitals and outer spaces.

    `otherwise` is the meaning of all others; None keeps the spelling.
    """

    meanings: dict[str, str | RefusedSpelling]
    otherwise: str | RefusedSpelling | None = None

    def meaning(self, spelled: str) -> str | RefusedSpelling:
        """The meaning of a spelling. A blank stays blank unless it is listed."""
        meaning = self.meanings.get(folded_spelling(spelled))
        if meaning is not None:
            return meaning
        return spelled if self.otherwise is None or not spelled.strip() else self.otherwise


def folded_spelling(spelled: str) -> str:
    """The form in which spellings are compared."""
    return spelled.strip().casefold()


class RowCondition(Struct, frozen=True, kw_only=True):
    """Something that holds of a row or not. Every part that is given must hold."""

    column: str | None = None
    is_: tuple[str, ...] = ()
    is_not: tuple[str, ...] = ()
    blank: bool | None = None
    number: NumberIs | None = None
    made: ThingCell | None = None


class RefusalRule(Struct, frozen=True):
    """Rows that say nothing we can record, and why."""

    when: tuple[RowCondition, ...]
    because: str


class RowPart(Struct, frozen=True, kw_only=True, dict=True):
    """One thing that a row says: a command, when it applies, and whose word it is."""

    name: str
    command: type[Command]
    fields: dict[str, Cell]
    when: tuple[RowCondition, ...] = ()
    word: str | None = None

    @cached_property
    def shares(self) -> tuple[ShareCell, ...]:
        """The shares in its fields, each column once."""
        cells = chain.from_iterable(cells_within(each) for each in self.fields.values())
        return tuple({each.column: each for each in cells if isinstance(each, ShareCell)}.values())


class RowKind(Struct, frozen=True, kw_only=True, dict=True):
    """A kind of row: what identifies one, when it happened, what it rests on, what it says.

    `in_rows_of`: the kind whose rows are read as rows of this one too, such as the states that a tracked promise is in.
    """

    name: str
    identified_by: tuple[str, ...]
    happened: Cell | None = None
    entered: Cell | None = None
    parents: dict[str, tuple[str, ...]] = {}
    in_rows_of: str | None = None
    refuse: tuple[RefusalRule, ...] = ()
    parts: tuple[RowPart, ...]

    def cells(self) -> Iterator[Cell]:
        """Every cell of it."""
        yield from (each for each in (self.happened, self.entered) if each is not None)
        yield from chain.from_iterable(part.fields.values() for part in self.parts)

    def conditions(self) -> Iterator[RowCondition]:
        """Every condition of it."""
        yield from chain.from_iterable(each.when for each in self.refuse)
        yield from chain.from_iterable(each.when for each in self.parts)

    def fields_of(self, part: RowPart) -> dict[str, Cell]:
        """The fields of a part's command; it happened when the row did, where the part does not say otherwise."""
        fields = dict(part.fields)
        if self.happened is not None and "happened" in part.command.__struct_fields__:
            fields.setdefault("happened", self.happened)
        return fields

    @cached_property
    def fields_by_part(self) -> dict[str, dict[str, Cell]]:
        """The fields of the command of each part."""
        return {part.name: self.fields_of(part) for part in self.parts}

    @cached_property
    def numbered_columns(self) -> tuple[str, ...]:
        """The columns whose numbers conditions ask about."""
        columns = (each.column for each in self.conditions() if each.number is not None)
        return tuple(dict.fromkeys(each for each in columns if each is not None))

    @cached_property
    def is_dated_by_row(self) -> bool:
        """Whether its rows say themselves when they happened."""
        return self.happened is not None and bool(columns_of(self.happened))


class PartyRule(Struct, frozen=True, kw_only=True):
    """A party: one of a known id, one for all rows, or one for each value of a column. Fields of `register-party`."""

    party_id: UUID | None = None
    per: str | None = None
    fields: dict[str, Cell] = {}


class PartnershipRule(Struct, frozen=True, kw_only=True):
    """The partnership a row belongs to: one of a known id, one for all, or one for each value of a column."""

    partnership_id: UUID | None = None
    per: str | None = None
    fields: dict[str, Cell] = {}
    members: tuple[str, ...] = ()


class CoverageRule(Struct, frozen=True, kw_only=True):
    """The coverage of a mapping's files: kinds of sharing, of all parties or those named, from day to day."""

    kinds: tuple[str, ...]
    parties: tuple[str, ...] = ()
    covered_from: str | None = None
    covered_until: str | None = None


class Mapping(Struct, frozen=True, kw_only=True):
    """The whole document, checked."""

    id: str
    title: str
    currency: str = "GBP"
    encoding: str = "utf-8-sig"
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    since: str | None = None
    values: dict[str, SpellingTable] = {}
    tables: dict[str, SpellingTable] = {}
    partnership: PartnershipRule | None = None
    parties: dict[str, PartyRule] = {}
    covers: CoverageRule | None = None
    rows: tuple[RowKind, ...]

    def kind(self, name: str) -> RowKind:
        """Find a kind of row by name."""
        return next(each for each in self.rows if each.name == name)

    def kinds_within(self, kind: RowKind) -> tuple[RowKind, ...]:
        """The kinds that are read out of the rows of a kind too."""
        return tuple(each for each in self.rows if each.in_rows_of == kind.name)

    def columns_of_file(self, kind: RowKind) -> set[str]:
        """The columns that a file of this kind of row must have, those of the kinds within it included."""
        return self.columns(kind).union(*(self.columns(each) for each in self.kinds_within(kind)))

    def columns(self, kind: RowKind) -> set[str]:
        """The columns that a row of this kind needs; its rows are compared by them alone."""
        columns = {*kind.identified_by, *chain.from_iterable(kind.parents.values())}
        columns |= set(chain.from_iterable(columns_of(cell) for cell in kind.cells()))
        columns |= {each.column for each in kind.conditions() if each.column is not None}
        for rule in self.rules_of(kind):
            columns |= {rule.per} - {None} if rule.per else set()
            columns |= set(chain.from_iterable(columns_of(cell) for cell in rule.fields.values()))
        return columns

    def columns_in_order(self, kind: RowKind) -> tuple[str, ...]:
        """The columns of a kind of row in the one order in which they make the content of a row."""
        return tuple(sorted(self.columns(kind)))

    def rules_of(self, kind: RowKind) -> Iterable[PartyRule | PartnershipRule]:
        """The rules of the parties and the partnership that a kind of row needs."""
        party_names = {
            each.party for cell in kind.cells() for each in cells_within(cell) if isinstance(each, PartyCell)
        }
        party_names |= {part.word for part in kind.parts if part.word}
        if self.partnership is not None:
            yield self.partnership
            party_names |= set(self.partnership.members)
        if self.covers is not None:
            party_names |= set(self.covers.parties)
        yield from (self.parties[each] for each in sorted(party_names - set(PARTIES_OF_PARTNERSHIP)))

    def tables_used(self) -> set[str]:
        """The names of the tables that cells translate by."""
        rules = (*self.parties.values(), *((self.partnership,) if self.partnership else ()))
        cells = chain(
            chain.from_iterable(kind.cells() for kind in self.rows),
            chain.from_iterable(rule.fields.values() for rule in rules),
        )
        return {
            each.table for cell in cells for each in cells_within(cell) if isinstance(each, ColumnCell) and each.table
        }

    def identity(self, *path: str) -> UUID:
        """The id of the command that records something of this mapping: the same path, the same command."""
        return uuid5(NAMESPACE, msgspec.json.encode([self.id, *path]).decode())
