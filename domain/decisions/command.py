"""A command and how it is decided: its boundary follows from what it refers to; its rules are heard in a case."""

import re
from typing import ClassVar, Final, TypeVar
from uuid import UUID

from msgspec import Struct

from domain.decisions.authority import may_record
from domain.decisions.boundary import Boundary, Selection, erasure, on
from domain.decisions.case import Case, Draft, passing_id
from domain.decisions.facts import Facts
from domain.decisions.occasion import Occasion
from domain.decisions.references import READS, NamedParty, references
from domain.decisions.refusals import Code, Refusal
from domain.events import EventBody, name_of
from domain.events.partnership import (
    MemberJoined,
    MemberLeft,
    PartnershipClosed,
    PartnershipFormed,
    RuleAdopted,
)
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed


class Decided(Struct, frozen=True):
    """What a command comes to: the events to record, and the people whose words or names they hold."""

    drafts: tuple[Draft, ...]
    subjects: frozenset[UUID]


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

    def decide(self, case: Case) -> None:
        """Apply the rules: record events on the case, or note faults on it. Pure."""
        raise NotImplementedError


_COMMANDS: Final[dict[str, type[Command]]] = {}
C = TypeVar("C", bound=type[Command])


def command(declared: C) -> C:
    """Register a command under the kebab-case of its class name."""
    name = operation_of(declared)
    if name in _COMMANDS:
        message = f"{name} is declared twice"
        raise TypeError(message)
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
    if order.within_partnership:
        selections.add(
            on(
                "partnership",
                occasion.partnership,
                PartnershipFormed,
                PartnershipClosed,
                MemberJoined,
                MemberLeft,
                RuleAdopted,
                *order.also_reads,
            ),
        )
    for _, kind, reference in references(order):
        if kind == "record" and isinstance(reference, UUID):
            records.add(reference)
            selections.add(on("record", reference, RecordConfirmed, RecordDisputed, DisputeResolved))
        elif kind == "person" and isinstance(reference, str):
            person_id = occasion.person_of(reference)
            if person_id is not None:
                selections |= {on("person", person_id, *READS["person"]), erasure(person_id)}
        elif isinstance(reference, NamedParty):
            party_id = passing_id(occasion, reference)
            selections.add(on("party", party_id, *READS["party"]))
        elif isinstance(reference, UUID):
            selections.add(on(kind, reference, *READS[kind]))
    return frozenset(selections), frozenset(records)


def decide(order: Command, facts: Facts, occasion: Occasion) -> Decided | Refusal:
    """Decide a command on what is known: the events to record, or every reason why not. Pure."""
    case = Case(facts, occasion)
    _hear_standing(order, case)
    order.decide(case)
    for draft in case.drafts:
        if not may_record(name_of(draft.body), draft.word.side) and not occasion.actor.steward:
            detail = f"{draft.word.side.replace('-', ' ')} may not record {name_of(draft.body)}"
            case.fault(Code.SIDE_MAY_NOT_RECORD, "", detail)
    if case.faults:
        return case.faults.refusal()
    return Decided(tuple(case.drafts), frozenset(case.subjects))


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
    if order.needs_seat and not actor.steward:
        seated = {seat.party.party_id for seat in case.facts.seats()}
        if not seated & {actor.party.party_id, *actor.speaks_for}:
            case.fault(Code.NOT_A_MEMBER, "", "neither your organisation nor one it speaks for has a seat here")
