"""Participants of contacts: bodies for every reader, people for those who may read their names."""

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
        participants = {body.interaction_id: body.participants for _, body in history.each(InteractionRecorded)}
        self._of = {row.interaction_id: participants.get(row.interaction_id, ()) for row in rows}

    @property
    def bodies(self) -> set[UUID]:
        """The bodies that took part."""
        return {each.party.party_id for participants in self._of.values() for each in participants}

    @property
    def people(self) -> set[UUID]:
        """The people who are named."""
        return {
            participant.person_id
            for participants in self._of.values()
            for participant in participants
            if participant.person_id is not None
        }

    def shown(self, words: NamesAndTexts) -> dict[UUID, tuple[InteractionParticipant, ...]]:
        """The participants of each contact, as they are shown."""
        return {
            contact: tuple(_shown(each, words) for each in participants)
            for contact, participants in self._of.items()
            if participants
        }

    def columns(
        self, words: NamesAndTexts, names: Mapping[UUID, str], people: Mapping[str, ShownText]
    ) -> dict[str, list[Any]]:
        """The participants as columns beside the rows: bodies by how they attended, and people who came."""
        columns: dict[str, list[Any]] = {}
        for attendance in (Attendance.ATTENDED, Attendance.APOLOGIES, Attendance.ABSENT):
            columns[f"{attendance.value}_names"] = [
                _once(names.get(each.party.party_id, "") for each in participants if each.attendance is attendance)
                for participants in self._of.values()
            ]
        columns["attended_people"] = [
            _once(_name(each, words, people) for each in participants if each.attendance is Attendance.ATTENDED)
            for participants in self._of.values()
        ]
        return columns


def _name(participant: Participant, words: NamesAndTexts, people: Mapping[str, ShownText]) -> str:
    name = None if participant.person_id is None else people.get(words.reference(participant.person_id))
    return "" if name is None else name.text or ""


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _shown(participant: Participant, words: NamesAndTexts) -> InteractionParticipant:
    return InteractionParticipant(
        party_id=participant.party.party_id,
        side=participant.party.side,
        role=participant.role,
        attendance=participant.attendance,
        is_member=participant.member,
        is_voting=participant.voting,
        count=participant.count,
        person=words.reference(participant.person_id) if participant.person_id is not None and words.entitled else None,
    )
