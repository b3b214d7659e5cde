"""How many contacts there were, and how many people and bodies were at them: by kind, role and side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import Participant
from domain.events.interactions import Crowd, InteractionRecorded
from domain.events.recorded import Effective
from domain.vocabulary import Attendance
from projections.declaration import ProjectionRow, projection
from projections.history import History
from projections.rows import MENDING, Causes, causes_of
from projections.scoring.method import Method

ALL: Final = "all"
"""Stands for every kind, role or side at once."""

Key = tuple[str, str, str, str]


class ContactCountRow(ProjectionRow, frozen=True, kw_only=True):
    """Counts over all contacts of one kind (or all), for one role (or all), one side (or all) and one attendance."""

    kind: Annotated[str, Meta(description="What sort of contact, or 'all'")]
    role: Annotated[str, Meta(description="What people were there as, or 'all', which includes crowds")]
    side: Annotated[str, Meta(description="The side people came from, or 'all'")]
    attendance: Annotated[Attendance, Meta(description="Whether they came")]
    contacts: Annotated[int, Meta(description="At how many contacts there was anybody such")]
    bodies: Annotated[int, Meta(description="How many different organisations and groups")]
    people: Annotated[
        int, Meta(description="How many people: each once where named; by the numbers given at each contact where not")
    ]
    appearances: Annotated[int, Meta(description="How many people at each contact, added up over the contacts")]
    causes: Causes


@dataclass
class _Cell:
    """What is counted under one key. Persons are told apart here and leave as a number only."""

    facts: dict[UUID, Effective] = field(default_factory=dict)
    bodies: set[UUID] = field(default_factory=set)
    persons: set[UUID] = field(default_factory=set)
    appearances: set[tuple[UUID, UUID]] = field(default_factory=set)
    unnamed: int = 0

    def add(self, fact: Effective, who: Participant | Crowd) -> None:
        self.facts[fact.event_id] = fact
        if isinstance(who, Participant):
            self.bodies.add(who.party.party_id)
        if isinstance(who, Participant) and who.person_id is not None:
            self.persons.add(who.person_id)
            self.appearances.add((fact.event_id, who.person_id))
        else:
            self.unnamed += who.count


@projection(
    name="contact_counts",
    version=1,
    row=ContactCountRow,
    key=("kind", "role", "side", "attendance"),
    handles=(InteractionRecorded, *MENDING),
    question="How many contacts of each kind were there, and how many people came, by role and side?",
    ignores_rest="Only a contact that was recorded has people at it.",
)
def contact_counts(history: History, _method: Method) -> list[ContactCountRow]:
    """Give a row for every combination of kind, role and side that occurs, each also taken as all at once."""
    cells: dict[Key, _Cell] = {}
    for fact, body in history.each(InteractionRecorded):
        for key, who in _appearing(body):
            cells.setdefault(key, _Cell()).add(fact, who)
    return [_row(key, cells[key]) for key in sorted(cells)]


def _appearing(body: InteractionRecorded) -> Iterator[tuple[Key, Participant | Crowd]]:
    for each in body.participants:
        for key in product((body.kind.value, ALL), (each.role.value, ALL), (each.party.side.value, ALL)):
            yield (*key, each.attendance.value), each
    for crowd in body.crowds:
        for kind, side in product((body.kind.value, ALL), (crowd.side.value, ALL)):
            yield (kind, ALL, side, Attendance.ATTENDED.value), crowd


def _row(key: Key, cell: _Cell) -> ContactCountRow:
    kind, role, side, attendance = key
    return ContactCountRow(
        kind=kind,
        role=role,
        side=side,
        attendance=Attendance(attendance),
        contacts=len(cell.facts),
        bodies=len(cell.bodies),
        people=len(cell.persons) + cell.unnamed,
        appearances=len(cell.appearances) + cell.unnamed,
        causes=causes_of(cell.facts.values()),
    )
