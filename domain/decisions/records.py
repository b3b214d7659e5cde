"""Deciding about any record: confirming, disputing, settling, correcting, withdrawing it; replying to a figure."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.commitment_parties import must_be_entitled
from domain.decisions.correction_rights import (
    must_be_ones_own,
    must_leave_what_is_agreed,
    must_stay_owed,
    side_of,
    warn_of_waiting,
)
from domain.decisions.corrections import corrected, items_of, move_with_meeting, strings_in
from domain.decisions.derived_fields import approval_of
from domain.decisions.facts import KnownEvent
from domain.decisions.references import PartyRef, RecordRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip, oddities
from domain.events.commitments import CommitmentMade, CommitmentRenegotiated
from domain.events.declaration import declaration_of
from domain.events.documents import DocumentErased
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Recorded
from domain.events.records import (
    DisputeResolved,
    RecordConfirmed,
    RecordCorrected,
    RecordDisputed,
    RecordWithdrawn,
    ReplyAttached,
)
from domain.events.registries import (
    PersonRegistered,
)
from domain.events.selection import Selections
from domain.events.stewardship import CoverageDeclared, SubjectErased, TextRedacted
from domain.values import Clear, DimensionCode, Plain, When
from domain.vocabulary import Facet, ResolutionOutcome

_DESTROYING = (SubjectErased, TextRedacted, DocumentErased)
_NOT_MENDED = (RecordWithdrawn, *_DESTROYING)


def _must_not_be_coverage(case: Case, record: KnownEvent) -> None:
    """Note a fault where what was covered is to be changed for days gone by, so that what was due then would not be."""
    if isinstance(record.body, CoverageDeclared):
        case.fault(Code.NOT_WITH_THIS_KIND, "record", "declare anew what the source covers from now on")


class RecordCommand(Command, frozen=True, kw_only=True):
    """A command about one record, of a partnership or of a registry."""

    within_partnership: ClassVar[bool] = False
    after_closure: ClassVar[bool] = True

    record: RecordRef

    def find_record(self, case: Case, *, even_withdrawn: bool = False) -> KnownEvent | None:
        """The record that the command is about; a fault where none stands or the key has no seat there."""
        case.must_have_seat()
        record = case.facts.event_ever(self.record) if even_withdrawn else case.facts.event(self.record)
        if record is None or record.partition_id != case.context.partnership_id:
            case.fault(Code.UNKNOWN_RECORD, "record", f"no record that stands here has the id {self.record}")
            return None
        case.inherit(record)
        return record


@command
class ConfirmRecord(RecordCommand, frozen=True, kw_only=True):
    """Say, as another side than the one whose word it is, that a record is right.

    Of what became of a promise only those say so who may confirm that it was kept.
    """

    refuses: ClassVar = (
        Code.ONLY_ANOTHER_SIDE,
        Code.MAY_NOT_SPEAK_FOR,
        Code.ONLY_THE_PROMISEE,
        Code.TIED_TO_THE_PROMISER,
    )

    confirmed_by: PartyRef
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the other side's own word."""
        record = self.find_record(case)
        party = case.speaker(self.confirmed_by, "confirmed_by")
        if record is None:
            return
        if party.side == side_of(record, case):
            case.fault(Code.ONLY_ANOTHER_SIDE, "confirmed_by", "this is that side's own word already")
        if declaration_of(record.body).about == "commitment_id":
            commitment_id = getattr(record.body, "commitment_id")  # noqa: B009 - declared by `about`
            promise = case.facts.first("commitment_id", commitment_id, CommitmentMade)
            if promise is not None:
                must_be_entitled(case, promise[1], party, "confirmed_by")
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
        record = self.find_record(case)
        party = case.speaker(self.disputed_by, "disputed_by")
        if record is None:
            return
        earlier = case.facts.about("record_id", self.record, RecordDisputed)
        resolutions = case.facts.about("record_id", self.record, DisputeResolved)
        if not resolutions and any(body.disputed_by.party_id == party.party_id for _, body in earlier):
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
        record = self.find_record(case)
        party = case.speaker(self.agreed_by, "agreed_by")
        if record is None:
            return
        disputes = case.facts.about("record_id", self.record, RecordDisputed)
        if not disputes:
            case.fault(Code.NOT_DISPUTED, "record", "nobody disputes this record")
        rule = case.facts.rule()
        resolver = None if rule is None else rule.resolver
        if self.as_resolver and (resolver is None or resolver.party_id != party.party_id):
            case.fault(Code.NOT_THE_RESOLVER, "agreed_by", "the rules in force name no such resolver")
        sides = {side_of(record, case), *(body.disputed_by.side for _, body in disputes)}
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


@command
class CorrectRecord(RecordCommand, frozen=True, kw_only=True):
    """Put a record right: the fields that change, as they should read, and why. The original stays to be seen."""

    refuses: ClassVar = (
        Code.ONLY_WHO_RECORDED_IT,
        Code.NOT_WITH_THIS_KIND,
        Code.WRONG_REPLACEMENT,
        Code.NOTHING_TO_RECORD,
        Code.MAY_NOT_SPEAK_FOR,
        Code.BOTH_SIDES_REQUIRED,
    )

    changes: Annotated[dict[str, Any], Meta(max_length=60)]
    reasons: Clear

    def decide(self, case: Case) -> None:
        """Record the whole replacement body."""
        record = self.find_record(case)
        if not self.changes:
            case.fault(Code.NOTHING_TO_RECORD, "changes", "say which fields should read otherwise")
        if record is None:
            return
        if isinstance(record.body, (*_NOT_MENDED, RecordCorrected)):
            detail = "correct the record itself again, or withdraw this one"
            case.fault(Code.NOT_WITH_THIS_KIND, "record", detail)
            return
        _must_not_be_coverage(case, record)
        must_be_ones_own(case, record)
        if isinstance(record.body, CommitmentRenegotiated) and self.changes.keys() & {"due", "promisees"}:
            must_leave_what_is_agreed(case, record, at="changes")
        body = corrected(case, record.body, self.changes)
        if body is None:
            return
        if body == record.body:
            case.warn(Slip.NO_CHANGE, "changes")
        for slip, at, about in oddities(body, frozenset(self.changes)):
            case.warn(slip, f"changes/{at}", *about)
        warn_of_waiting(case, record, body)
        declaration = declaration_of(body)
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
        if isinstance(record.body, InteractionRecorded) and body.happened != record.body.happened and not case.faults:
            exceptions = move_with_meeting(case, record.body, body.happened, self.reasons)
            if exceptions:
                case.warn(Slip.KEEPS_ITS_DAY, "changes/happened", *exceptions)

    def rests_on(self, records: Sequence[Recorded]) -> Selections:
        """All that came up at a meeting whose day changes, and the meeting that approved minutes."""
        items = items_of(records, self.record) if "happened" in self.changes else frozenset()
        return items | (approval_of(records, self.record) if "sides_present" in self.changes else frozenset())

    def mentions(self) -> Iterator[tuple[str, object]]:
        """The parties, by id, and people, by reference, that the changed fields may name."""
        for text in strings_in(self.changes):
            try:
                yield "party", UUID(text)
            except ValueError:
                yield "person", text


@command
class WithdrawRecord(RecordCommand, frozen=True, kw_only=True):
    """Say that a record should not have been made; what depended on it is set aside, not lost.

    A promise that the other side has taken up, or whose day has passed, is withdrawn or let off, and not its record;
    nor are new terms for it that the other side has agreed to.
    """

    refuses: ClassVar = (Code.ONLY_WHO_RECORDED_IT, Code.NOT_WITH_THIS_KIND, Code.BOTH_SIDES_REQUIRED)

    reasons: Clear

    def decide(self, case: Case) -> None:
        """Record the withdrawal."""
        record = self.find_record(case)
        if record is None:
            return
        if isinstance(record.body, _DESTROYING):
            case.fault(Code.NOT_WITH_THIS_KIND, "record", "what was destroyed cannot be brought back")
        if isinstance(record.body, PersonRegistered):
            case.fault(
                Code.NOT_WITH_THIS_KIND, "record", "forget the person, or find them the same as another, instead"
            )
        _must_not_be_coverage(case, record)
        must_be_ones_own(case, record)
        must_leave_what_is_agreed(case, record, at="record")
        must_stay_owed(case, record, at="record")
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
    dimension: DimensionCode | None = None
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
