"""Variants of a replay: the same partnership on the same day, read under other settings or with something left out.

An event is left out of the history, as though its record had been withdrawn: what depended on it is set aside. A
party or a single act is left out of the evidence only: what others did to one another is still told, and nobody is
made to look worse because a witness is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp2
from typing import Final, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from domain.events.envelope import Envelope
from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.recorded import Recorded
from domain.events.records import RecordWithdrawn
from domain.values import Plain
from domain.vocabulary import CodeList, Side
from projections.history.causes import causes_of
from projections.history.history import History, history
from projections.method.method import Method, method_sha256
from projections.scoring.behaviour import evidence
from projections.scoring.facets.evidence_periods import SIDE_AS_A_WHOLE
from projections.scoring.formulas.evidence import Evidence, TrustView, views_of
from projections.scoring.formulas.tally import half_lives
from projections.scoring.health.profile import weights_in_force

HALF_LIVES_DAYS: Final = (90.0, 180.0, 365.0, None)
ADVERSE_WEIGHTS: Final = (1.0, 2.0, 3.0)
WEIGHT_SWINGS: Final = (0.5, 1.5)
MOST_ACTS: Final = 200
MOST_ROWS: Final = 200_000
"""The most single acts left out in turn, the weightiest first, and the most rows of evidence read for it in all."""

Key = TypeVar("Key")


class WhatIfVariantKind(CodeList):
    """What a variant changes."""

    AS_IT_STANDS = "as-it-stands"
    METHOD = "method"
    HALF_LIFE = "half-life"
    ADVERSE_WEIGHT = "adverse-weight"
    WEIGHT = "weight"
    WITHOUT_EVENT = "without-event"
    WITHOUT_PARTY = "without-party"
    WITHOUT_ACT = "without-act"
    WITHOUT_LENIENCY = "without-leniency"


class RecordVariant(Struct, frozen=True, kw_only=True):
    """One reading of a partnership. `name` tells it from the others.

    `rest` is the evidence left when a party or an act is left out, and `touched` the blocks that it was taken from;
    None where the history itself is read. `weights` are those of the headlines where they are varied. `events` are
    those left out, or behind the act left out; `party_id` is the party left out.
    """

    name: str
    kind: WhatIfVariantKind
    history: History
    method: Method
    rest: Sequence[Evidence] | None = None
    touched: frozenset[TrustView] = frozenset()
    weights: dict[str, float] | None = None
    events: tuple[UUID, ...] = ()
    party_id: UUID | None = None


def under_settings(
    base: RecordVariant,
    methods: Iterable[Method],
    half_lives_days: Iterable[float | None],
    adverse_weights: Iterable[float],
) -> Iterator[RecordVariant]:
    """The variants by other methods, half-lives in days (None: nothing fades) and weights of adverse evidence."""
    for method in methods:
        name = f"method {method.id} {method_sha256(method)[:12]}"
        yield replace(base, name=name, kind=WhatIfVariantKind.METHOD, method=method)
    for name, method in half_life_variants(base.method, half_lives_days):
        yield replace(base, name=name, kind=WhatIfVariantKind.HALF_LIFE, method=method)
    for name, method in adverse_variants(base.method, adverse_weights):
        yield replace(base, name=name, kind=WhatIfVariantKind.ADVERSE_WEIGHT, method=method)


def without_leniency_of_raters(base: RecordVariant) -> Iterator[RecordVariant]:
    """The variant with the leniency of each rater taken out; none without ratings, or without survey lines."""
    if base.method.survey_rules is not None and base.history.of(FeedbackGiven, PulseObserved):
        yield replace(base, name="without the leniency of raters", kind=WhatIfVariantKind.WITHOUT_LENIENCY)


def half_life_variants(
    method: Method, half_lives_days: Iterable[float | None] = HALF_LIVES_DAYS
) -> Iterator[tuple[str, Method]]:
    """The method with other half-lives for every aspect (None: nothing fades), each with its label."""
    for days in half_lives_days:
        label = "nothing fades" if days is None else f"half-life {days:g} days"
        yield label, replace(method, trust=method.trust.fading_alike(days))


def adverse_variants(method: Method, weights: Iterable[float] = ADVERSE_WEIGHTS) -> Iterator[tuple[str, Method]]:
    """The method with other weights on adverse evidence, each with its label."""
    for weight in weights:
        yield (
            f"adverse weight {weight:g}",
            replace(method, trust=replace(method.trust, adverse_weight=weight)),
        )


def weight_variants(weights: Mapping[Key, float]) -> Iterator[tuple[str, dict[Key, float]]]:
    """The weights with each of them in turn halved and raised by half, each with its label."""
    for key, weight in weights.items():
        for swing in WEIGHT_SWINGS:
            yield f"{key} x {swing:g}", {**weights, key: weight * swing}


def under_other_weights(base: RecordVariant, *, of_headlines: bool) -> Iterator[RecordVariant]:
    """The variants with each weight in turn halved and raised by half: of acts, and on request of headlines."""
    method = base.method
    for name, materiality in weight_variants(method.commitments.materiality):
        changed = replace(method, commitments=replace(method.commitments, materiality=materiality))
        yield replace(base, name=f"weight of promises: {name}", kind=WhatIfVariantKind.WEIGHT, method=changed)
    for name, disputed in weight_variants({"what is disputed": method.trust.disputed_weight}):
        (weight,) = disputed.values()
        changed = replace(method, trust=replace(method.trust, disputed_weight=min(1.0, weight)))
        yield replace(base, name=f"weight of {name}", kind=WhatIfVariantKind.WEIGHT, method=changed)
    if of_headlines:
        for name, weights in weight_variants(headline_weights(base.history, method)):
            yield replace(base, name=f"weight of headlines: {name}", kind=WhatIfVariantKind.WEIGHT, weights=weights)


def headline_weights(past: History, method: Method) -> dict[str, float]:
    """The weights that headlines are combined by: the partnership's own, else the method's."""
    return weights_in_force(past) or {str(key): weight for key, weight in method.headline_weights.items()}


def without_event(
    base: RecordVariant, event_id: UUID, records_left: Sequence[Recorded], method: Method
) -> RecordVariant:
    """The variant of the records that a withdrawal of an event leaves, by the method then in force."""
    past = base.history
    return replace(
        base,
        name=f"without event {event_id}",
        kind=WhatIfVariantKind.WITHOUT_EVENT,
        history=history(
            records_left,
            as_of=past.as_of,
            position=past.position,
            recorded_at=past.recorded_at,
            log_position=past.reached,
        ),
        method=method,
        events=(event_id,),
    )


def withdrawal(event_id: UUID, past: History) -> Recorded:
    """The withdrawal of an event's record, supposed at the position asked about."""
    supposed = uuid5(event_id, "withdrawn")
    return Recorded(
        event_id=supposed,
        position=past.position,
        partition_id=past.partition_id,
        occurred_at=past.recorded_at,
        recorded_at=past.recorded_at,
        body=RecordWithdrawn(happened=past.as_of.isoformat(), record_id=event_id, reasons=Plain("supposed")),
        envelope=Envelope(command_id=supposed, operation="what-if", actor=supposed, recorded_by=Side.OTHER),
    )


def without_parties(base: RecordVariant, party_ids: Iterable[UUID]) -> Iterator[RecordVariant]:
    """The variants without the evidence by and about each party in turn."""
    evidence_rows = evidence(base.history, base.method)
    for party_id in party_ids:
        rest = without_party(evidence_rows, party_id)
        yield replace(
            base,
            name=f"without party {party_id}",
            kind=WhatIfVariantKind.WITHOUT_PARTY,
            rest=rest,
            touched=_blocks(row for row in evidence_rows if party_id in (row.truster.party_id, row.trustee.party_id)),
            party_id=party_id,
        )


def without_act(evidence: Sequence[Evidence], act: str) -> list[Evidence]:
    """The evidence of every other act."""
    return [row for row in evidence if row.act != act]


def without_party(evidence: Sequence[Evidence], party_id: UUID) -> list[Evidence]:
    """The evidence in which a party is neither truster nor trustee."""
    return [row for row in evidence if party_id not in (row.truster.party_id, row.trustee.party_id)]


def without_acts(base: RecordVariant) -> tuple[list[RecordVariant], int]:
    """The variants without each of the weightiest acts in turn, and the number of standing acts not tried."""
    evidence_rows = evidence(base.history, base.method)
    weights_of_acts: dict[str, float] = {}
    for row in evidence_rows:
        if row.stands_at(base.history.end):
            weights_of_acts[row.act] = max(weights_of_acts.get(row.act, 0.0), _weight(row, base))
    acts = sorted(weights_of_acts, key=lambda act: (-weights_of_acts[act], act))
    rows: dict[str, list[Evidence]] = {}
    for row in evidence_rows:
        rows.setdefault(row.act, []).append(row)
    variants = [
        replace(
            base,
            name=f"without act {act}",
            kind=WhatIfVariantKind.WITHOUT_ACT,
            rest=without_act(evidence_rows, act),
            touched=_blocks(rows[act]),
            events=causes_of(rows[act]),
        )
        for act in acts[: min(MOST_ACTS, MOST_ROWS // max(1, len(evidence_rows)))]
    ]
    return variants, len(acts) - len(variants)


def parties_in(base: RecordVariant) -> list[UUID]:
    """The parties that evidence is by or about."""
    evidence_rows = evidence(base.history, base.method)
    return sorted({body.party_id for row in evidence_rows for body in (row.truster, row.trustee)} - {SIDE_AS_A_WHOLE})


def _blocks(rows: Iterable[Evidence]) -> frozenset[TrustView]:
    return frozenset(views_of(row)[2] for row in rows)


def _weight(row: Evidence, base: RecordVariant) -> float:
    if row.open_zero:
        return row.weight
    days = base.method.trust.half_life(row.facet)
    return row.weight * exp2(half_lives(row.at, days) - half_lives(base.history.end, days))
