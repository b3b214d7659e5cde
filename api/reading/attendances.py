"""Who came to each contact, as what: bodies for every reader, people for who may read their names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from api.reading.names_and_texts import NamesAndTexts, ShownText
from domain.events import Participant
from domain.events.interactions import InteractionRecorded
from domain.vocabulary import Attendance, Role, Side
from projections.history.history import History
from projections.views.interactions import InteractionRow


class InteractionParticipant(Struct, frozen=True, kw_only=True):
    """One body's presence at a contact; `count` stands for several people, `person` is a reference."""

    party_id: UUID
    side: Side
    role: Role
    attendance: Attendance
    is_member: bool
    is_voting: bool
    count: int
    person: str | None


class Attendances:
    """The participants of the contacts in some rows, in the order in which each was recorded."""

    def __init__(self, history: History, rows: Sequence[InteractionRow]) -> None:
        held = {body.interaction_id: body.participants for _, body in history.each(InteractionRecorded)}
        self._of = {row.interaction_id: held.get(row.interaction_id, ()) for row in rows}

    @property
    def bodies(self) -> set[UUID]:
        """Collect the bodies that took part."""
        return {each.party.party_id for came in self._of.values() for each in came}

    @property
    def people(self) -> set[UUID]:
        """Collect the people who are named."""
        return {each.person_id for came in self._of.values() for each in came if each.person_id is not None}

    def shown(self, words: NamesAndTexts) -> dict[UUID, tuple[InteractionParticipant, ...]]:
        """Show who came to each contact."""
        return {contact: tuple(_shown(each, words) for each in came) for contact, came in self._of.items() if came}

    def columns(
        self, words: NamesAndTexts, names: Mapping[UUID, str], people: Mapping[str, ShownText]
    ) -> dict[str, list[Any]]:
        """Write who came as columns beside the rows: bodies by how they attended, and people who came."""
        columns: dict[str, list[Any]] = {}
        for attendance in (Attendance.ATTENDED, Attendance.APOLOGIES, Attendance.ABSENT):
            columns[f"{attendance.value}_names"] = [
                _once(names.get(each.party.party_id, "") for each in came if each.attendance is attendance)
                for came in self._of.values()
            ]
        columns["attended_people"] = [
            _once(_name(each, words, people) for each in came if each.attendance is Attendance.ATTENDED)
            for came in self._of.values()
        ]
        return columns


def _name(each: Participant, words: NamesAndTexts, people: Mapping[str, ShownText]) -> str:
    found = None if each.person_id is None else people.get(words.reference(each.person_id))
    return "" if found is None else found.text or ""


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _shown(each: Participant, words: NamesAndTexts) -> InteractionParticipant:
    return InteractionParticipant(
        party_id=each.party.party_id,
        side=each.party.side,
        role=each.role,
        attendance=each.attendance,
        is_member=each.member,
        is_voting=each.voting,
        count=each.count,
        person=words.reference(each.person_id) if each.person_id is not None and words.entitled else None,
    )
