"""A command and how it is decided: its boundary follows from what it refers to; its rules are heard in a case."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import ClassVar, Final, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.authority import may_record
from domain.decisions.boundary import Boundary, Selection, entry, erasure, mending, on
from domain.decisions.case import Case, Draft, passing_id
from domain.decisions.command_context import Occasion
from domain.decisions.facts import Facts
from domain.decisions.oddities import oddities
from domain.decisions.references import ANYWHERE, READS, NamedParty, references
from domain.decisions.refusals import Code, Refusal
from domain.events import EventBody, declarations, name_of
from domain.events.declaration import declaration_of, tag
from domain.events.envelope import Warned
from domain.events.interactions import InteractionRecorded
from domain.events.partnership import (
    MemberJoined,
    MemberLeft,
    PartnershipClosed,
    PartnershipFormed,
    RuleAdopted,
    SeatAccepted,
)
from domain.events.recorded import Recorded
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed
from domain.events.registries import (
    PartiesFoundSame,
    PartyAmended,
    PartyRegistered,
    PartySucceeded,
    PersonRegistered,
)
from domain.structs import prepared


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a principal asks to have recorded.

    `refuses` lists the refusals of its own rules (those of references and times are common to all);
    `also_reads` the types it reads of the whole partnership beside its members.
    """

    refuses: ClassVar[tuple[Code, ...]] = ()
    also_reads: ClassVar[tuple[type[EventBody], ...]] = ()
    within_partnership: ClassVar[bool] = True
    stewards_only: ClassVar[bool] = False
    needs_seat: ClassVar[bool] = True
    after_closure: ClassVar[bool] = False

    def mentions(self) -> Iterator[tuple[str, object]]:
        """Give what the command refers to beyond what its fields declare: kind and reference."""
        yield from ()

    def rests_on(self, known: Sequence[Recorded]) -> Boundary:
        """The boundary of a decision beyond its references once this much is known; asked until nothing is new."""
        del known
        return frozenset()

    def decide(self, case: Case) -> None:
        """Apply the rules: record events on the case, or note faults on it. Pure."""
        raise NotImplementedError


_COMMANDS: Final[dict[str, type[Command]]] = {}
_IN_AFFAIRS: Final = tuple(each.body for each in declarations() if not each.home)
_MOST_WARNINGS: Final = 50
"""They share an entry of bounded size with the first event of the command."""
C = TypeVar("C", bound=type[Command])


def command(declared: C) -> C:
    """Register a command under the kebab-case of its class name."""
    name = operation_of(declared)
    if name in _COMMANDS:
        message = f"{name} is declared twice"
        raise TypeError(message)
    prepared(declared)
    _COMMANDS[name] = declared
    return declared


def commands() -> dict[str, type[Command]]:
    """Give every command by name."""
    return dict(_COMMANDS)


def operation_of(declared: type[Command]) -> str:
    """Give a command's name: the kebab-case of its class name."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", declared.__name__).lower()


def boundary(order: Command, occasion: Occasion) -> tuple[Boundary, frozenset[UUID]]:
    """Give what the decision rests on: selections of events, and single records looked up by their id."""
    selections: set[Selection] = set()
    records: set[UUID] = set()
    if occasion.partnership_id is not None:
        selections.add(
            on(
                "partnership",
                occasion.partnership,
                PartnershipFormed,
                PartnershipClosed,
                MemberJoined,
                SeatAccepted,
                MemberLeft,
                RuleAdopted,
                PartySucceeded,
                PartiesFoundSame,
                *order.also_reads,
            ),
        )
    declared = ((kind, reference) for _, kind, reference in references(order))
    for kind, reference in chain(declared, order.mentions()):
        if kind == "record" and isinstance(reference, UUID):
            records.add(reference)
            selections.add(on("record", reference, RecordConfirmed, RecordDisputed, DisputeResolved))
        elif kind == "person" and isinstance(reference, str):
            person_id = occasion.person_of(reference)
            if person_id is not None:
                selections |= {entry("person", person_id, *READS["person"]), erasure(person_id)}
        elif isinstance(reference, NamedParty):
            party_id = passing_id(occasion, reference)
            selections.add(entry("party", party_id, *READS["party"]))
        elif isinstance(reference, UUID):
            selections.add(
                entry(kind, reference, *READS[kind])
                if kind in ANYWHERE
                else on(kind, reference, *READS[kind], within=occasion.partnership_id)
            )
    return frozenset(selections), frozenset(records)


def decide(order: Command, facts: Facts, occasion: Occasion) -> tuple[Draft, ...] | Refusal:
    """Decide a command on what is known: the events to record, or every reason why not. Pure."""
    case = Case(facts, occasion)
    lists = ((name, getattr(order, name)) for name in order.__struct_fields__)
    case.counts = {name: len(each) for name, each in lists if isinstance(each, tuple)}
    _hear_standing(order, case)
    order.decide(case)
    for draft in case.drafts:
        if not may_record(name_of(draft.body), draft.word.side) and not occasion.actor.steward:
            detail = f"{draft.word.side.replace('-', ' ')} may not record {name_of(draft.body)}"
            case.fault(Code.SIDE_MAY_NOT_RECORD, "", detail)
    if case.faults:
        return case.faults.refusal()
    drafts = tuple(_listing(draft, case.subjects) for draft in case.drafts)
    odd = (
        Warned(slip, f"{draft.pointer}/{at}", about)
        for draft in drafts
        if draft.replacement is None
        for slip, at, about in oddities(draft.body)
    )
    return with_warnings(drafts, [*case.warnings, *odd])


def with_warnings(drafts: tuple[Draft, ...], warnings: Iterable[Warned]) -> tuple[Draft, ...]:
    """Put what may be slips, each once, to those that the first event carries already."""
    noted = tuple(dict.fromkeys((*(drafts[0].warnings if drafts else ()), *warnings)))
    return (replace(drafts[0], warnings=noted[:_MOST_WARNINGS]), *drafts[1:]) if noted and drafts else drafts


def _listing(draft: Draft, subjects: set[UUID]) -> Draft:
    """Tag an event that carries text, now or once corrected, with the people it may name: it is forgotten with them."""
    if not subjects or not declaration_of(draft.body).sealed:
        return draft
    return replace(draft, tags=draft.tags | {tag("subject", each) for each in subjects})


def around(records: Sequence[Recorded]) -> Boundary:
    """Give what else a decision about single records rests on: what they begin or continue, and what was done to them.

    Of the meeting that something came up at it is what was done about its minutes.
    """
    selections: set[Selection] = set()
    for record in records:
        selections.add(on("record", record.event_id, RecordConfirmed, RecordDisputed, DisputeResolved))
        declaration = declaration_of(record.body)
        for field in {declaration.thing, "interaction_id"}:
            kind, identity = field.removesuffix("_id"), getattr(record.body, field, None)
            if kind in READS and identity is not None:
                selections.add((entry if kind in ANYWHERE else on)(kind, identity, *READS[kind]))
    return frozenset(selections)


def widening(order: Command, records: Sequence[Recorded], occasion: Occasion) -> Boundary:
    """The part of a boundary that comes of what was read inside it so far; read until nothing is added.

    It is what mends that, forgettings, who stands here, and what the command says it rests on by what it found.
    """
    followed = forgetting(records) | acquaintance(records, occasion) | mending(records, occasion.partnership_id)
    return followed | order.rests_on(records)


def forgetting(records: Iterable[Recorded]) -> Boundary:
    """Give the erasures of those whom known texts may name, for what is written next may name them too."""
    return frozenset(erasure(person_id) for record in records for person_id in record.subjects)


def acquaintance(records: Sequence[Recorded], occasion: Occasion) -> Boundary:
    """The boundary that shows that people, and bodies that are one person, may be named by who did not register them.

    They may where they stand already in the affairs of the partnership, and a person by their own body anywhere. Such
    a body has little to do, and whoever has a seat here is known by it, so this stays small.
    """
    here, ours = occasion.partnership_id, {occasion.actor.party.party_id, *occasion.actor.speaks_for}
    selections: set[Selection] = set()
    if here is not None:
        entries = (each.body for each in records if isinstance(each.body, PartyRegistered | PartyAmended))
        alone = {body.party_id for body in entries if body.sole_trader_person_id is not None}
        selections |= {on("party", each, *_IN_AFFAIRS, within=here) for each in alone}
    seated = {each.body.person_id for each in records if isinstance(each.body, MemberJoined)}
    for record in records:
        word = record.envelope.on_behalf_of
        is_ours = occasion.actor.steward or (word is not None and word.party_id in ours)
        if not isinstance(record.body, PersonRegistered) or is_ours or record.body.person_id in seated:
            continue
        person_id = record.body.person_id
        selections.add(entry("person", person_id, MemberJoined, PartyRegistered))
        if here is not None:
            selections.add(on("person", person_id, InteractionRecorded, within=here))
    return frozenset(selections)


def _hear_standing(order: Command, case: Case) -> None:
    """Hear whether this principal may give this command here at all."""
    actor = case.occasion.actor
    if order.stewards_only and not actor.steward:
        case.fault(Code.STEWARDS_ONLY, "", "this needs a key that looks after the record")
    if not order.within_partnership:
        return
    if case.facts.partnership() is None:
        case.fault(Code.UNKNOWN_PARTNERSHIP, "", "no partnership has this id")
        return
    if case.facts.closed() and not order.after_closure:
        case.fault(Code.PARTNERSHIP_CLOSED, "", "the partnership is closed; only its record can be mended")
    if order.needs_seat:
        case.must_have_seat()
