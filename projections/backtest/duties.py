"""Duties whose outcome is on record: what a body owed a side by a day, and whether it did it in time.

Promises that name a day, asks, and notes, reasons and feedback that are owed. Whether something is a duty, and whether
it was met, is what the facets make of it: an act that is no evidence is no duty, and one whose value is whole was met.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskAnswered, AskWithdrawn
from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentMade,
    CommitmentProposed,
    CommitmentReassigned,
    CommitmentRenegotiated,
)
from domain.events.declaration import EventBody
from domain.events.recorded import Effective, Recorded
from domain.values import day_of, end_of_day
from domain.vocabulary import Facet, SharingKind, Side
from projections.history.history import History
from projections.lifecycles.commitment_strand import Phase, Strand
from projections.lifecycles.commitments import Commitment
from projections.lifecycles.conduct import conduct
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import BodyOnSide, Evidence, TrustView

FACETS_OF_DUTIES: Final = (Facet.RELIABILITY, Facet.RESPONSIVENESS, Facet.OPENNESS)
"""The facets whose acts are owed by a day."""

_TERMS: Final[tuple[type[EventBody], ...]] = (
    CommitmentProposed,
    CommitmentMade,
    CommitmentAcknowledged,
    CommitmentReassigned,
    CommitmentRenegotiated,
)
"""Events about a promise that report no outcome of it."""

_DAY: Final = timedelta(days=1)
_Owed = tuple[str, UUID, Side]
"""An act, who owes it, and to which side."""


class DutyTerm(Struct, frozen=True):
    """The day by which something was to be done; None where none was named; and the first word of what became of it."""

    due_on: date | None
    first_report_at: datetime | None


class Duty(Struct, frozen=True, kw_only=True):
    """A duty whose outcome is on record: met in time or not, as known from `known_on`.

    `foretold_on` is the day before the earlier of the day due and the day of the first report. `tacit`: the outcome
    rests on silence.
    """

    act: str
    view: TrustView
    due_on: date
    foretold_on: date
    is_met: bool
    known_on: date
    tacit: bool


class DutiesFound(Struct, frozen=True, kw_only=True):
    """The duties of a partition, and how many acts of their facets are none: no day named, or not decided yet."""

    duties: tuple[Duty, ...]
    undated: int
    undecided: int


def duties(past: History, records: Sequence[Recorded], method: Method) -> DutiesFound:
    """The duties of a partition, as all of its record tells of them, in the order in which they are foretold."""
    known_at = {record.event_id: record.recorded_at for record in records}
    acts: defaultdict[tuple[str, BodyOnSide, Side, Facet], list[Evidence]] = defaultdict(list)
    for row in evidence(past, method):
        if row.facet in FACETS_OF_DUTIES:
            acts[row.act, row.trustee, row.truster.side, row.facet].append(row)
    terms = dict(_terms(past, method, known_at))
    found_duties: list[Duty] = []
    undated, undecided = _without_evidence(terms, acts), 0
    for (act, trustee, side, facet), rows in acts.items():
        term, outcome = terms[act, trustee.party_id, side], _outcome(rows, known_at)
        if term.due_on is None:
            undated += 1
        elif outcome is None:
            undecided += 1
        else:
            is_met, known_on, tacit = outcome
            reported_on = term.due_on if term.first_report_at is None else day_of(term.first_report_at)
            found_duties.append(
                Duty(
                    act=act,
                    view=TrustView(facet, side, trustee.side, None, trustee.party_id),
                    due_on=term.due_on,
                    foretold_on=min(term.due_on, reported_on) - _DAY,
                    is_met=is_met,
                    known_on=known_on,
                    tacit=tacit,
                )
            )
    ordered = sorted(found_duties, key=lambda duty: (duty.foretold_on, duty.due_on, duty.act, duty.view.trustee))
    return DutiesFound(duties=tuple(ordered), undated=undated, undecided=undecided)


def _without_evidence(terms: Mapping[_Owed, DutyTerm], acts: Iterable[tuple[str, BodyOnSide, Side, Facet]]) -> int:
    """The number of acts that name no day and are no evidence, where a method counts none without one."""
    counting = {(act, trustee.party_id, side) for act, trustee, side, _ in acts}
    return sum(term.due_on is None for owed, term in terms.items() if owed not in counting)


def _outcome(rows: Sequence[Evidence], known_at: dict[UUID, datetime]) -> tuple[bool, date, bool] | None:
    """The outcome of an act: if it was done wholly and in time towards all it was owed, since when, and if by silence.

    None: it was, but that was set aside since.
    """
    by_pair: dict[UUID, list[Evidence]] = {}
    for row in rows:
        by_pair.setdefault(row.truster.party_id, []).append(row)
    last = [pair_rows[-1] for pair_rows in by_pair.values()]
    unmet = [row for row in last if row.value < 1]
    if not unmet and any(row.until is not None for row in last):
        return None
    if unmet:
        truster_ids = {row.truster.party_id for row in unmet}
        telling = [row for row in rows if row.truster.party_id in truster_ids and row.value < 1]
        return False, min(_known_on(row, known_at) for row in telling), any(row.tacit for row in unmet)
    return True, max(_known_on(row, known_at) for row in last), any(row.tacit for row in last)


def _known_on(row: Evidence, known_at: dict[UUID, datetime]) -> date:
    """The day on which it had both become so and been recorded."""
    recorded = (known_at[cause] for cause in row.causes if cause in known_at)
    return day_of(max(row.begins_at, *recorded, row.begins_at))


def _terms(past: History, method: Method, known_at: dict[UUID, datetime]) -> Iterator[tuple[_Owed, DutyTerm]]:
    """The term of every act of these facets, by who owes it to which side."""
    acts = conduct(past, method)

    def first(facts: Iterable[Effective | None]) -> datetime | None:
        return min((known_at[fact.event_id] for fact in facts if fact is not None), default=None)

    for promise in acts.commitments:
        facts = past.about(promise.commitment_id)
        reported_at = first(fact for fact in facts if not isinstance(fact.body, _TERMS))
        for owed, due_on in _dues(promise):
            yield owed, DutyTerm(due_on, reported_at)
    for ask in acts.asks:
        facts = past.about(ask.ask_id)
        reported_at = first(fact for fact in facts if isinstance(fact.body, AskAnswered | AskWithdrawn))
        for holding in ask.holdings:
            owed = (f"ask {ask.ask_id}", holding.holder.party_id, ask.body.raised_by.side)
            yield owed, DutyTerm(max(ask.due_on, day_of(holding.since)), reported_at)
    for duty in acts.sharing_duties:
        yield (duty.act, duty.owed_by.party_id, duty.owed_to), DutyTerm(duty.due_on, first([duty.done]))
    for led in acts.decisions:
        term = DutyTerm(day_of(led.fact.occurred_at), first([led.fact]))
        for side in led.body.met_by:
            yield (f"{SharingKind.REASONS} {led.body.decision_id}", led.leader.party_id, side), term


def _dues(promise: Commitment) -> Iterator[tuple[_Owed, date | None]]:
    """The earliest day due to each side of each holder of a promise; None where nobody named a day."""
    dues: dict[_Owed, list[Phase]] = {}
    for strand in promise.strands:
        phase_due = _phase_due(strand)
        for phase in strand.phases:
            owed = (f"promise {promise.commitment_id}", phase.promiser.party_id, phase.promisee.side)
            dues.setdefault(owed, []).append(phase_due)
    for owed, phases in dues.items():
        dates = [phase.due_on for phase in phases if phase.due_on is not None and not phase.due_is_assumed]
        yield owed, min(dates) if len(dates) == len(phases) else None


def _phase_due(strand: Strand) -> Phase:
    """The phase in which the day due passed: what is renegotiated later was late already."""
    for phase, following in pairwise([*strand.phases, None]):
        if phase is None or phase.due_on is None:
            continue
        if following is None or following.since >= end_of_day(phase.due_on):
            return phase
    return strand.phases[-1]
