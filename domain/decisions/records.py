"""Deciding about any record: confirming, disputing, settling, correcting, withdrawing it; replying to a figure."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.facts import Known
from domain.decisions.references import PartyRef, RecordRef
from domain.decisions.refusals import Code
from domain.events import EventBody
from domain.events.declaration import Participant, claimed_times, declaration_of, name_of
from domain.events.records import (
    DisputeResolved,
    RecordConfirmed,
    RecordCorrected,
    RecordDisputed,
    RecordWithdrawn,
    ReplyAttached,
)
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.values import Clear, PartyAt, Plain, When
from domain.vocabulary import Facet, ResolutionOutcome

_NOT_MENDED = (RecordWithdrawn, SubjectErased, TextRedacted)
_HAVE_COME = frozenset({"happened", "done", "ended"})


class RecordCommand(Command, frozen=True, kw_only=True):
    """A command about one record, of a partnership or of a registry."""

    within_partnership: ClassVar[bool] = False
    after_closure: ClassVar[bool] = True

    record: RecordRef

    def found(self, case: Case) -> Known | None:
        """Find the record, in the affairs of whose partnership the key has a seat."""
        case.must_have_seat()
        known = case.facts.event(self.record)
        if known is None or known.partition_id != case.occasion.partnership_id:
            case.fault(Code.UNKNOWN_RECORD, "record", f"no record that stands here has the id {self.record}")
            return None
        return known


def _side_of(known: Known, case: Case) -> object:
    return known.word.side if known.word else case.occasion.side


@command
class ConfirmRecord(RecordCommand, frozen=True, kw_only=True):
    """Say, as another side than the one whose word it is, that a record is right."""

    refuses: ClassVar = (Code.ONLY_ANOTHER_SIDE, Code.MAY_NOT_SPEAK_FOR)

    confirmed_by: PartyRef
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the other side's own word."""
        known = self.found(case)
        party = case.speaker(self.confirmed_by, "confirmed_by")
        if known is None:
            return
        if party.side == _side_of(known, case):
            case.fault(Code.ONLY_ANOTHER_SIDE, "confirmed_by", "this is that side's own word already")
        case.record(
            RecordConfirmed(happened=case.happened(self.happened), record_id=self.record, confirmed_by=party),
            word=party,
        )


@command
class DisputeRecord(RecordCommand, frozen=True, kw_only=True):
    """Say that a record is wrong, and why."""

    refuses: ClassVar = (Code.MAY_NOT_SPEAK_FOR, Code.ALREADY_DONE)

    disputed_by: PartyRef
    reasons: Clear
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the dispute; the figure is shown both ways until it is settled."""
        known = self.found(case)
        party = case.speaker(self.disputed_by, "disputed_by")
        if known is None:
            return
        earlier = case.facts.about("record_id", self.record, RecordDisputed)
        settled = case.facts.about("record_id", self.record, DisputeResolved)
        if not settled and any(body.disputed_by.party_id == party.party_id for _, body in earlier):
            case.fault(Code.ALREADY_DONE, "disputed_by", "this organisation's dispute of it is still open")
        case.record(
            RecordDisputed(
                happened=case.happened(self.happened),
                record_id=self.record,
                disputed_by=party,
                reasons=Plain(self.reasons),
            ),
            word=party,
        )


@command
class ResolveDispute(RecordCommand, frozen=True, kw_only=True):
    """Agree, as one of the two sides or as the resolver both accepted, how a dispute about a record ends."""

    refuses: ClassVar = (
        Code.NOT_DISPUTED,
        Code.NOT_THE_RESOLVER,
        Code.ONLY_THE_PARTIES,
        Code.MAY_NOT_SPEAK_FOR,
    )

    agreed_by: PartyRef
    outcome: ResolutionOutcome
    as_resolver: bool = False
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record one side's agreement; the dispute ends when both have given it."""
        known = self.found(case)
        party = case.speaker(self.agreed_by, "agreed_by")
        if known is None:
            return
        disputes = case.facts.about("record_id", self.record, RecordDisputed)
        if not disputes:
            case.fault(Code.NOT_DISPUTED, "record", "nobody disputes this record")
        rule = case.facts.rule()
        resolver = None if rule is None else rule.resolver
        if self.as_resolver and (resolver is None or resolver.party_id != party.party_id):
            case.fault(Code.NOT_THE_RESOLVER, "agreed_by", "the rules in force name no such resolver")
        sides = {_side_of(known, case), *(body.disputed_by.side for _, body in disputes)}
        if not self.as_resolver and party.side not in sides:
            case.fault(Code.ONLY_THE_PARTIES, "agreed_by", "the dispute is between other sides")
        case.record(
            DisputeResolved(
                happened=case.happened(self.happened),
                record_id=self.record,
                agreed_by=party,
                outcome=self.outcome,
                as_resolver=self.as_resolver,
            ),
            word=party,
        )


def _must_have_recorded(case: Case, known: Known) -> None:
    """In a partnership any of the side whose word it is mends a record; in a register only that body itself."""
    if case.occasion.actor.steward:
        return
    if case.facts.partnership() is None:
        if known.word is None or known.word.party_id not in case.spoken_for():
            case.fault(Code.ONLY_WHO_RECORDED_IT, "record", "another organisation recorded this: dispute it instead")
    elif _side_of(known, case) not in case.sides_spoken_for():
        case.fault(Code.ONLY_WHO_RECORDED_IT, "record", "another side recorded this: dispute it instead")


@command
class CorrectRecord(RecordCommand, frozen=True, kw_only=True):
    """Put a record right: the fields that change, as they should read, and why. The original stays to be seen."""

    refuses: ClassVar = (
        Code.ONLY_WHO_RECORDED_IT,
        Code.NOT_WITH_THIS_KIND,
        Code.WRONG_REPLACEMENT,
        Code.NOTHING_TO_RECORD,
    )

    changes: Annotated[dict[str, Any], Meta(max_length=60)]
    reasons: Clear

    def decide(self, case: Case) -> None:
        """Record the whole replacement body."""
        known = self.found(case)
        if not self.changes:
            case.fault(Code.NOTHING_TO_RECORD, "changes", "say which fields should read otherwise")
        if known is None:
            return
        if isinstance(known.body, (*_NOT_MENDED, RecordCorrected)):
            detail = "correct the record itself again, or withdraw this one"
            case.fault(Code.NOT_WITH_THIS_KIND, "record", detail)
            return
        _must_have_recorded(case, known)
        body = corrected(case, known.body, self.changes)
        if body is None:
            return
        declaration = declaration_of(body)
        case.subjects |= known.subjects
        case.record(
            RecordCorrected(
                happened=case.happened(None),
                record_id=self.record,
                replacement_name=declaration.name,
                replacement_version=declaration.version,
                replacement=b"",
                reasons=Plain(self.reasons),
            ),
            replacement=body,
            at="changes/happened" if "happened" in self.changes else "changes",
        )

    def mentions(self) -> Iterator[tuple[str, object]]:
        """Give the parties, by id, and people, by reference, that the changed fields may name."""
        for each in _strings(self.changes):
            try:
                yield "party", UUID(each)
            except ValueError:
                yield "person", each


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _strings(each)
        case dict():
            for each in value.values():
                yield from _strings(each)
        case _:
            return


def corrected(case: Case, body: EventBody, changes: dict[str, Any]) -> EventBody | None:
    """Give the body with some fields replaced: parties by id, texts as plain strings, the rest as in the event.

    The thing a record is about cannot change: withdraw it and record another. Notes a fault for each field
    that does not fit.
    """
    declaration = declaration_of(body)
    known_fields = {field.name: field for field in struct_fields(type(body))}
    fixed = {declaration.about or declaration.fields[1]}
    values: dict[str, object] = {}
    for name, value in changes.items():
        at = f"changes/{name}"
        field = known_fields.get(name)
        if field is None or name in fixed:
            allowed = ", ".join(each for each in known_fields if each not in fixed)
            case.fault(Code.WRONG_REPLACEMENT, at, f"{name_of(body)} has no field {name} to correct; it has {allowed}")
        elif name in declaration.sealed:
            if value is not None and not (isinstance(value, str) and value.strip()):
                case.fault(Code.WRONG_REPLACEMENT, at, "give the text as it should read")
            values[name] = None if value is None else Plain(str(value))
        else:
            try:
                values[name] = msgspec.convert(_with_parties(case, value, field.type, at), field.type, strict=True)
            except msgspec.ValidationError as error:
                case.fault(Code.WRONG_REPLACEMENT, at, str(error))
            if name in claimed_times(type(body)) and isinstance(value, str):
                hear = case.past_date if name in _HAVE_COME else case.real_date
                hear(value, at)
    if case.faults:
        return None
    try:
        return replace(body, **values)
    except (TypeError, ValueError) as error:
        case.fault(Code.WRONG_REPLACEMENT, "changes", str(error))
        return None


def _with_parties(case: Case, value: object, annotation: Any, at: str) -> object:  # noqa: ANN401 - a type
    """Turn party ids into the parties as they stand, where the field holds parties."""
    holds = getattr(annotation, "__args__", (annotation,))
    if PartyAt in holds and isinstance(value, str):
        return case.party(_uuid(value), at)
    if PartyAt in holds and isinstance(value, list):
        return tuple(case.party(_uuid(str(each)), f"{at}/{i}") for i, each in enumerate(value))
    if Participant in holds and isinstance(value, list):
        return tuple(_participant(case, each, f"{at}/{i}") for i, each in enumerate(value))
    return value


def _participant(case: Case, value: object, at: str) -> object:
    if not isinstance(value, dict) or "party" not in value:
        case.fault(Code.WRONG_REPLACEMENT, at, "each participant names a party")
        return value
    given = {**value, "party": case.party(_uuid(str(value["party"])), f"{at}/party")}
    if isinstance(given.get("person"), str):
        given["person_id"] = case.person(given.pop("person"), f"{at}/person")
    unknown = set(given) - set(Participant.__struct_fields__)
    if unknown:
        case.fault(Code.WRONG_REPLACEMENT, at, f"a participant has no field {', '.join(sorted(unknown))}")
        return value
    return [given.get(name, default) for name, default in _PARTICIPANT_DEFAULTS.items()]


_PARTICIPANT_DEFAULTS: dict[str, object] = {
    field.name: None if field.default is msgspec.NODEFAULT else field.default for field in struct_fields(Participant)
}


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        return UUID(int=0)


@command
class WithdrawRecord(RecordCommand, frozen=True, kw_only=True):
    """Say that a record should not have been made; what depended on it is set aside, not lost."""

    refuses: ClassVar = (Code.ONLY_WHO_RECORDED_IT, Code.NOT_WITH_THIS_KIND)

    reasons: Clear

    def decide(self, case: Case) -> None:
        """Record the withdrawal."""
        known = self.found(case)
        if known is None:
            return
        if isinstance(known.body, (SubjectErased, TextRedacted)):
            case.fault(Code.NOT_WITH_THIS_KIND, "record", "what was destroyed cannot be brought back")
        _must_have_recorded(case, known)
        case.record(
            RecordWithdrawn(happened=case.happened(None), record_id=self.record, reasons=Plain(self.reasons)),
            at="record",
        )


@command
class AttachReply(Command, frozen=True, kw_only=True):
    """Answer a figure about one's own body; printed wherever the figure is."""

    refuses: ClassVar = (Code.MAY_NOT_SPEAK_FOR, Code.NOTHING_TO_RECORD)
    after_closure: ClassVar[bool] = True

    replied_by: PartyRef
    reply: Clear
    facet: Facet | None = None
    dimension: Annotated[str, Meta(pattern=r"^H([1-9]|1[0-4])$")] | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the body's own word."""
        party = case.speaker(self.replied_by, "replied_by")
        if (self.facet is None) == (self.dimension is None):
            case.fault(Code.NOTHING_TO_RECORD, "", "name one figure: an aspect of trust, or a dimension of health")
        case.record(
            ReplyAttached(
                happened=case.happened(self.happened),
                reply_id=case.identity("reply"),
                replied_by=party,
                reply=Plain(self.reply),
                facet=self.facet,
                dimension=self.dimension,
            ),
            word=party,
        )
