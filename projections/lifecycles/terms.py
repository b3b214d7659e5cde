"""The terms of a promise from moment to moment: corrections that need the other side, and renegotiations.

Once a promise was acknowledged, correcting its text, measure, due date or promisees takes effect only when the
other side confirms the correction; until then the terms agreed before it hold. So do who promised, how much it
matters, and the day it was made on, from which a due date that nobody named is counted. A due date that has passed, or
that is taken away, waits for the other side even before that: nobody corrects themselves out of being late, nor by
saying that it was promised later, or by or to somebody else. Only a
first due date that the promisee names, for a day to come, is agreed by the promiser's silence. How first dates are
named by new terms, and what they date, is told in `renegotiations`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import LATE_TERMS, TERMS, CommitmentMade, CommitmentProposed, CommitmentRenegotiated
from domain.events.declaration import EventBody
from domain.events.recorded import Effective, Recorded
from domain.events.records import RecordConfirmed, RecordDisputed
from domain.values import day_of, end_of_day, first_day, last_day
from projections.agreement.acts import agrees_by_itself
from projections.agreement.parties import parties_between
from projections.agreement.silence import silences
from projections.history.anchoring import thing_of
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.history.merged_bodies import as_one, folded
from projections.method.method import CommitmentRules, Method

Promise = CommitmentMade | CommitmentProposed


class Due(Struct, frozen=True):
    """The day a promise was due, and whether that was assumed because nobody named one.

    `dated_at`: when a first date was agreed for a promise that had none; None where it had one from the beginning.
    """

    on: date | None
    is_assumed: bool
    dated_at: datetime | None = None


def named_due(due: str | None, body: Promise) -> date | None:
    """Find the last day of the period named for a promise; None where none is, or one before the promise was made."""
    day = None if due is None else last_day(due)
    return None if day is None or day < first_day(body.happened) else day


def due_of(body: Promise, rules: CommitmentRules, dated_at: datetime | None = None) -> Due:
    """The last day of the period named, or the usual term from the day of the promise where the method has one."""
    stated_on = named_due(body.due, body)
    if stated_on is not None or rules.usual_term is None:
        return Due(stated_on, is_assumed=False, dated_at=dated_at)
    return Due(last_day(body.happened) + rules.usual_term, is_assumed=True)


class Wording(Struct, frozen=True):
    """The terms as written from an instant on, and the events that made them so.

    `dated_at`: when a date was put to a promise written down without one.
    """

    since: datetime
    body: Promise
    causes: tuple[UUID, ...]
    dated_at: datetime | None = None


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
        history.acknowledged_at(thing_id)
        for thing_id in (promise.body.commitment_id, promise.event_id, _meeting(promise))
    )
    taken_up = _taken_up(history, method, first) if method.commitments.first_date_notice is not None else ()
    acknowledged = min(
        (each for each in (*acknowledgements, *taken_up) if each is not None and each > promise.position), default=None
    )
    rules = method.commitments
    worded: list[Wording] = []
    for turn in sorted({promise.occurred_at, *(when for when, _, _ in confirmed)}):
        agreed = {amendment: when for when, amendment, _ in confirmed if when <= turn}
        body, dated_at = _worded(first, corrections, acknowledged, agreed, rules)
        if not worded or worded[-1].body != body:
            causes = (cause for when, _, cause in confirmed if when <= turn and cause not in promise.causes)
            worded.append(Wording(turn, body, (*promise.causes, *causes), dated_at))
    return worded


def _taken_up(history: History, method: Method, first: Promise) -> Iterator[int | None]:
    """The positions at which whoever was promised spoke of other terms for it, or agreed to them, whatever the day."""
    parties = parties_between(first.promisers, first.promisees)
    for claim in _new_terms_claimed(history, method).get(first.commitment_id, ()):
        fact = as_one(claim, history.same_bodies)
        yield fact.position if agrees_by_itself(fact, parties) else history.acknowledged_at(fact.event_id)


@once_per_history
def _new_terms_claimed(history: History, _: Method) -> Mapping[UUID, Sequence[Effective]]:
    """The new terms asked for that stand, by the promise that they are of, whatever the day."""
    claims: defaultdict[UUID, list[Effective]] = defaultdict(list)
    for claim in history.claimed(CommitmentRenegotiated):
        claims[thing_of(claim.body)].append(claim)
    return claims


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
    ahead = method.commitments.first_date_notice or timedelta()
    is_first = named_due(before.due, before) is None and due is not None and due >= day_of(said_at) + ahead
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
    agreed: Mapping[UUID, datetime],
    rules: CommitmentRules,
) -> tuple[Promise, datetime | None]:
    """Apply the corrections one by one, holding back what needs the other side and does not have it.

    Beside the terms: when the other side agreed to a first date, or else when it was put to what had none.
    """
    assert isinstance(body, Promise)  # noqa: S101 - the caller found it by type
    dated_at = None
    for amendment, replacement in corrections:
        assert isinstance(replacement, Promise)  # noqa: S101 - a correction keeps the type
        agreed_at = agreed.get(amendment.event_id)
        held_back = _held_back(body, replacement, amendment, acknowledged, rules) if agreed_at is None else ()
        was_dated = named_due(body.due, body) is not None
        body = replace(replacement, **{name: getattr(body, name) for name in held_back})
        if rules.first_date_notice is not None and not was_dated and named_due(body.due, body) is not None:
            dated_at = agreed_at or amendment.recorded_at
    return body, dated_at


def _held_back(
    body: Promise, replacement: Promise, amendment: Recorded, acknowledged: int | None, rules: CommitmentRules
) -> tuple[str, ...]:
    """Name the terms that a correction cannot change by itself.

    Where a method asks for notice of first dates, whoever was promised to puts none by itself to what has none, and
    whoever promised none that is over.
    """
    if acknowledged is not None and amendment.position > acknowledged:
        return TERMS
    due = named_due(body.due, body)
    if due is None:
        new_due = named_due(replacement.due, replacement)
        is_over = new_due is not None and amendment.recorded_at >= end_of_day(new_due)
        is_held = rules.first_date_notice is not None and (is_over or _is_of_promisees(body, amendment))
        return ("due",) if is_held else ()
    if amendment.recorded_at >= end_of_day(due):
        late_terms = LATE_TERMS if rules.first_date_notice is None else (*LATE_TERMS, "materiality")
        return ("due",) if _is_of_promisees(body, amendment) else ("due", *late_terms)
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
