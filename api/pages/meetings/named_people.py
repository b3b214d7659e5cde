"""The people whom a draft may name: they who stand behind the bodies that it names, and sit for them."""

from uuid import UUID

from api.pages.ground.page import Visit
from api.pages.meetings.answers import Answers
from api.reading.as_of import read_known
from domain.decisions.references import READS
from domain.events.registries import PartyAmended, PartyRegistered
from domain.events.selection import on
from domain.log.find_records import find_records


def people_named(visit: Visit, partnership_id: UUID, answers: Answers) -> frozenset[UUID]:
    """The people behind the bodies that were ticked or chosen; what was written about those may name these."""
    party_ids = {party_id for many in answers.texts().values() for text in many if (party_id := _id(text)) is not None}
    history = read_known(visit.call("read-members", {"partnership_id": partnership_id})).history
    seats = {seat.person_id for seat in history.seats if seat.party.party_id in party_ids}
    selections = frozenset(on("party", party_id, *READS["party"]) for party_id in party_ids)
    entries = [record.body for record in find_records(visit.services.recorder, selections)] if selections else []
    people = {body.sole_trader_person_id for body in entries if isinstance(body, PartyRegistered | PartyAmended)}
    return frozenset(person for person in seats | people if person is not None)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
