"""How people at a contact are counted: a person named twice is one, and nobody is named in a count."""

from collections.abc import Iterable

from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.values import PartyAt
from domain.vocabulary import Attendance


def people(participants: Iterable[Participant]) -> int:
    """Count distinct people where they are named, and otherwise the numbers given."""
    persons = set()
    unnamed = 0
    for each in participants:
        if each.person_id is None:
            unnamed += each.count
        else:
            persons.add(each.person_id)
    return len(persons) + unnamed


def present(body: InteractionRecorded) -> list[Participant]:
    """List those who came."""
    return [each for each in body.participants if each.attendance is Attendance.ATTENDED]


def bodies_present(body: InteractionRecorded) -> list[PartyAt]:
    """List the bodies that came, each once, in the order given."""
    return list({each.party.party_id: each.party for each in present(body)}.values())
