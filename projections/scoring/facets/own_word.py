"""How far a body's own word is taken when the other side stays silent, from the verdicts on its reports."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from projections.agreement.steps import AgreementStep, Course, step_after
from projections.history.causes import causes_of
from projections.scoring.formulas.belief_in_reports import Belief, Verdict, belief_in_reports


def belief(reports: Iterable[Sequence[Course]]) -> Belief:
    """Follow the share of a body's reports that the other side confirmed, over all of them together.

    A report made to several has a course for each of them and counts once. Only what began as the body's own
    word is a report of its own.
    """
    verdicts = sorted((verdict for courses in reports for verdict in _verdicts(courses)), key=itemgetter(0))
    confirmed = denied = 0
    beliefs = []
    for since, more_confirmed, more_denied, causes in verdicts:
        confirmed += more_confirmed
        denied += more_denied
        beliefs.append(Verdict(since, belief_in_reports(confirmed, denied), causes))
    return Belief(beliefs)


def _verdicts(courses: Sequence[Course]) -> Iterator[tuple[datetime, int, int, tuple[UUID, ...]]]:
    """Each change of a report's verdict: what it adds to the confirmed and to the denied, and why."""
    own = [course for course in courses if not course[0].agreed.is_express]
    before = (0, 0)
    for moment in sorted({step.since for course in own for step in course}):
        steps = [step for course in own if (step := step_after(course, moment)) is not None]
        now = _verdict(steps)
        if now != before:
            causes = causes_of(steps)
            yield moment, now[0] - before[0], now[1] - before[1], causes
        before = now


def _verdict(steps: Sequence[AgreementStep]) -> tuple[int, int]:
    """Count a report as confirmed if anybody it was made to confirmed it, else as denied if anybody denied it."""
    denied = [step.disputed or step.void for step in steps]
    if any(step.agreed.is_express and not is_denied for step, is_denied in zip(steps, denied, strict=True)):
        return (1, 0)
    return (0, 1) if any(denied) else (0, 0)
