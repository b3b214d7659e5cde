"""New terms for a promise that were asked for: whose asking it was, whether the other agreed, and what they changed.

A promise that names no day gets a first date only while it is open and for a day far enough ahead. Whoever was promised
may name one, and silence agrees to it; one that whoever promised names is agreed in words or by minutes only.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import CommitmentRenegotiated
from domain.events.recorded import Effective
from domain.values import PartyAt, day_of, first_day, first_instant
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.silence import silences
from projections.agreement.steps import AgreementStep, Course, step_after, step_at
from projections.history.history import History
from projections.lifecycles.terms import Due, Wording, due_of, named_due
from projections.method.method import CommitmentRules, Method


class Renegotiation(Struct, frozen=True, kw_only=True):
    """New terms asked for, and how they stood in one strand of the promise.

    `is_of_promisees`: whoever was promised asked. `silence_ends`: when silence agrees to them, where it does.
    """

    fact: Effective
    body: CommitmentRenegotiated
    course: Course
    is_of_promisees: bool
    silence_ends: datetime | None

    def is_refused(self, cut: datetime) -> bool:
        """The other side said no, or both set it aside."""
        step = step_at(self.course, cut)
        return step is not None and (step.disputed or step.void)

    def named_at(self, step: AgreementStep) -> datetime:
        """The instant from which notice runs of a date in it: agreed by silence, not before it was on record."""
        said_at = self.fact.occurred_at
        return said_at if step.agreed.is_express else max(said_at, self.fact.recorded_at)

    def agreed_at(self, step: AgreementStep) -> datetime:
        """The instant at which the other side had agreed."""
        since = min(each.since for each in self.course if each.stands)
        is_silent = not step.agreed.is_express and self.silence_ends is not None
        return max(since, self.silence_ends) if is_silent and self.silence_ends is not None else since


def renegotiations(
    history: History, method: Method, story: Sequence[Effective], promiser: PartyAt, promisee: PartyAt
) -> list[Renegotiation]:
    """The renegotiations of a promise; whoever asked, the other has to agree.

    What one of them writes down of the other's asking is its own asking still.
    """
    changes = []
    for entry in story:
        if isinstance(entry.body, CommitmentRenegotiated):
            fact = _as_asked(entry, method.commitments)
            of_promisee, of_promiser = parties_between([promisee], [promiser]), parties_between([promiser], [promisee])
            pen = fact.envelope.on_behalf_of
            is_theirs = pen is not None and (of_promisee.gains(pen) or of_promiser.gains(pen))
            asker = pen if pen is not None and is_theirs else entry.body.asked_by
            is_of_promisees = of_promisee.gains(asker)
            parties = of_promisee if is_of_promisees else of_promiser
            silence = silences(history, method, said_at=fact.occurred_at, heard_at=fact.recorded_at, parties=parties)[
                -1
            ]
            changes.append(
                Renegotiation(
                    fact=fact,
                    body=entry.body,
                    course=agreement(history, method, fact, parties),
                    is_of_promisees=is_of_promisees,
                    silence_ends=silence.ends,
                )
            )
    return changes


def _as_asked(fact: Effective, rules: CommitmentRules) -> Effective:
    """New terms as of the day they were asked for, though the promise was put down for a later day since.

    Else whoever promised would by such a correction leave no time for a first date, or for silence to agree to it.
    """
    return fact if rules.first_date_notice is None else replace(fact, occurred_at=first_instant(fact.body.happened))


class CommitmentTerms(Struct, frozen=True, kw_only=True):
    """The terms owed at an instant: by when, to whom, and how they came to be that."""

    due: Due
    promisees: tuple[PartyAt, ...]
    renegotiated: int = 0
    renegotiated_late: bool = False
    causes: tuple[UUID, ...]


def terms_at(
    when: datetime,
    wording: Wording,
    changes: Sequence[Renegotiation],
    rules: CommitmentRules,
    was_open: Callable[[datetime], bool],
    was_settled: Callable[[datetime], bool],
) -> CommitmentTerms:
    """Apply the renegotiations agreed by an instant, in the order they were asked for, to the written terms.

    One asked for after the day then due counts as late, and stays so. `was_open` says of an instant whether anything
    had ended the promise by then, or reported it done; `was_settled`, whether it had been settled for a part: silence
    agrees to no new terms of that. Silence that runs on is of no effect on what was settled after the instant.
    """
    due, promisees, was_late, count = due_of(wording.body, rules, wording.dated_at), wording.body.promisees, False, 0
    causes = list(wording.causes)
    for change in changes:
        step = step_after(change.course, when)
        if step is None or not step.stands:
            continue
        if not step.agreed.is_express and was_settled(min(change.agreed_at(step), when)):
            continue
        new_due_on = named_due(change.body.due, wording.body)
        new_due = None if new_due_on is None else _new_due(due, new_due_on, change, step, rules, was_open)
        is_only_a_date = not (change.body.text or change.body.measure or change.body.promisees)
        if is_only_a_date and new_due_on is not None and new_due is None:
            continue
        count += 1
        was_late = was_late or (due.on is not None and first_day(change.body.happened) > due.on)
        due = new_due or due
        promisees = change.body.promisees or promisees
        causes.extend(step.causes)
    return CommitmentTerms(
        due=due, promisees=promisees, renegotiated=count, renegotiated_late=was_late, causes=tuple(causes)
    )


def _new_due(
    due: Due,
    new_due_on: date,
    change: Renegotiation,
    step: AgreementStep,
    rules: CommitmentRules,
    was_open: Callable[[datetime], bool],
) -> Due | None:
    """The day due from then on; None where it would be the first and cannot be."""
    if due.on is not None:
        return Due(new_due_on, is_assumed=False, dated_at=due.dated_at)
    named_at, notice = change.named_at(step), rules.first_date_notice
    is_agreed = change.is_of_promisees or step.agreed.is_express
    is_ahead = notice is None or new_due_on >= day_of(named_at) + notice
    if not (is_agreed and is_ahead and was_open(named_at)):
        return None
    return Due(new_due_on, is_assumed=False, dated_at=None if notice is None else change.agreed_at(step))


def stays_undated(due: Due, done_on: date | None, rules: CommitmentRules) -> bool:
    """A promise done so soon after its first date was agreed is as if undated: nobody dates what is all but done."""
    notice = rules.first_date_notice
    if done_on is None or due.dated_at is None or notice is None:
        return False
    return done_on < day_of(due.dated_at) + notice
