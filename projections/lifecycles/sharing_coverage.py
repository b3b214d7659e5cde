"""How much of what a body owed to share the record covers: what no source would note is counted, and never judged."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Effective
from domain.values import PartyAt, end_of_day
from domain.vocabulary import SharingKind, Side
from projections.agreement.answerable import answerability
from projections.history.causes import each_once
from projections.history.covering_sources import ActCoverage
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.decisions import LedDecision, decisions_led
from projections.lifecycles.sharing_duties import SharingDuty, sharing_duties
from projections.method.method import Method


class SharingCoverage(Struct, frozen=True, kw_only=True):
    """The duties of one kind that a body owed a side and that fell due or were met, and those no source would note.

    `causes` are the acts they followed from and the events since which sources cover them no longer.
    """

    kind: SharingKind
    owed_to: Side
    owed_by: PartyAt
    duties: int
    uncovered: int
    causes: tuple[UUID, ...]


class OwedSharing(Struct, frozen=True):
    """One thing that a body owed to share with a side, since when, and whether a source would note it."""

    kind: SharingKind
    owed_by: PartyAt
    owed_to: Side
    because: Effective
    since: datetime
    coverage: ActCoverage


@once_per_history
def sharing_coverage(history: History, method: Method) -> tuple[SharingCoverage, ...]:
    """Count, for each body and each side that it owed notes, reasons or feedback, what no source of the record covers.

    Those of whom everything is covered are left out.
    """
    owed: defaultdict[tuple[SharingKind, Side, UUID], list[OwedSharing]] = defaultdict(list)
    for sharing in _held(history, _owed(history, sharing_duties(history, method), decisions_led(history, method))):
        owed[sharing.kind, sharing.owed_to, sharing.owed_by.party_id].append(sharing)
    coverage = []
    for (kind, side, _), sharings in sorted(owed.items()):
        gaps = [each for each in sharings if not each.coverage.is_given]
        if gaps:
            coverage.append(
                SharingCoverage(
                    kind=kind,
                    owed_to=side,
                    owed_by=sharings[-1].owed_by,
                    duties=len(sharings),
                    uncovered=len(gaps),
                    causes=each_once(
                        cause for gap in gaps for cause in (*gap.because.causes, *gap.coverage.narrowed_by)
                    ),
                )
            )
    return tuple(coverage)


@once_per_history
def uncovered_sharings(history: History, method: Method) -> tuple[OwedSharing, ...]:
    """The sharings that bodies owed and that no source of the record would note."""
    duties = (duty for duty in sharing_duties(history, method) if not duty.coverage.is_given)
    decisions = (led for led in decisions_led(history, method) if not led.reasons_coverage.is_given)
    return tuple(_held(history, _owed(history, duties, decisions)))


def _held(history: History, sharings: Iterable[OwedSharing]) -> Iterator[OwedSharing]:
    """The sharings that bodies with figures can be held to by the end of the day, once due or shared."""
    answers = answerability(history)
    for sharing in sharings:
        is_due = not sharing.owed_by.office_holder and sharing.since < history.end
        if is_due and answers.held_since(sharing.owed_by.party_id, [sharing.because]) is not None:
            yield sharing


def _owed(history: History, duties: Iterable[SharingDuty], decisions: Iterable[LedDecision]) -> Iterator[OwedSharing]:
    for duty in duties:
        due_at = end_of_day(duty.due_on)
        since = due_at if duty.done is None else min(due_at, duty.done.occurred_at)
        yield OwedSharing(duty.kind, duty.owed_by, duty.owed_to, duty.because, since, duty.coverage)
    for led in decisions:
        agreed_at = next((step.since for step in led.course if step.is_agreed), history.end)
        for side in sorted(set(led.body.met_by) - {led.leader.side}):
            yield OwedSharing(SharingKind.REASONS, led.leader, side, led.fact, agreed_at, led.reasons_coverage)
