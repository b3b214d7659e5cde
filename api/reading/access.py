"""Access to words: figures are for every key; texts and people's names for those at the table, and stewards."""

from typing import Final
from uuid import UUID

from api.http.auth import Principal
from domain.decisions.facts import Facts
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.registries import PartiesFoundSame, PartySucceeded
from domain.events.selection import on
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder

_SITTING: Final = (PartnershipFormed, MemberJoined, MemberLeft, PartySucceeded, PartiesFoundSame)


def may_read_words(log: LogRecorder, principal: Principal, partnership_id: UUID) -> bool:
    """The key belongs to, or speaks for, a body that has a seat there now, or is a steward's.

    A body that succeeded one with a seat, or was found to be the same, has that seat now.
    """
    if principal.actor.steward:
        return True
    selection = on("partnership", partnership_id, *_SITTING)
    facts = Facts.from_records(find_records(log, frozenset({selection})))
    return bool(facts.passed_on(seat.party.party_id for seat in facts.seats()) & set(principal.speaks_for))


def may_read_entry(principal: Principal, record: Recorded) -> bool:
    """The words of a register's entry are for this key: a steward's, or that of the body that made the entry."""
    word = record.envelope.on_behalf_of
    return principal.actor.steward or (word is not None and word.party_id in principal.speaks_for)
