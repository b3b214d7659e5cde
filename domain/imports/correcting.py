"""Correcting what was imported: what a row now says against what stands of it, as corrections of the records."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.decisions.case import Draft
from domain.decisions.command import Command, decide
from domain.decisions.facts import Facts
from domain.decisions.occasion import Occasion
from domain.decisions.records import CorrectRecord
from domain.decisions.refusals import Refusal
from domain.decisions.together import Part, RecordTogether
from domain.events import name_of
from domain.events.declaration import Participant
from domain.events.recorded import Effective
from domain.imports.frame import CannotRecord, reasons_of
from domain.imports.ledger import Ledger
from domain.values import PartyAt, Plain, Sealed


class Correction(Struct, frozen=True):
    """A command that mends records, and in whose affairs they are."""

    order: Command
    partition_id: UUID


def correction(ledger: Ledger, order: Command, occasion: Occasion, reasons: str) -> Correction | None:
    """Give what makes the records of an order's first giving read as it now says; None where they do.

    `occasion` is that of the first giving. Raises CannotRecord where the row now says things of another kind.
    """
    stands = ledger.events(occasion.command_id)
    drafts = _decided_anew(ledger, order, occasion)
    if [name_of(each.body) for each in drafts] != [each.name for each in stands]:
        raise CannotRecord(
            "it now says other things than were recorded, which no correction can turn into them: "
            "withdraw those records and record it anew by hand"
        )
    corrections = [
        CorrectRecord(record=was.event_id, changes=changes, reasons=reasons)
        for was, now in zip(stands, drafts, strict=True)
        if (changes := _changes(ledger, was, now))
    ]
    if not corrections:
        return None
    if occasion.partnership_id is None:
        return Correction(corrections[0], stands[0].recorded.partition_id)
    parts = (Part(name=f"correction-{index}", order=each) for index, each in enumerate(corrections))
    return Correction(RecordTogether(parts=tuple(parts)), occasion.partnership_id)


def _decided_anew(ledger: Ledger, order: Command, occasion: Occasion) -> tuple[Draft, ...]:
    """Decide the order as if it had not been given before."""
    others = [each for each in ledger.known(order, occasion) if each.envelope.command_id != occasion.command_id]
    decided = decide(order, Facts.from_records(others), occasion)
    if isinstance(decided, Refusal):
        raise CannotRecord(*reasons_of(decided))
    return decided


def _changes(ledger: Ledger, was: Effective, now: Draft) -> dict[str, Any]:
    """Give the fields that read otherwise, as a correction takes them."""
    texts = ledger.texts(was)
    changes: dict[str, Any] = {}
    for name in now.body.__struct_fields__:
        before, after = getattr(was.body, name), getattr(now.body, name)
        before = texts[name] if isinstance(before, Sealed) else before
        after = after.text if isinstance(after, Plain) else after
        if before != after:
            changes[name] = _as_given(after)
    return changes


def _as_given(value: object) -> object:
    """Write a value as a correction takes it: parties by id, the rest as in JSON."""
    match value:
        case PartyAt(party_id=party_id):
            return str(party_id)
        case Participant():
            given = {name: getattr(value, name) for name in value.__struct_fields__}
            return {name: _as_given(each) for name, each in given.items() if each is not None}
        case tuple():
            return [_as_given(each) for each in value]
        case UUID():
            return str(value)
        case _:
            return msgspec.to_builtins(value)
