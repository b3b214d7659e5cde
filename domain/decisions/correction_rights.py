"""The right to mend a record: whose it is, what the other side has agreed to, and what then waits for that side."""

from collections.abc import Collection
from uuid import UUID

from domain.decisions.case import Case
from domain.decisions.commitment_parties import promisers_of
from domain.decisions.facts import KnownEvent
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events import EventBody
from domain.events.commitments import (
    LATE_TERMS,
    TERMS,
    CommitmentAcknowledged,
    CommitmentMade,
    CommitmentProposed,
    CommitmentRenegotiated,
    FulfilmentConfirmed,
    FulfilmentDisputed,
    PartSettled,
)
from domain.events.declaration import declaration_of
from domain.events.interactions import MinutesApproved
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed, SeatAccepted
from domain.events.records import RecordConfirmed
from domain.events.registries import PartiesFoundSame, PartyAmended, PartyRegistered, PartySucceeded, PeopleFoundSame
from domain.values import PartyAt, end_of_day, first_day, last_day
from domain.vocabulary import Side

_TAKING_UP = (
    CommitmentAcknowledged,
    CommitmentRenegotiated,
    FulfilmentConfirmed,
    FulfilmentDisputed,
    PartSettled,
)
_OF_STEWARDS = (PartySucceeded, PartiesFoundSame, PeopleFoundSame)


def side_of(record: KnownEvent, case: Case) -> Side:
    """The side whose word a record is."""
    return record.word.side if record.word else case.context.side


def must_be_ones_own(case: Case, record: KnownEvent) -> None:
    """Note a fault where a record is another's to mend."""
    objection = objection_to_mending(case, record)
    if objection:
        case.fault(Code.ONLY_WHO_RECORDED_IT, "record", objection)


def objection_to_mending(case: Case, record: KnownEvent) -> str:
    """The objection to this key's mending a record; empty where there is none.

    Any of the side whose word it is mends a record; a body's own word, a register or a seat, only whom it concerns:
    whoever recorded it, and the body that is registered or sits there; a seat that was given and accepted, the body
    alone. What only stewards say, they mend.
    """
    if case.context.actor.steward:
        return ""
    if isinstance(record.body, _OF_STEWARDS):
        return "only a key that looks after the record says or mends this"
    owners = _owners(case, record)
    if owners is not None:
        return "" if owners & case.spoken_for() else "another organisation recorded this: dispute it instead"
    if side_of(record, case) not in case.sides_spoken_for():
        return "another side recorded this: dispute it instead"
    return ""


def _owners(case: Case, record: KnownEvent) -> set[UUID] | None:
    """The bodies whose record it is to mend; None where any of the side whose word it is may."""
    word = set() if record.word is None else {record.word.party_id}
    body = record.body
    if isinstance(body, SeatAccepted):
        return {body.party.party_id}
    if isinstance(body, MemberJoined) and body.awaits_acceptance and case.facts.is_accepted(body):
        return {body.party.party_id}
    if isinstance(body, MemberJoined | MemberLeft):
        return {*word, body.party.party_id}
    if isinstance(body, PartyRegistered | PartyAmended):
        return {*word, body.party_id}
    is_alone = case.facts.partnership() is None or isinstance(body, PartnershipFormed) or _is_own_word(record)
    return word if is_alone else None


def _is_own_word(record: KnownEvent) -> bool:
    speakers = (getattr(record.body, name) for name in declaration_of(record.body).only_by_itself)
    return any(record.word == each or (isinstance(each, tuple) and record.word in each) for each in speakers)


def is_taken_up(case: Case, promise: CommitmentMade, record_id: UUID) -> bool:
    """Another than the promiser has answered a promise, or spoken of its terms, or it stands in approved minutes."""
    answers = case.facts.about("commitment_id", promise.commitment_id, *_TAKING_UP)
    confirmations = case.facts.about("record_id", record_id, RecordConfirmed)
    minutes = promise.interaction_id is not None and case.facts.about(
        "interaction_id", promise.interaction_id, MinutesApproved
    )
    words = {record.word.party_id for record, _ in (*answers, *confirmations) if record.word is not None}
    return bool(minutes) or bool(words - promisers_of(case, promise))


def must_leave_what_is_agreed(case: Case, record: KnownEvent, *, at: str) -> None:
    """Note a fault where who answers for a promise would take back what the other side holds them to.

    That is a promise taken up, and new terms that were agreed. Whoever looks after the record may.
    """
    body = record.body
    if case.context.actor.steward:
        return
    if isinstance(body, CommitmentMade):
        if is_taken_up(case, body, record.event_id):
            detail = "the other side has taken this promise up: withdraw the promise, or be let off it"
            case.fault(Code.BOTH_SIDES_REQUIRED, at, detail)
    elif isinstance(body, CommitmentRenegotiated):
        agreeing = {party.side for party in body.agreed_by} - {side_of(record, case)}
        if agreeing or is_agreed_by_others(case, record):
            case.fault(Code.BOTH_SIDES_REQUIRED, at, "the other side has agreed to these terms: ask for other ones")


def must_stay_owed(case: Case, record: KnownEvent, *, at: str) -> None:
    """Note a fault where whoever is late with a promise would take back the record of it, though nobody took it up.

    Whoever was promised may, and whoever looks after the record.
    """
    promise = record.body
    if case.context.actor.steward or not isinstance(promise, CommitmentMade):
        return
    if is_taken_up(case, promise, record.event_id):
        return
    pen = case.context.actor.party
    is_promisers = pen.side in {each.side for each in promise.promisers}
    if is_promisers and not _is_of(pen, promise.promisees, promise.promisers) and _is_late(case, promise):
        detail = "the day named for this promise has passed: withdraw the promise, or be let off it"
        case.fault(Code.BOTH_SIDES_REQUIRED, at, detail)


def _is_late(case: Case, promise: CommitmentMade) -> bool:
    """A day that was named for a promise, when it was made or since, has passed."""
    moves = case.facts.about("commitment_id", promise.commitment_id, CommitmentRenegotiated)
    later_days = [body.due for _, body in moves if body.due is not None]
    return _is_past_due(case, promise) or any(case.context.now >= end_of_day(last_day(day)) for day in later_days)


def is_agreed_by_others(case: Case, record: KnownEvent) -> bool:
    """Another side agreed to a record as it reads, in words or by the minutes of the meeting it came up at."""
    if isinstance(record.body, CommitmentMade):
        return is_taken_up(case, record.body, record.event_id)
    own, meeting = side_of(record, case), getattr(record.body, "interaction_id", None)
    confirmations = case.facts.about("record_id", record.event_id, RecordConfirmed)
    minutes = [] if meeting is None else case.facts.about("interaction_id", meeting, MinutesApproved)
    sides = {body.confirmed_by.side for _, body in confirmations}.union(*(body.sides_present for _, body in minutes))
    return bool(sides - {own})


def warn_of_waiting(case: Case, record: KnownEvent, body: EventBody) -> None:
    """Warn of the terms of a promise that a correction changes only once the other side confirms it."""
    before = record.body
    if not isinstance(before, CommitmentMade | CommitmentProposed) or not isinstance(body, type(before)):
        return
    terms = [name for name in TERMS if getattr(body, name) != getattr(before, name)]
    if not _is_acknowledged(case, record, before):
        waiting = _held_before_acknowledgement(case, before, body)
        terms = [name for name in terms if name in waiting]
    pen = case.context.actor.party
    others = before.promisers if _is_of(pen, before.promisees, before.promisers) else before.promisees
    for name in terms:
        case.warn(Slip.WAITS_FOR_OTHERS, f"changes/{name}", *(each.party_id for each in others))


def _is_acknowledged(case: Case, record: KnownEvent, promise: CommitmentMade | CommitmentProposed) -> bool:
    answers = case.facts.about(
        "commitment_id", promise.commitment_id, CommitmentAcknowledged, FulfilmentConfirmed, FulfilmentDisputed
    )
    terms = case.facts.about("commitment_id", promise.commitment_id, CommitmentRenegotiated)
    is_spoken_of = any(each.word is not None and each.word in promise.promisees for each, _ in terms)
    confirmations = case.facts.about("record_id", record.event_id, RecordConfirmed)
    meeting = promise.interaction_id
    return bool(answers or confirmations or is_spoken_of) or (
        meeting is not None and bool(case.facts.about("interaction_id", meeting, MinutesApproved))
    )


def _held_before_acknowledgement(
    case: Case, before: CommitmentMade | CommitmentProposed, after: EventBody
) -> tuple[str, ...]:
    """The terms that wait though nobody took the promise up.

    So nobody corrects themselves out of being late, nor others into it: where no day was named, those promised to put
    none to it by themselves, and who promised none that is over.
    """
    by_promisee = _is_of(case.context.actor.party, before.promisees, before.promisers)
    if _is_past_due(case, before):
        return ("due",) if by_promisee else ("due", *LATE_TERMS, "materiality")
    if not _names_a_day(before) and isinstance(after, CommitmentMade | CommitmentProposed) and _names_a_day(after):
        return ("due",) if by_promisee or _is_past_due(case, after) else ()
    is_taken_away = _names_a_day(before) and getattr(after, "due", None) is None
    return ("due",) if is_taken_away else ()


def _is_past_due(case: Case, promise: CommitmentMade | CommitmentProposed) -> bool:
    """The day that was named for a promise has passed."""
    due = promise.due
    return due is not None and _names_a_day(promise) and case.context.now >= end_of_day(last_day(due))


def _names_a_day(promise: CommitmentMade | CommitmentProposed) -> bool:
    return promise.due is not None and last_day(promise.due) >= first_day(promise.happened)


def _is_of(party: PartyAt, ours: Collection[PartyAt], theirs: Collection[PartyAt]) -> bool:
    """A body is one of `ours`, or on a side that only they are on, and none of `theirs`."""
    if party.party_id in {each.party_id for each in theirs}:
        return False
    sides = {each.side for each in ours} - {each.side for each in theirs}
    return party.party_id in {each.party_id for each in ours} or party.side in sides
