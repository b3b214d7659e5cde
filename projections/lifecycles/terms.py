"""The terms of a promise from moment to moment: corrections that need the other side, and renegotiations.

Once a promise was acknowledged, correcting its text, measure, due date or promisees takes effect only when the
other side confirms the correction; until then the terms agreed before it hold. So do who promised, how much it
matters, and the day it was made on, from which a due date that nobody named is counted. A due date that has passed, or
that is taken away, waits for the other side even before that: nobody corrects themselves out of being late, nor by
saying that it was promised later, or by or to somebody else. Only a
first due date that the promisee names, for a day to come, is agreed by the promiser's silence.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import LATE_TERMS, TERMS, CommitmentMade, CommitmentProposed, CommitmentRenegotiated
from domain.events.declaration import EventBody
from domain.events.recorded import Effective, Recorded
from domain.events.records import RecordConfirmed, RecordDisputed
from domain.values import PartyAt, day_of, end_of_day, first_day, last_day
from projections.agreement.acts import agrees_by_itself
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.silence import silences
from projections.agreement.steps import Course, step_after
from projections.history.history import History, folded
from projections.method.method import CommitmentRules, Method

Promise = CommitmentMade | CommitmentProposed


class Due(Struct, frozen=True):
    """The day a promise was due, and whether that was assumed because nobody named one."""

    on: date
    is_assumed: bool


def named_due(due: str | None, body: Promise) -> date | None:
    """Find the last day of the period named for a promise; None where none is, or one before the promise was made."""
    day = None if due is None else last_day(due)
    return None if day is None or day < first_day(body.happened) else day


def due_of(body: Promise, rules: CommitmentRules) -> Due:
    """The last day of the period named, or the usual term from the day of the promise."""
    stated_on = named_due(body.due, body)
    if stated_on is not None:
        return Due(stated_on, is_assumed=False)
    return Due(last_day(body.happened) + timedelta(days=rules.default_due_days), is_assumed=True)


class Wording(Struct, frozen=True):
    """The terms as written from an instant on, and the events that made them so."""

    since: datetime
    body: Promise
    causes: tuple[UUID, ...]


def wordings(history: History, method: Method, promise: Effective) -> list[Wording]:
    """Follow the written terms of a promise. Most have only one wording."""
    assert isinstance(promise.body, Promise)  # noqa: S101 - the caller found it by type
    corrections = history.corrections_of(promise)
    if not corrections:
        return [Wording(promise.occurred_at, promise.body, promise.causes)]
    first = folded(promise.recorded.body, history.same_bodies)
    assert isinstance(first, Promise)  # noqa: S101 - a correction keeps the type
    confirmed = [
        (max(fact.occurred_at, promise.occurred_at), amendment.event_id, fact.event_id)
        for amendment, _ in corrections
        for fact in _confirmations(
            history, first, amendment
        )  # those it was first between: nobody is corrected into a say
    ]
    confirmed += _agreed_by_silence(history, method, first, corrections)
    acknowledgements = (
        history.acknowledged.get(thing_id)
        for thing_id in (promise.body.commitment_id, promise.event_id, _meeting(promise))
    )
    acknowledged = min(
        (each for each in acknowledgements if each is not None and each > promise.position), default=None
    )
    worded: list[Wording] = []
    for turn in sorted({promise.occurred_at, *(when for when, _, _ in confirmed)}):
        agreed = {amendment for when, amendment, _ in confirmed if when <= turn}
        body = _worded(first, corrections, acknowledged, agreed)
        if not worded or worded[-1].body != body:
            causes = (cause for when, _, cause in confirmed if when <= turn and cause not in promise.causes)
            worded.append(Wording(turn, body, (*promise.causes, *causes)))
    return worded


def _agreed_by_silence(
    history: History, method: Method, first: EventBody, corrections: Sequence[tuple[Recorded, EventBody]]
) -> Iterator[tuple[datetime, UUID, UUID]]:
    """The corrections that silence agreed to by the end of the day asked about, and from when."""
    before = first
    for amendment, replacement in corrections:
        ends = _silence_ends(history, method, before, replacement, amendment)
        if ends is not None and ends < history.end:
            yield ends, amendment.event_id, amendment.event_id
        before = replacement


def _silence_ends(
    history: History, method: Method, before: EventBody, after: EventBody, amendment: Recorded
) -> datetime | None:
    """The instant at which a promiser's silence agrees to a first due date by the promisee; None where it does not."""
    assert isinstance(before, Promise)  # noqa: S101 - a correction keeps the type
    assert isinstance(after, Promise)  # noqa: S101 - a correction keeps the type
    due, said_at = named_due(after.due, after), amendment.recorded_at
    is_first = named_due(before.due, before) is None and due is not None and due >= day_of(said_at)
    is_all = all(getattr(before, name) == getattr(after, name) for name in TERMS if name != "due")
    if not (is_first and is_all and _is_of_promisees(before, amendment)):
        return None
    parties = parties_between(before.promisees, before.promisers)
    ends = silences(history, method, said_at=said_at, heard_at=said_at, parties=parties)[-1].ends
    disputes = (fact for fact in history.about(amendment.event_id) if isinstance(fact.body, RecordDisputed))
    return None if ends is None or any(fact.recorded_at < ends for fact in disputes) else ends


def _meeting(promise: Effective) -> UUID:
    """The meeting that the promise was first recorded at; what has no meeting has no minutes."""
    return getattr(promise.recorded.body, "interaction_id", None) or promise.event_id


def _worded(
    body: EventBody,
    corrections: Sequence[tuple[Recorded, EventBody]],
    acknowledged: int | None,
    agreed: set[UUID],
) -> Promise:
    """Apply the corrections one by one, holding back what needs the other side and does not have it."""
    assert isinstance(body, Promise)  # noqa: S101 - the caller found it by type
    for amendment, replacement in corrections:
        assert isinstance(replacement, Promise)  # noqa: S101 - a correction keeps the type
        held_back = () if amendment.event_id in agreed else _held_back(body, replacement, amendment, acknowledged)
        body = replace(replacement, **{name: getattr(body, name) for name in held_back})
    return body


def _held_back(body: Promise, replacement: Promise, amendment: Recorded, acknowledged: int | None) -> tuple[str, ...]:
    """Name the terms that a correction cannot change by itself."""
    if acknowledged is not None and amendment.position > acknowledged:
        return TERMS
    due = named_due(body.due, body)
    if due is None:
        return ()
    if amendment.recorded_at >= end_of_day(due):
        return ("due",) if _is_of_promisees(body, amendment) else ("due", *LATE_TERMS)
    return ("due",) if replacement.due is None else ()


class WaitingCorrection(Struct, frozen=True):
    """A correction of a promise's terms that the other side has not confirmed, and whether the promisees are that.

    `silence_ends`: when silence agrees to it, where it does.
    """

    amendment: Recorded
    is_for_promisees: bool
    silence_ends: datetime | None


def waiting_correction(
    history: History, method: Method, promise: Effective, wording: Wording
) -> WaitingCorrection | None:
    """Find the correction whose terms are not yet those of a promise; the last one holds all those before it."""
    corrections = history.corrections_of(promise)
    if not corrections:
        return None
    amendment, proposed = corrections[-1]
    if all(getattr(proposed, name) == getattr(wording.body, name) for name in TERMS):
        return None
    silence_ends = _silence_ends(history, method, wording.body, proposed, amendment)
    return WaitingCorrection(amendment, not _is_of_promisees(wording.body, amendment), silence_ends)


def _confirmations(history: History, body: Promise, amendment: Recorded) -> Iterator[Effective]:
    """The confirmations of a correction by the side that did not make it."""
    by_promisee = _is_of_promisees(body, amendment)
    sides = (body.promisees, body.promisers) if by_promisee else (body.promisers, body.promisees)
    parties = parties_between(*sides)
    for fact in history.about(amendment.event_id):
        if isinstance(fact.body, RecordConfirmed) and agrees_by_itself(fact, parties):
            yield fact


def _is_of_promisees(body: Promise, amendment: Recorded) -> bool:
    corrector = amendment.envelope.on_behalf_of
    return corrector is not None and parties_between(body.promisees, body.promisers).gains(corrector)


class Renegotiation(Struct, frozen=True, kw_only=True):
    """New terms asked for, and how they stood in one strand of the promise."""

    fact: Effective
    body: CommitmentRenegotiated
    course: Course


def renegotiations(
    history: History, method: Method, story: Sequence[Effective], promiser: PartyAt, promisee: PartyAt
) -> list[Renegotiation]:
    """The renegotiations of a promise; whoever asked, the other has to agree.

    What one of them writes down of the other's asking is its own asking still.
    """
    changes = []
    for fact in story:
        if isinstance(fact.body, CommitmentRenegotiated):
            of_promisee, of_promiser = parties_between([promisee], [promiser]), parties_between([promiser], [promisee])
            pen = fact.envelope.on_behalf_of
            is_theirs = pen is not None and (of_promisee.gains(pen) or of_promiser.gains(pen))
            asker = pen if pen is not None and is_theirs else fact.body.asked_by
            parties = of_promisee if of_promisee.gains(asker) else of_promiser
            course = agreement(history, method, fact, parties)
            changes.append(Renegotiation(fact=fact, body=fact.body, course=course))
    return changes


class CommitmentTerms(Struct, frozen=True, kw_only=True):
    """The terms owed at an instant: by when, to whom, and how they came to be that."""

    due: Due
    promisees: tuple[PartyAt, ...]
    renegotiated: int = 0
    renegotiated_late: bool = False
    causes: tuple[UUID, ...]


def terms_at(
    when: datetime, wording: Wording, changes: Sequence[Renegotiation], rules: CommitmentRules
) -> CommitmentTerms:
    """Apply the renegotiations agreed by an instant, in the order they were asked for, to the written terms.

    One asked for after the day then due counts as late, and stays so.
    """
    due, promisees, was_late, count = due_of(wording.body, rules), wording.body.promisees, False, 0
    causes = list(wording.causes)
    for change in changes:
        step = step_after(change.course, when)
        if step is None or not step.stands:
            continue
        count += 1
        was_late = was_late or first_day(change.body.happened) > due.on
        new_due_on = named_due(change.body.due, wording.body)
        due = due if new_due_on is None else Due(new_due_on, is_assumed=False)
        promisees = change.body.promisees or promisees
        causes.extend(step.causes)
    return CommitmentTerms(
        due=due, promisees=promisees, renegotiated=count, renegotiated_late=was_late, causes=tuple(causes)
    )
