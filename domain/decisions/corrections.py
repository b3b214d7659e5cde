"""The correction of a record: fields replaced as they should read, held to the rules of a first record.

Records that took their day from a meeting move with it when that is put right, unless others have agreed to them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from domain.decisions.boundary import around
from domain.decisions.case import Case
from domain.decisions.correction_rights import is_agreed_by_others, objection_to_mending
from domain.decisions.derived_fields import as_seated, must_follow_from_seats
from domain.decisions.facts import KnownEvent
from domain.decisions.refusals import Code
from domain.events import EventBody, declarations
from domain.events.commitments import FulfilmentClaimed, FulfilmentConfirmed
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import Participant, claimed_times, declaration_of, name_of
from domain.events.documents import DocumentAttached
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
    MinutesApproved,
)
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected
from domain.events.registries import PartyAmended, PartyRegistered
from domain.events.selection import Selections, on
from domain.expectations import TypeNotation, did_you_mean
from domain.structs import NotAsDeclared, read_value
from domain.values import Clear, PartyAt, Plain, day_of, last_day
from domain.vocabulary import Extent

_HAVE_COME = frozenset({"happened", "done", "ended"})
_AMENDED_INSTEAD = ("side", "kind", "office_holder", "sole_trader_person_id", "part_of_party_id", "paid_by_party_ids")
"""What a body is follows from its kind and person; an amendment keeps them together, and a person's name sealed.

Whose it is and who pays it bind from an amendment on: a correction would change who might confirm earlier promises.
"""

_OF_DOCUMENTS: Final = frozenset({"happened", "kind"})
"""Of a document nothing else is corrected: it is erased, and attached anew."""
_THE_MEETING: Final = (InteractionPlanned, InteractionRescheduled, InteractionCancelled, InteractionRecorded)
_ITEMS: Final = tuple(
    declaration.body
    for declaration in declarations()
    if "interaction_id" in declaration.fields
    and not declaration.home
    and declaration.body not in (*_THE_MEETING, DocumentAttached)
)


def strings_in(value: object) -> Iterator[str]:
    """The strings in the fields that change, any of which may be an id or a reference."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings_in(item)
        case dict():
            for item in value.values():
                yield from strings_in(item)
        case _:
            return


def corrected(case: Case, body: EventBody, changes: dict[str, Any]) -> EventBody | None:
    """An event's body with some fields replaced: parties by id, texts as plain strings, the rest as in the event.

    The thing a record is about cannot change: withdraw it and record another. A fault is noted for each field
    that does not fit; then there is no body.
    """
    types = {field.name: field.type for field in struct_fields(type(body))}
    allowed = [each for each in types if each not in _fixed(case, body)]
    values: dict[str, object] = {}
    for name, value in changes.items():
        if name in allowed:
            values[name] = _corrected_value(case, body, name, value, types[name])
        else:
            suggestion = did_you_mean(name, allowed)
            detail = f"{suggestion}{name_of(body)} has no field {name} to correct; it has {', '.join(allowed)}"
            case.fault(Code.WRONG_REPLACEMENT, f"changes/{name}", detail)
    if case.faults:
        return None
    try:
        replacement = replace(body, **values)
    except (TypeError, ValueError) as error:
        case.fault(Code.WRONG_REPLACEMENT, "changes", str(error))
        return None
    if isinstance(replacement, FulfilmentClaimed | FulfilmentConfirmed) and (
        (replacement.extent is Extent.PART) != (replacement.fraction is not None)
    ):
        case.fault(Code.WRONG_REPLACEMENT, "changes/fraction", "a part needs its fraction, and only a part has one")
    must_follow_from_seats(case, body, replacement)
    return replacement


def _corrected_value(case: Case, body: EventBody, name: str, value: object, annotation: TypeNotation) -> object:
    """One field as it should read; a fault where it does not fit."""
    at = f"changes/{name}"
    if name in declaration_of(body).sealed:
        return None if value is None else _text(case, value, at)
    if name in claimed_times(type(body)) and isinstance(value, str):
        (case.past_date if name in _HAVE_COME else case.real_date)(value, at)
    try:
        is_own_word = name in declaration_of(body).only_by_itself or isinstance(body, MemberJoined | MemberLeft)
        return read_value(_with_parties(case, body, name, value, annotation, is_own_word=is_own_word), annotation)
    except NotAsDeclared as error:
        for fault in error.faults:
            case.fault(Code.WRONG_REPLACEMENT, at + fault.pointer.removeprefix("#"), fault.detail)
        return None


def _text(case: Case, value: object, at: str) -> Plain:
    try:
        return Plain(str(read_value(value, Clear)))
    except NotAsDeclared as error:
        case.fault(Code.WRONG_REPLACEMENT, at, error.faults[0].detail)
        return Plain("")


def _fixed(case: Case, body: EventBody) -> set[str]:
    """The fields that no correction changes: the thing that the record is about, and who somebody is."""
    declaration = declaration_of(body)
    fixed = {declaration.thing}
    fixed |= {name for name in declaration.fields if name.endswith(("person_id", "rater_id"))}
    if isinstance(body, DocumentAttached):
        fixed |= set(declaration.fields) - _OF_DOCUMENTS
    if isinstance(body, MinutesApproved):
        fixed |= {"document_id", "sha256"}
    if isinstance(body, MemberJoined):
        fixed.add("awaits_acceptance")
    if isinstance(body, PartnershipFormed):
        fixed |= {"itself", "residents", *(() if case.context.actor.steward else ("unvouched",))}
    if isinstance(body, PartyRegistered | PartyAmended):
        fixed |= {*_AMENDED_INSTEAD, *(("name",) if body.sole_trader_person_id else ())}
    return fixed


def _with_parties(
    case: Case,
    body: EventBody,
    name: str,
    value: object,
    annotation: TypeNotation,
    *,
    is_own_word: bool,
) -> object:
    """The value of a field with ids of parties turned into parties as they stand, where it holds parties."""
    at = f"changes/{name}"
    holds = getattr(annotation, "__args__", (annotation,))
    find = case.speaker if is_own_word else case.party
    if PartyAt in holds and isinstance(value, str):
        return find(_uuid(value), at)
    if PartyAt in holds and isinstance(value, list):
        return tuple(find(_uuid(str(each)), f"{at}/{i}") for i, each in enumerate(value))
    if name.endswith("party_id") and isinstance(value, str):
        case.party(_uuid(value), at)
    if name.endswith("party_ids") and isinstance(value, list):
        case.parties(tuple(_uuid(str(each)) for each in value), at)
    if Participant in holds and isinstance(value, list):
        return tuple(_participant(case, body, each, f"{at}/{i}") for i, each in enumerate(value))
    return value


def _participant(case: Case, body: EventBody, value: object, at: str) -> object:
    if not isinstance(value, dict) or "party" not in value:
        case.fault(Code.WRONG_REPLACEMENT, at, "each participant names a party")
        return value
    unknown = set(value) - ({*Participant.__struct_fields__, "person"} - {"person_id"})
    fields = {**value, "party": case.party(_uuid(str(value["party"])), f"{at}/party")}
    if isinstance(fields.get("person"), str):
        fields["person_id"] = case.person(fields.pop("person"), f"{at}/person")
    if unknown:
        case.fault(Code.WRONG_REPLACEMENT, at, f"a participant has no field {', '.join(sorted(unknown))}")
        return value
    defaults = dict(_PARTICIPANT_DEFAULTS)
    if isinstance(body, InteractionRecorded):
        defaults["voting"], defaults["member"] = as_seated(case, fields["party"], body)
    return [fields.get(name, default) for name, default in defaults.items()]


_PARTICIPANT_DEFAULTS: dict[str, object] = {
    field.name: None if field.default is msgspec.NODEFAULT else field.default for field in struct_fields(Participant)
}


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        return UUID(int=0)


def items_of(records: Sequence[Recorded], record_id: UUID) -> Selections:
    """The boundary of all that came up at a recorded meeting; nothing for other records."""
    meeting = next((each for each in records if each.event_id == record_id), None)
    if meeting is None or not isinstance(meeting.body, InteractionRecorded):
        return frozenset()
    meeting_id = meeting.body.interaction_id
    items = [each for each in records if _meeting_of(each.body) == meeting_id]
    decision_ids = {each.body.decision_id for each in items if isinstance(each.body, DecisionTaken)}
    items += [r for r in records if isinstance(r.body, DecisionAttested) and r.body.decision_id in decision_ids]
    return around(items) | {on("interaction", meeting_id, *_ITEMS, within=meeting.partition_id)}


def move_with_meeting(case: Case, meeting: InteractionRecorded, happened: str, reasons: str) -> tuple[UUID, ...]:
    """Correct the day of all that took it from a meeting; give the records that keep theirs.

    Those are what another side agreed to as it reads, what is another's to mend, and what would then come before the
    thing it is about.
    """
    exceptions: list[UUID] = []
    for record in list(_dated_by(case, meeting)):
        body = replace(record.body, happened=happened)
        began = case.facts.began(body)
        is_early = began is not None and last_day(happened) < day_of(began.occurred_at)
        if is_early or objection_to_mending(case, record) or is_agreed_by_others(case, record):
            exceptions.append(record.event_id)
            continue
        case.inherit(record)
        declaration = declaration_of(body)
        case.record(
            RecordCorrected(
                happened=case.happened(None),
                record_id=record.event_id,
                replacement_name=declaration.name,
                replacement_version=declaration.version,
                replacement=b"",
                reasons=Plain(reasons),
            ),
            replacement=body,
            at="changes/happened",
        )
    return tuple(exceptions)


def _dated_by(case: Case, meeting: InteractionRecorded) -> Iterator[KnownEvent]:
    """The records that came up at a meeting and say of its time just what the meeting did, attested decisions too."""
    decisions = case.facts.about("interaction_id", meeting.interaction_id, DecisionTaken)
    decision_ids = {body.decision_id for _, body in decisions}
    for record, body in case.facts.of(*_ITEMS, DecisionAttested):
        is_item = _meeting_of(body) == meeting.interaction_id
        is_attested = isinstance(body, DecisionAttested) and body.decision_id in decision_ids
        if (is_item or is_attested) and body.happened == meeting.happened:
            yield record


def _meeting_of(body: EventBody) -> UUID | None:
    """The meeting that something came up at: minutes, that which approved them."""
    if isinstance(body, _THE_MEETING):
        return None
    if isinstance(body, MinutesApproved):
        return body.approving_interaction_id
    meeting: UUID | None = getattr(body, "interaction_id", None)
    return meeting
