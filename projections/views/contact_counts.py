"""How many contacts there were, and how many people and bodies were at them: by kind, role and side."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import Participant
from domain.events.interactions import Crowd, InteractionRecorded
from domain.events.recorded import Effective
from domain.vocabulary import TOGETHER, Attendance, Role
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import is_together
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes

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
        int,
        Meta(
            description="How many people: each once where named; where not, of one body in one role the most there "
            "were at once, and crowds added up. Under 'all' kinds only those who were with one another"
        ),
    ]
    appearances: Annotated[int, Meta(description="The same at each contact, added up over the contacts")]
    counted_apart: Annotated[
        int, Meta(description="Signatures, responses and the like, counted by side: nobody attended by them")
    ]
    causes: Causes


@dataclass
class _Cell:
    """The counts under one key. Persons are told apart here and leave as a number only."""

    facts: dict[UUID, Effective] = field(default_factory=dict)
    bodies: set[UUID] = field(default_factory=set)
    persons: set[UUID] = field(default_factory=set)
    appearances: set[tuple[UUID, UUID]] = field(default_factory=set)
    unnamed: dict[tuple[UUID, Role], Counter[UUID]] = field(default_factory=dict)
    crowds: int = 0
    counted_apart: int = 0

    def add(self, fact: Effective, who: Participant | Crowd, *, counts: bool) -> None:
        """Count somebody at a contact; where that counts as people, or else a crowd apart from them."""
        self.facts[fact.event_id] = fact
        match who:
            case Crowd(count=count) if counts:
                self.crowds += count
            case Crowd(count=count):
                self.counted_apart += count
            case Participant(party=party, person_id=person_id, role=role, count=count):
                self.bodies.add(party.party_id)
                if counts and person_id is not None:
                    self.persons.add(person_id)
                    self.appearances.add((fact.event_id, person_id))
                elif counts:
                    self.unnamed.setdefault((party.party_id, role), Counter())[fact.event_id] += count

    @property
    def people(self) -> int:
        """How many there were: whoever is not named may be the same at every contact."""
        return len(self.persons) + sum(max(each.values()) for each in self.unnamed.values()) + self.crowds


@projection(
    name="contact_counts",
    version=2,
    row=ContactCountRow,
    key=("kind", "role", "side", "attendance"),
    handles=(InteractionRecorded, *MENDING),
    question="How many contacts of each kind were there, and how many people came, by role and side?",
    ignores_rest="Only a contact that was recorded has people at it.",
)
def contact_counts(history: History, _method: Method) -> list[ContactCountRow]:
    """A row for every combination of kind, role and side that occurs, each also taken as all at once."""
    cells: dict[Key, _Cell] = {}
    for fact, body in history.each(InteractionRecorded):
        together = is_together(body)
        for key, who in _appearing(body):
            counts = together or (key[0] != ALL and isinstance(who, Participant) and not TOGETHER[body.kind])
            cells.setdefault(key, _Cell()).add(fact, who, counts=counts)
    return [_row(key, cells[key]) for key in sorted(cells)]


def _appearing(body: InteractionRecorded) -> Iterator[tuple[Key, Participant | Crowd]]:
    for participant in body.participants:
        for key in product((body.kind.value, ALL), (participant.role.value, ALL), (participant.party.side.value, ALL)):
            yield (*key, participant.attendance.value), participant
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
        people=cell.people,
        appearances=len(cell.appearances) + sum(each.total() for each in cell.unnamed.values()) + cell.crowds,
        counted_apart=cell.counted_apart,
        causes=causes_of(cell.facts.values()),
    )
