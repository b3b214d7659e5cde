"""Decisions as evidence: an act of the body that led, once another side agrees that it did and at what level."""

from collections.abc import Callable, Iterator
from datetime import datetime

from domain.vocabulary import Facet, Level
from projections.agreement.steps import Agreed
from projections.history.causes import causes_of, each_once
from projections.lifecycles.conduct import PartnershipConduct
from projections.lifecycles.decisions import LedDecision
from projections.method.method import Method
from projections.scoring.facets.disputed_acts import done_at, lowered_weight
from projections.scoring.facets.evidence_periods import (
    ActReading,
    body_of,
    evidence_rows,
    is_scored,
    whole_side,
)
from projections.scoring.facets.own_word import Report, report
from projections.scoring.formulas.belief_in_reports import Reporter
from projections.scoring.formulas.evidence import Evidence


def act_of_decision(act: str, decision: LedDecision) -> str:
    """The key of what is judged of a decision, such as whether reasons were given for it."""
    return f"{act} {decision.body.decision_id}"


def led_evidence(
    led: LedDecision,
    method: Method,
    end: datetime,
    *,
    facet: Facet,
    act: str,
    worth: Callable[[LedDecision, Level | None], tuple[float, bool] | None],
) -> Iterator[Evidence]:
    """The evidence of a decision led, once from each other side that met it.

    `worth` gives the value of a decision at a level practised, and whether it is done (else it is owed, and does
    not fade); None: no evidence.
    """
    if not is_scored(led.leader):
        return
    readings = _readings(led, method, worth)
    for side in sorted(set(led.body.met_by) - {led.leader.side}):
        yield from evidence_rows(
            act_of_decision(act, led),
            facet,
            whole_side(side),
            body_of(led.leader),
            readings,
            end=end,
            word_of=Reporter(led.leader.party_id.int),
        )


def as_recorded(conduct: PartnershipConduct) -> list[LedDecision]:
    """The decisions that have a stated leader, in the order in which they were written down."""
    return sorted(conduct.decisions, key=lambda led: led.fact.position)


def reports(led: LedDecision) -> list[Report]:
    """The report of a decision, its leader's own word, with the verdicts on it; none where the leader is not scored."""
    return [report(Reporter(led.leader.party_id.int), (led.course,))] if is_scored(led.leader) else []


def _readings(
    led: LedDecision, method: Method, worth: Callable[[LedDecision, Level | None], tuple[float, bool] | None]
) -> list[ActReading]:
    moments = {step.since for step in led.course} | {
        attestation.occurred_at for attestation in led.attested if attestation.occurred_at > led.fact.occurred_at
    }
    readings = []
    for moment in sorted(moments):
        step = next(step for step in reversed(led.course) if step.since <= moment)
        value = worth(led, led.practised_at(moment))
        attested = (attestation for attestation in led.attested if attestation.occurred_at <= moment)
        readings.append(
            ActReading(
                since=moment,
                value=value[0] if value is not None and step.is_agreed else None,
                at=done_at(led.fact) if value is None or value[1] else None,
                position=led.fact.position,
                weight=lowered_weight(method, led.leader, step.disputed_by) if step.disputed else 1.0,
                tacit=step.agreed is Agreed.TACIT,
                disputed=step.disputed,
                causes=each_once((*step.causes, *causes_of(attested))),
            )
        )
    return readings
