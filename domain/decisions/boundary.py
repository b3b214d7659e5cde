"""The consistency boundary of a decision: the events that it rests on, a new one among which would unsettle it.

It follows from what the command refers to, and grows with what is read inside it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final
from uuid import UUID

from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.decisions.references import ANYWHERE, READS, NamedParty, named_party_id, references
from domain.events import declarations, name_of
from domain.events.declaration import declaration_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import (
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
from domain.events.selection import Selection, Selections, entry, on
from domain.events.stewardship import CoverageDeclared, SubjectErased
from domain.events.tags import tag

_IN_AFFAIRS: Final = tuple(each.body for each in declarations() if not each.home)


_ERASURES: Final = frozenset({name_of(SubjectErased)})


def boundary(command: Command, context: CommandContext) -> tuple[Selections, frozenset[UUID]]:
    """The events that a decision rests on by its references: selections, and the ids of single records to look up."""
    selections: set[Selection] = set()
    records: set[UUID] = set()
    if context.partnership_id is not None:
        selections.add(
            on(
                "partnership",
                context.partnership,
                PartnershipFormed,
                PartnershipClosed,
                MemberJoined,
                SeatAccepted,
                MemberLeft,
                RuleAdopted,
                PartySucceeded,
                PartiesFoundSame,
                CoverageDeclared,
                *command.also_reads,
            ),
        )
    declared = ((kind, reference) for _, kind, reference in references(command))
    for kind, reference in chain(declared, command.mentions()):
        if kind == "record" and isinstance(reference, UUID):
            records.add(reference)
            selections.add(on("record", reference, RecordConfirmed, RecordDisputed, DisputeResolved))
        elif kind == "person" and isinstance(reference, str):
            person_id = context.person_of(reference)
            if person_id is not None:
                selections |= {entry("person", person_id, *READS["person"]), erasure(person_id)}
        elif isinstance(reference, NamedParty):
            party_id = named_party_id(reference, context)
            selections.add(entry("party", party_id, *READS["party"]))
        elif isinstance(reference, UUID):
            selections.add(
                entry(kind, reference, *READS[kind])
                if kind in ANYWHERE
                else on(kind, reference, *READS[kind], within=context.partnership_id)
            )
    return frozenset(selections), frozenset(records)


def around(records: Sequence[Recorded]) -> Selections:
    """Events about what single records begin or continue, and answers to the records themselves.

    For a record that came up at a meeting these include the minutes of that meeting.
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


def widening(command: Command, records: Sequence[Recorded], context: CommandContext) -> Selections:
    """Selections that the records read so far add to a boundary; read again until none is new.

    They are corrections of those records, erasures of people they may name, evidence of who may be named here, and
    whatever else the command rests on.
    """
    evidence = forgetting(records) | acquaintance(records, context) | mending(records, context.partnership_id)
    return evidence | command.rests_on(records)


def forgetting(records: Iterable[Recorded]) -> Selections:
    """Erasures of the people whom the texts read so far may name, since what is written next may name them too."""
    people = frozenset[UUID]().union(*(record.subjects for record in records))
    return frozenset(erasure(person_id) for person_id in people)


def acquaintance(records: Sequence[Recorded], context: CommandContext) -> Selections:
    """Events that show that a person, or a body that is one person, may be named by others than who registered them.

    They may be named where they stand already in the affairs of the partnership, and a person by their own body
    anywhere. A body that is one person has few events, and a seat here settles it at once, so these stay few.
    """
    here, ours = context.partnership_id, {context.actor.party.party_id, *context.actor.speaks_for}
    selections: set[Selection] = set()
    if here is not None:
        entries = (each.body for each in records if isinstance(each.body, PartyRegistered | PartyAmended))
        alone = {body.party_id for body in entries if body.sole_trader_person_id is not None}
        selections |= {on("party", each, *_IN_AFFAIRS, within=here) for each in alone}
    people = [(each.body.person_id, each.word) for each in records if isinstance(each.body, PersonRegistered)]
    if not people or context.actor.steward:
        return frozenset(selections)
    seated = {each.body.person_id for each in records if isinstance(each.body, MemberJoined)}
    for person_id, word in people:
        if (word is not None and word.party_id in ours) or person_id in seated:
            continue
        selections.add(entry("person", person_id, MemberJoined, PartyRegistered))
        if here is not None:
            selections.add(on("person", person_id, InteractionRecorded, within=here))
    return frozenset(selections)


def mending(records: Iterable[Recorded], partnership_id: UUID | None) -> Selections:
    """Corrections and withdrawals of records from other partnerships; all those of this one are selected already."""
    elsewhere = (record for record in records if record.partition_id != partnership_id)
    return frozenset(on("record", each.event_id) for each in elsewhere)


@lru_cache(maxsize=16_384)
def erasure(person_id: UUID) -> Selection:
    """The erasure of a person whose text a command would seal."""
    return Selection(_ERASURES, frozenset({tag("subject", person_id)}))
