"""Access to words: texts and people's names are for those at the table, and for whoever may read all."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from api.access.principal import Principal
from api.access.user_roles import Right
from domain.decisions.facts import Facts
from domain.events import declaration_of, name_of
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.registries import PartiesFoundSame, PartySucceeded
from domain.events.selection import Selection, on
from domain.events.tags import tag
from domain.log.find_records import find_records
from domain.log.read_once import once_a_page
from domain.log.recorder import LogRecorder
from domain.vault import Ground

_SITTING: Final = (PartnershipFormed, MemberJoined, MemberLeft, PartySucceeded, PartiesFoundSame)


def may_read_words(log: LogRecorder, principal: Principal, partnership_id: UUID) -> Ground | None:
    """The ground on which somebody reads words of a partnership: a seat there now, or a role that reads all there.

    A body that succeeded one with a seat, or was found to be the same, has that seat now.
    """
    if principal.may(Right.READ_ALL_WORDS, partnership_id):
        return _ground(principal)
    if not principal.may(Right.READ_WORDS, partnership_id):
        return None
    seated = once_a_page(log, ("seated", partnership_id), lambda: bodies_seated(log, [partnership_id])[partnership_id])
    return Ground.SEAT if reads_by_seat(principal, partnership_id, seated) else None


def reads_by_seat(principal: Principal, partnership_id: UUID, seated: Collection[UUID]) -> bool:
    """One of the bodies with a seat is the asker's, by a role that lets them read what is said at that table."""
    is_at_the_table = not principal.bodies_in(partnership_id).isdisjoint(seated)
    return is_at_the_table and principal.may(Right.READ_WORDS, partnership_id)


def bodies_seated(log: LogRecorder, partnership_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The bodies that have a seat now, by partnership."""
    selections = frozenset(on("partnership", each, *_SITTING) for each in partnership_ids)
    records: dict[UUID, list[Recorded]] = {each: [] for each in partnership_ids}
    for record in find_records(log, selections):
        if record.partition_id in records:
            records[record.partition_id].append(record)
    seated = {}
    for partnership_id, of_partnership in records.items():
        facts = Facts.from_records(of_partnership)
        seated[partnership_id] = facts.passed_on(seat.party.party_id for seat in facts.seats())
    return seated


def tables_of(log: LogRecorder, party_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The partnerships in which any of these bodies has a seat now, and which of them have one."""
    seated = frozenset(name_of(each) for each in _SITTING)
    naming = find_records(log, frozenset(Selection(seated, frozenset({tag("party", each)})) for each in party_ids))
    partnership_ids = {record.partition_id for record in naming if not declaration_of(record.body).home}
    sitting = bodies_seated(log, partnership_ids)
    return {id_: bodies & set(party_ids) for id_, bodies in sorted(sitting.items()) if bodies & set(party_ids)}


def may_read_entry(principal: Principal, record: Recorded) -> Ground | None:
    """The ground on which somebody reads a register's entry: their body made it, or a role that reads all words."""
    if principal.may_everywhere(Right.READ_ALL_WORDS):
        return _ground(principal)
    word = record.envelope.on_behalf_of
    if not principal.may(Right.READ_WORDS):
        return None
    return Ground.OWN_ENTRY if word is not None and word.party_id in principal.speaks_for else None


def _ground(principal: Principal) -> Ground:
    """The ground of a role that reads all words: the care of the record, or else information governance."""
    return Ground.CARE if principal.may(Right.LOOK_AFTER) else Ground.INFORMATION_GOVERNANCE
