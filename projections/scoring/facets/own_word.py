"""How far a body's own word is taken when the other side stays silent, from the verdicts on its reports."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from projections.agreement.steps import AgreementStep, Course, step_after
from projections.history.causes import causes_of
from projections.history.difference import ended_and_begun
from projections.scoring.formulas.belief_in_reports import Belief, Beliefs, Reporter, Verdict, belief_in_reports


class VerdictChange(NamedTuple):
    """A change of the verdict on one report: when, what it adds to the confirmed and the denied, and why."""

    since: datetime
    confirmed: int
    denied: int
    causes: tuple[UUID, ...]


class Report(NamedTuple):
    """One report: whose word it was, and each change of the verdict on it."""

    reporter: Reporter
    verdicts: tuple[VerdictChange, ...]


def report(reporter: Reporter, courses: Sequence[Course]) -> Report:
    """Follow the verdict on one report. Made to several it has a course for each of them, and counts once.

    Only what began as the body's own word is a report of its own.
    """
    return Report(reporter, tuple(_verdicts(courses)))


def belief(reporter: Reporter, verdicts: Iterable[Sequence[VerdictChange]]) -> Belief:
    """Follow the share of a body's reports that the other side confirmed, over all of them together."""
    in_time = sorted((each for of_report in verdicts for each in of_report), key=itemgetter(0))
    confirmed = denied = 0
    rates = []
    for since, more_confirmed, more_denied, causes in in_time:
        confirmed += more_confirmed
        denied += more_denied
        rates.append(Verdict(since, belief_in_reports(confirmed, denied), causes))
    return Belief(reporter, tuple(rates))


class HeardReports:
    """How far each reporter is believed, worked out again for those alone whose reports changed."""

    def __init__(self) -> None:
        self._reports: Sequence[Report] = ()
        self._beliefs: dict[Reporter, Belief] = {}

    def beliefs(self, reports: Sequence[Report]) -> Beliefs:
        """The belief in every reporter by all reports, in order: the very one of before where it is the same."""
        ended_reports, new_reports = ended_and_begun(self._reports, reports)
        self._reports = reports
        verdicts: dict[Reporter, list[tuple[VerdictChange, ...]]] = {
            changed_report.reporter: [] for changed_report in (*ended_reports, *new_reports)
        }
        if verdicts:
            for reporter, own_verdicts in reports:
                if own_verdicts and reporter in verdicts:
                    verdicts[reporter].append(own_verdicts)
            changed = {reporter: belief(reporter, own) for reporter, own in verdicts.items()}
            unlike = {
                reporter: now
                for reporter, now in changed.items()
                if now != self._beliefs.get(reporter, Belief(reporter))
            }
            self._beliefs = {**self._beliefs, **unlike}
        return self._beliefs


def _verdicts(courses: Sequence[Course]) -> Iterator[VerdictChange]:
    own = [course for course in courses if not course[0].agreed.is_express]
    before = (0, 0)
    for moment in sorted({step.since for course in own for step in course}):
        steps = [step for course in own if (step := step_after(course, moment)) is not None]
        now = _verdict(steps)
        if now != before:
            yield VerdictChange(moment, now[0] - before[0], now[1] - before[1], causes_of(steps))
        before = now


def _verdict(steps: Sequence[AgreementStep]) -> tuple[int, int]:
    """Count a report as confirmed if anybody it was made to confirmed it, else as denied if anybody denied it."""
    denied = [step.disputed or step.void for step in steps]
    if any(step.agreed.is_express and not is_denied for step, is_denied in zip(steps, denied, strict=True)):
        return (1, 0)
    return (0, 1) if any(denied) else (0, 0)
