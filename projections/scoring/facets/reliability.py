"""Reliability: whether promises are kept, in time and in full, by the word of those they were made to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.values import PartyAt, start_of_day
from domain.vocabulary import Facet, Side
from projections.agreement.steps import Agreed, Course
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitment_strand import Phase, Strand
from projections.lifecycles.commitments import Commitment
from projections.lifecycles.conduct import PartnershipConduct
from projections.method.method import Method
from projections.scoring.facets.act_value import commitment_value
from projections.scoring.facets.disputed_acts import done_at, lowered_weight
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.facets.own_word import belief
from projections.scoring.formulas.belief_in_reports import Belief
from projections.scoring.formulas.evidence import Evidence

_DONE: Final = frozenset({CommitmentState.FULFILLED, CommitmentState.PARTLY_FULFILLED})
Reporter = tuple[UUID, Side]
"""A body that promised, and the side that it reports to."""


def evidence(conduct: PartnershipConduct, method: Method) -> list[Evidence]:
    """Gather promises, each in its latest state, a pair for each promiser and each promisee."""
    beliefs = {reporter: belief(own.values()) for reporter, own in reports(conduct.commitments).items()}
    return evidence_by(conduct, method, beliefs)


def evidence_by(conduct: PartnershipConduct, method: Method, believed: Mapping[Reporter, Belief]) -> list[Evidence]:
    """Gather promises, with how far each body's reports are believed by each side."""
    return [
        row
        for promise in conduct.commitments
        for strand in promise.strands
        for row in _rows(promise, strand, believed, conduct.end, method)
    ]


def reports(promises: Iterable[Commitment]) -> dict[Reporter, dict[UUID, list[Course]]]:
    """Gather the courses of the reports of each body to each side, by report; a report to several is one."""
    courses: dict[Reporter, dict[UUID, list[Course]]] = {}
    for promise in promises:
        for strand in promise.strands:
            own = courses.setdefault(_reporter(strand.promiser, strand.promisee), {})
            for course in strand.reports:
                own.setdefault(course[0].causes[0], []).append(course)
    return courses


def _reporter(promiser: PartyAt, promisee: PartyAt) -> Reporter:
    return promiser.party_id, promisee.side


def _rows(
    promise: Commitment, strand: Strand, believed: Mapping[Reporter, Belief], end: datetime, method: Method
) -> Iterator[Evidence]:
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
            believed=believed[_reporter(strand.promiser, strand.promisee)],
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
