"""Receipts: what a request put on record, what began with it, and what may be a slip of the pen."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.sight import is_known
from api.http.idempotency import REPLAYED
from api.http.operations import OperationAnswer
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.decisions.warnings import Slip, sentence_of
from domain.events import declaration_of
from domain.events.funding import FundingConditionChanged, FundingVariationRequested
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.registries import PartyAmended, PartyRegistered, PeopleFoundSame, PersonRegistered
from domain.handling.handler import Acknowledged
from domain.vault import Vault
from domain.vocabulary import ConditionChange

_BEGIN_NOTHING: Final = (PartyAmended, PeopleFoundSame)
_PEOPLE: Final = frozenset({"person", "subject", "kept_person"})


class RecordedEvent(Struct, frozen=True):
    """One event that a request put on record."""

    event_id: UUID
    type: str
    version: int
    position: int
    happened: str
    occurred_at: datetime


class ReceiptWarning(Struct, frozen=True):
    """A likely slip, recorded as sent: a code, the place in what was sent, and a sentence."""

    code: Slip
    pointer: str
    detail: str


class Receipt(Struct, frozen=True):
    """The receipt of a request: all it put on record. `created` lists the ids of what it brought into being, by kind.

    With a partnership two bodies begin, to which promises can be made: the partnership `itself`, and its `residents`
    at large. `warnings` asks about what may be a slip of the pen, and says what has not taken effect yet, or for which
    of several; it is recorded all the same.
    """

    position: int
    recorded_at: datetime
    command_id: UUID
    events: tuple[RecordedEvent, ...]
    created: dict[str, list[str]]
    warnings: tuple[ReceiptWarning, ...]


def receipt_answer(services: Services, outcome: Acknowledged, address: str) -> OperationAnswer:
    """The answer to a command that was recorded, now or before; `address` is that of what it created, if it has one."""
    receipt = Receipt(
        position=outcome.position,
        recorded_at=outcome.events[-1].recorded_at,
        command_id=outcome.events[0].envelope.command_id,
        events=tuple(map(_recorded_event, outcome.events)),
        created=_created(services.vault, outcome),
        warnings=tuple(_warnings(services, outcome)),
    )
    headers = {"Location": _location(receipt, outcome, address)}
    if outcome.repeated:
        headers[REPLAYED] = "true"
    return OperationAnswer(content=receipt, status=201, headers=headers, personal=True)


def _recorded_event(record: Recorded) -> RecordedEvent:
    return RecordedEvent(
        event_id=record.event_id,
        type=record.name,
        version=declaration_of(record.body).version,
        position=record.position,
        happened=record.body.happened,
        occurred_at=record.occurred_at,
    )


def _created(vault: Vault, outcome: Acknowledged) -> dict[str, list[str]]:
    """The ids of what began with these events, by kind; people are named by reference, never by id."""
    created: dict[str, list[str]] = {}
    for record in outcome.events:
        declaration = declaration_of(record.body)
        if isinstance(record.body, PersonRegistered):
            created.setdefault("person", []).append(vault.reference(record.body.person_id))
        elif declaration.begins and not isinstance(record.body, _BEGIN_NOTHING):
            field = declaration.begins
            kind = field.removesuffix("_id")
            if kind not in _PEOPLE:
                created.setdefault(kind, []).append(str(getattr(record.body, field)))
        match record.body:  # what is part of an award begins with an event that continues it
            case FundingConditionChanged(condition_id=part_id, change=ConditionChange.ADDED):
                created.setdefault("condition", []).append(str(part_id))
            case FundingVariationRequested(variation_id=part_id):
                created.setdefault("variation", []).append(str(part_id))
        if isinstance(record.body, PartnershipFormed):
            created["itself"] = [str(record.body.itself.party_id)]
            created["residents"] = [str(record.body.residents.party_id)]
    return created


def _warnings(services: Services, outcome: Acknowledged) -> Iterator[ReceiptWarning]:
    """Likely slips in words, naming bodies and places as they were called then: a repeat says the same."""
    ids = {thing_id for warning in outcome.warnings for thing_id in warning.about}
    words = NamesAndTexts(services, entitled=None)
    names = words.names_across(ids, (), upto=outcome.position) if ids else {}
    for warning in outcome.warnings:
        if not all(is_known(services.recorder, each) for each in warning.about):
            continue  # it is about what its reader may not know of
        yield ReceiptWarning(Slip(warning.code), warning.pointer, sentence_of(warning, names))


def _location(receipt: Receipt, outcome: Acknowledged, address: str) -> str:
    """The address of the main thing that was recorded: its own, else that of its record."""
    if address:
        return address.format_map({kind: ids[0] for kind, ids in receipt.created.items()})
    main = next((each for each in outcome.events if not isinstance(each.body, PartyRegistered)), outcome.events[0])
    return f"/v1/records/{main.event_id}"
