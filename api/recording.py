"""Recording by the API: a command's fields from the body and the address, decided once, answered with a receipt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from api.http.auth import Scope
from api.http.conditional import must_match
from api.http.idempotency import REPLAYED, identity_of
from api.http.operations import Answer, Call, Operation
from api.http.problems import Problem, ProblemFault, problem_of_refusal
from api.http.validation import invalid, read_object, read_struct
from api.reading.names_and_texts import NamesAndTexts
from domain.decisions.command import Command, operation_of
from domain.decisions.command_context import CommandContext
from domain.decisions.references import READS
from domain.decisions.refusals import Refusal
from domain.decisions.warnings import Slip, sentence_of
from domain.events import declaration_of
from domain.events.partnership import PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.registries import PartyAmended, PartyRegistered, PeopleFoundSame, PersonRegistered
from domain.events.selection import Selections, all_about, on
from domain.handling.handler import Acknowledged, KeyReused, Seen
from domain.log.find_records import last_position

_PARTNERSHIP: Final = "partnership_id"
_BEGIN_NOTHING: Final = (PartyAmended, PeopleFoundSame)
_PEOPLE: Final = frozenset({"person", "subject", "kept_person"})
_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")
C = TypeVar("C", bound=Command)


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


def recording(
    path: str, command: type[C], *, tag: str, at: str = "", check: Callable[[C], Sequence[ProblemFault]] = lambda _: ()
) -> Operation:
    """Declare that a command is given by posting to a path, whose parameters fill fields of the same names.

    `partnership_id` in the path is the partnership concerned; `at` is where what was created can be read; `check`
    finds faults that the domain cannot know of.
    """

    def handle(call: Call) -> Answer:
        return _record(call, command, at, check)

    return Operation(
        method="POST",
        path=path,
        name=operation_of(command),
        summary=(command.__doc__ or "").strip().splitlines()[0],
        tag=tag,
        handle=handle,
        scope=Scope.STEWARD if command.stewards_only else Scope.RECORD,
        command=command,
        answers={201: Receipt},
    )


def _record(call: Call, command_type: type[C], at: str, check: Callable[[C], Sequence[ProblemFault]]) -> Answer:
    identity = identity_of(call)
    fills = {name: str(call.id_in_path(name)) for name in call.operation.path_parameters if name != _PARTNERSHIP}
    given = read_object(call.body)
    command = read_struct(_filled(given, fills), command_type)
    if faults := check(command):
        raise invalid(faults)
    partnership_id = _partnership(call, command)
    payload = _CANONICAL.encode([partnership_id, fills, given])
    outcome: Acknowledged | Refusal | KeyReused | None = call.services.handler.lookup_any(
        (*identity.earlier, identity.command_id), payload
    )
    if outcome is None:
        seen = _seen(call, command, partnership_id)
        context = CommandContext(
            actor=call.asker.actor,
            command_id=identity.command_id,
            now=call.services.now(),
            person_of=call.services.vault.person_of,
            partnership_id=partnership_id,
        )
        outcome = call.services.handler.handle(command, context, payload, seen=seen)
    if isinstance(outcome, Refusal):
        in_path = {"#", *(f"#/{name}" for name in fills)}
        raise problem_of_refusal(outcome, in_path.__contains__)
    if isinstance(outcome, KeyReused):
        raise Problem("idempotency-key-reused", "Nothing was recorded by this request.")
    return _receipt(call, outcome, at)


def _filled(given: Mapping[str, Any], fills: Mapping[str, str]) -> dict[str, Any]:
    both = sorted(given.keys() & fills.keys())
    if both:
        detail = "the address says this: leave it out"
        raise invalid([ProblemFault(code="unknown-field", detail=detail, pointer=f"#/{name}") for name in both])
    return {**given, **fills}


def _partnership(call: Call, command: Command) -> UUID | None:
    """Give the partnership concerned: the one in the address, or that of the record it is about."""
    if _PARTNERSHIP in call.path:
        return call.id_in_path(_PARTNERSHIP)
    record_id = _record_of(command)
    if record_id is None:
        return None
    event = call.services.recorder.find(record_id)
    if event is None:
        raise Problem("not-found", "There is no record with this id.")
    return event.partition_id


def _record_of(command: Command) -> UUID | None:
    """Give the record that a command is about, if it is about one."""
    return getattr(command, "record", None)


def _seen(call: Call, command: Command, partnership_id: UUID | None) -> Seen | None:
    """Honour If-Match: give the state it names, which must be the present one. Raises Problem 412."""
    if "If-Match" not in call.headers:
        return None
    selections = _concerned(call, command, partnership_id)
    position = last_position(call.services.recorder, selections)
    must_match(call.headers, position or _begun_at(call, command))
    return Seen(selections, position)


def _concerned(call: Call, command: Command, partnership_id: UUID | None) -> Selections:
    """Select what is recorded about the thing a command adds to: a record, a partnership or a register's entry."""
    record_id = _record_of(command)
    if record_id is not None:
        return about_record(record_id)
    if partnership_id is not None:
        return affairs_of(partnership_id)
    kinds = (each for each in call.operation.path_parameters if each in READS)
    return frozenset(on(kind, call.id_in_path(kind), *READS[kind]) for kind in kinds)


def _begun_at(call: Call, command: Command) -> int:
    """Give the position of the record itself, which is its state until something is recorded about it."""
    record_id = _record_of(command)
    event = None if record_id is None else call.services.recorder.find(record_id)
    return 0 if event is None else event.position or 0


def about_record(record_id: UUID) -> Selections:
    """Select everything recorded about one record."""
    return frozenset({all_about("record", record_id)})


def affairs_of(partnership_id: UUID) -> Selections:
    """Select everything recorded in the affairs of a partnership."""
    return frozenset({all_about("partnership", partnership_id)})


def _receipt(call: Call, done: Acknowledged, at: str) -> Answer:
    first = done.events[0]
    receipt = Receipt(
        position=done.position,
        recorded_at=done.events[-1].recorded_at,
        command_id=first.envelope.command_id,
        events=tuple(
            RecordedEvent(
                event_id=each.event_id,
                type=each.name,
                version=declaration_of(each.body).version,
                position=each.position,
                happened=each.body.happened,
                occurred_at=each.occurred_at,
            )
            for each in done.events
        ),
        created=_created(call, done),
        warnings=tuple(_warnings(call, done)),
    )
    headers = {"Location": _location(receipt, done, at)}
    if done.repeated:
        headers[REPLAYED] = "true"
    return Answer(content=receipt, status=201, headers=headers, personal=True)


def _warnings(call: Call, done: Acknowledged) -> Iterator[ReceiptWarning]:
    """Likely slips in words, naming bodies and places as they were called then: a repeat says the same."""
    about = {each for warned in done.warnings for each in warned.about}
    names = NamesAndTexts(call.services, entitled=False).names_across(about, (), upto=done.position) if about else {}
    for warned in done.warnings:
        yield ReceiptWarning(Slip(warned.code), warned.pointer, sentence_of(warned, names))


def _created(call: Call, done: Acknowledged) -> dict[str, list[str]]:
    """List what began with these events; people are named by reference, never by id."""
    created: dict[str, list[str]] = {}
    for record in done.events:
        declaration = declaration_of(record.body)
        if isinstance(record.body, PersonRegistered):
            created.setdefault("person", []).append(call.services.vault.reference(record.body.person_id))
        elif declaration.begins and not isinstance(record.body, _BEGIN_NOTHING):
            field = declaration.begins
            kind = field.removesuffix("_id")
            if kind not in _PEOPLE:
                created.setdefault(kind, []).append(str(getattr(record.body, field)))
        if isinstance(record.body, PartnershipFormed):
            created["itself"] = [str(record.body.itself.party_id)]
            created["residents"] = [str(record.body.residents.party_id)]
    return created


def _location(receipt: Receipt, done: Acknowledged, at: str) -> str:
    """Say where the main thing can be read: at its own address, else as a record."""
    main: Recorded = next((each for each in done.events if not isinstance(each.body, PartyRegistered)), done.events[0])
    begun = {kind: ids[0] for kind, ids in receipt.created.items()}
    return at.format_map(begun) if at else f"/v1/records/{main.event_id}"
