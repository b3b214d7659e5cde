"""Ids given where another kind was meant: a problem says of which kind each is, and what to use instead."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from api.http.operations import Call
from api.http.problems import Problem, ProblemFault
from domain.decisions.references import ANYWHERE
from domain.decisions.refusals import in_words
from domain.events.english import with_article
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.log.beginnings import find_beginnings, things_begun
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder

_RECORD: Final = "record"
_PARTNERSHIP: Final = "partnership"
_CALLED: Final = {"application": "award"}
_OF_THEIR_OWN: Final = {
    "party": "/v1/parties",
    "place": "/v1/places",
    "partnership": "/v1/partnerships",
    "review": "/v1/reviews",
    "method": "/v1/methods",
}
_MOST: Final = 10


class IdentifiedThing(Struct, frozen=True, kw_only=True):
    """The thing that an id is of: its kind, its id, the record that began it, and in whose affairs that is."""

    kind: str
    thing_id: UUID
    record_id: UUID
    partition_id: UUID
    words: str

    @property
    def address(self) -> str:
        """The address at which it can be read: its own, else that of its record."""
        root = _OF_THEIR_OWN.get(self.kind)
        return f"{root}/{self.thing_id}" if root else f"/v1/records/{self.record_id}"


def with_hints(call: Call, problem: Problem) -> Problem:
    """Add to a problem what the ids in it are, where they are recorded but not as what was meant."""
    hints = list(_hints_of_address(call)) if problem.code == "not-found" else []
    detail = " ".join([problem.detail, *hints[:1]])
    unknown = [fault for fault in problem.errors if fault.code.startswith("unknown-")][:_MOST]
    body = msgspec.json.decode(call.body) if unknown and call.body else None
    errors = tuple(_hinted(call, body, fault) if fault in unknown else fault for fault in problem.errors)
    if detail == problem.detail and errors == problem.errors:
        return problem
    return Problem(problem.code, detail, errors, problem.headers)


def _hints_of_address(call: Call) -> Iterator[str]:
    for name in call.operation.path_parameters:
        kind = name.removesuffix("_id")
        hint = _hint(call, call.path[name], _CALLED.get(kind, kind))
        if hint is not None:
            address = call.operation.path.format_map({**call.path, name: hint.instead})
            yield f"{hint.words[:1].upper()}{hint.words[1:]}{f', so use {address}' if hint.instead else ''}."


def _hinted(call: Call, body: object, fault: ProblemFault) -> ProblemFault:
    value = None if fault.pointer is UNSET else _at(call, body, fault.pointer)
    hint = _hint(call, value, fault.code.removeprefix("unknown-"))
    return fault if hint is None else replace(fault, detail=f"{fault.detail}; {hint.words}")


class _Hint(Struct, frozen=True):
    """The thing that an id is of, in words, and the id to use instead, if there is one."""

    words: str
    instead: UUID | None = None


def _hint(call: Call, value: object, kind_wanted: str) -> _Hint | None:
    """A hint on an id that is of another kind than was meant; None where it is of nothing, or of what was meant."""
    identity = _uuid(value)
    thing = None if identity is None else identified(call.services.recorder, identity)
    if identity is None or thing is None:
        return None
    instead = {_RECORD: thing.record_id, thing.kind: thing.thing_id}.get(kind_wanted)
    here = call.path.get("partnership_id")
    if instead is None:
        return _Hint(f"the id {identity} is that of {thing.words}: read it at {thing.address}")
    if instead != identity:
        return _Hint(f"the id {identity} is that of {thing.words}: its {in_words(kind_wanted)} is {instead}", instead)
    if here is not None and thing.kind not in ANYWHERE and str(thing.partition_id) != here.lower():
        return _Hint(f"the id {identity} is of the affairs of another partnership, {thing.partition_id}")
    return None


def identified(log: LogRecorder, identity: UUID) -> IdentifiedThing | None:
    """The thing, the record, or the command (by its first record) that an id is of. People are never found."""
    for record in find_beginnings(log, [identity]):
        for kind, thing_id in things_begun(record.body):
            if thing_id == identity:
                return _identified(record, with_article(in_words(kind)), kind, thing_id)
        if isinstance(record.body, PartnershipFormed):
            words = "a partnership as a body of its own, or of its residents at large"
            return _identified(record, words, _PARTNERSHIP, record.body.partnership_id)
    for event_id, words in ((identity, "a record"), (uuid5(identity, "0"), "a command")):
        event = log.find(event_id)
        if event is not None:
            record = decode_event(event)
            kind, thing_id = next(things_begun(record.body), (_RECORD, event_id))
            return _identified(record, words, kind, thing_id)
    return None


def _identified(record: Recorded, words: str, kind: str, thing_id: UUID) -> IdentifiedThing:
    return IdentifiedThing(
        kind=kind, thing_id=thing_id, record_id=record.event_id, partition_id=record.partition_id, words=words
    )


def _at(call: Call, body: Any, pointer: str) -> object:  # noqa: ANN401 - any JSON value
    """The value at a JSON pointer, in the address or in the body."""
    steps = pointer.removeprefix("#/").split("/")
    if steps[0] in call.path:
        return call.path[steps[0]]
    value = body
    for step in steps:
        match value:
            case dict():
                value = value.get(step)
            case list() if step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            case _:
                return None
    return value


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
