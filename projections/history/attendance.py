"""Who was at a contact, and how they are counted: a person named twice is one, and nobody is named in a count."""

from collections.abc import Iterable

from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.values import PartyAt
from domain.vocabulary import TOGETHER, Attendance, Mode


def people(participants: Iterable[Participant]) -> int:
    """Count distinct people where they are named, and otherwise the numbers given."""
    persons = set()
    unnamed = 0
    for participant in participants:
        if participant.person_id is None:
            unnamed += participant.count
        else:
            persons.add(participant.person_id)
    return len(persons) + unnamed


def is_together(body: InteractionRecorded) -> bool:
    """People were with one another: neither a petition, say, nor anything done in writing is attended."""
    return TOGETHER[body.kind] and body.mode is not Mode.IN_WRITING


def taking_part(body: InteractionRecorded) -> list[Participant]:
    """List those who came, or who signed, answered or wrote where nobody comes."""
    return [each for each in body.participants if each.attendance is Attendance.ATTENDED]


def present(body: InteractionRecorded) -> list[Participant]:
    """List those who came."""
    return taking_part(body) if is_together(body) else []


def bodies_taking_part(body: InteractionRecorded) -> list[PartyAt]:
    """List the bodies that came, signed, answered or wrote, each once, in the order given."""
    return list({each.party.party_id: each.party for each in taking_part(body)}.values())


def bodies_present(body: InteractionRecorded) -> list[PartyAt]:
    """List the bodies that came, each once, in the order given."""
    return bodies_taking_part(body) if is_together(body) else []
