"""Reliability: whether promises are kept, in time and in full, by the word of those they were made to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.values import PartyAt, start_of_day
from domain.vocabulary import Facet
from projections.agreement.steps import Agreed, Course
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitment_strand import Phase, Strand
from projections.lifecycles.commitments import Commitment
from projections.method.method import Method
from projections.scoring.facets.act_value import commitment_value
from projections.scoring.facets.disputed_acts import done_at, lowered_weight
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.facets.own_word import Report, report
from projections.scoring.formulas.belief_in_reports import Reporter
from projections.scoring.formulas.evidence import Evidence

_DONE: Final = frozenset({CommitmentState.FULFILLED, CommitmentState.PARTLY_FULFILLED})


def evidence(promise: Commitment, method: Method, end: datetime) -> Iterator[Evidence]:
    """The evidence of one promise in its latest state, a pair for each promiser and each promisee."""
    for strand in promise.strands:
        yield from _rows(promise, strand, end, method)


def reports(promise: Commitment) -> list[Report]:
    """The reports that a promise was done, with the verdicts on them, each once for the side it was made to."""
    courses: dict[tuple[Reporter, UUID], list[Course]] = {}
    for strand in promise.strands:
        for course in strand.reports:
            courses.setdefault((_reporter(strand), course[0].causes[0]), []).append(course)
    return [report(reporter, own) for (reporter, _), own in courses.items()]


def _reporter(strand: Strand) -> Reporter:
    return Reporter(strand.promiser.party_id.int, strand.promisee.side)


def _rows(promise: Commitment, strand: Strand, end: datetime, method: Method) -> Iterator[Evidence]:
    """The rows of one strand; where a promise passed on, each holder has the time it answered for."""
    joint = tuple(sorted({each.promiser.party_id for each in promise.strands}))
    pairs: list[tuple[PartyAt, PartyAt]] = []
    for phase in strand.phases:
        if (phase.promiser, phase.promisee) not in pairs:
            pairs.append((phase.promiser, phase.promisee))
    for promiser, promisee in pairs:
        if not is_scored(promiser) or promiser.party_id == promisee.party_id:
            continue
        readings = [
            _reading(phase, promise, method, is_theirs=(phase.promiser, phase.promisee) == (promiser, promisee))
            for phase in strand.phases
        ]
        yield from evidence_rows(
            f"promise {promise.commitment_id}",
            Facet.RELIABILITY,
            body_of(promisee),
            body_of(promiser),
            readings,
            end=end,
            joint=joint if len(joint) > 1 else (),
            word_of=_reporter(strand),
        )


def _reading(phase: Phase, promise: Commitment, method: Method, *, is_theirs: bool) -> ActReading:
    rules = method.commitments
    value = commitment_value(
        phase.state,
        rules,
        days_late=phase.days_late,
        fraction=1.0 if phase.fraction is None else phase.fraction,
        renegotiated_late=phase.renegotiated_late,
        is_dated=phase.due_on is not None,
    )
    weight = rules.materiality[phase.materiality]
    if phase.disputed:
        weight *= lowered_weight(method, phase.promiser, phase.disputed_by)
    return ActReading(
        since=phase.since,
        value=value if is_theirs else None,
        at=_fades_from(phase),
        position=promise.made.position,
        weight=weight,
        tacit=phase.state in _DONE and phase.agreed is Agreed.TACIT,
        disputed=phase.disputed,
        causes=phase.causes,
    )


def _fades_from(phase: Phase) -> datetime | None:
    """The instant it fades from; a promise still owed does not fade, nor one said late to be given up."""
    if phase.done_on is not None:
        return start_of_day(phase.done_on)
    ending = phase.ended_by
    if ending is None:
        return None
    is_settled = phase.state is CommitmentState.SETTLED
    return done_at(ending) if is_settled else max(done_at(ending), ending.recorded_at)
