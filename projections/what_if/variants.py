"""Variants of a replay: the same partnership on the same day, read under other settings or with something left out.

An event is left out of the history, as though its record had been withdrawn: what depended on it is set aside. A
party or a single act is left out of the evidence only: what others did to one another is still told, and nobody is
made to look worse because a witness is missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import exp2
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from domain.events.envelope import Envelope
from domain.events.recorded import Recorded
from domain.events.records import RecordWithdrawn
from domain.values import Plain
from domain.vocabulary import CodeList, Side
from projections.history.history import History, history
from projections.method.method import Method, method_sha256
from projections.scoring.evidence import Evidence, TrustView, views_of
from projections.scoring.facets.behaviour import evidence
from projections.scoring.facets.evidence_periods import SIDE_AS_A_WHOLE
from projections.scoring.formulas.tally import half_lives
from projections.scoring.health.profile import weights_in_force
from projections.scoring.sensitivity import (
    adverse_variants,
    half_life_variants,
    weight_variants,
    without_act,
    without_party,
)

MOST_ACTS: Final = 200
MOST_ROWS: Final = 200_000
"""How many single acts are left out in turn, the weightiest, and how many rows of evidence are read for it in all."""


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
    """Give the reading by each of other methods, half-lives (None: nothing fades) and weights of adverse evidence."""
    for method in methods:
        name = f"method {method.id} {method_sha256(method)[:12]}"
        yield replace(base, name=name, kind=WhatIfVariantKind.METHOD, method=method)
    for name, method in half_life_variants(base.method, half_lives_days):
        yield replace(base, name=name, kind=WhatIfVariantKind.HALF_LIFE, method=method)
    for name, method in adverse_variants(base.method, adverse_weights):
        yield replace(base, name=name, kind=WhatIfVariantKind.ADVERSE_WEIGHT, method=method)


def under_other_weights(base: RecordVariant, *, of_headlines: bool) -> Iterator[RecordVariant]:
    """Give the reading with each weight in turn halved and raised by half: of acts, and on request of headlines."""
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


def headline_weights(of: History, method: Method) -> dict[str, float]:
    """Give the weights that headlines are combined by: the partnership's own, else the method's."""
    return weights_in_force(of) or {str(key): weight for key, weight in method.headline_weights.items()}


def without_event(base: RecordVariant, event_id: UUID, left: Sequence[Recorded], method: Method) -> RecordVariant:
    """Give the reading of the records that a withdrawal of an event left, by the method then in force."""
    told = base.history
    return replace(
        base,
        name=f"without event {event_id}",
        kind=WhatIfVariantKind.WITHOUT_EVENT,
        history=history(left, as_of=told.as_of, position=told.position, recorded_at=told.recorded_at),
        method=method,
        events=(event_id,),
    )


def withdrawal(event_id: UUID, told: History) -> Recorded:
    """Suppose that the record of an event were withdrawn at the position asked about."""
    supposed = uuid5(event_id, "withdrawn")
    return Recorded(
        event_id=supposed,
        position=told.position,
        partition_id=told.partition_id,
        occurred_at=told.recorded_at,
        recorded_at=told.recorded_at,
        body=RecordWithdrawn(happened=told.as_of.isoformat(), record_id=event_id, reasons=Plain("supposed")),
        envelope=Envelope(command_id=supposed, operation="what-if", actor=supposed, recorded_by=Side.OTHER),
    )


def without_parties(base: RecordVariant, party_ids: Iterable[UUID]) -> Iterator[RecordVariant]:
    """Give the reading of what is left without the evidence by and about each party in turn."""
    found = evidence(base.history, base.method)
    for party_id in party_ids:
        rest = without_party(found, party_id)
        yield replace(
            base,
            name=f"without party {party_id}",
            kind=WhatIfVariantKind.WITHOUT_PARTY,
            rest=rest,
            touched=_blocks(row for row in found if party_id in (row.truster.party_id, row.trustee.party_id)),
            party_id=party_id,
        )


def without_acts(base: RecordVariant) -> tuple[list[RecordVariant], int]:
    """Give the reading without each of the weightiest acts in turn, and the number of standing acts not tried."""
    found = evidence(base.history, base.method)
    standing: dict[str, float] = {}
    for row in found:
        if row.stands_at(base.history.end):
            standing[row.act] = max(standing.get(row.act, 0.0), _weight(row, base))
    acts = sorted(standing, key=lambda act: (-standing[act], act))
    rows: dict[str, list[Evidence]] = {}
    for row in found:
        rows.setdefault(row.act, []).append(row)
    variants = [
        replace(
            base,
            name=f"without act {act}",
            kind=WhatIfVariantKind.WITHOUT_ACT,
            rest=without_act(found, act),
            touched=_blocks(rows[act]),
            events=tuple(dict.fromkeys(cause for row in rows[act] for cause in row.causes)),
        )
        for act in acts[: min(MOST_ACTS, MOST_ROWS // max(1, len(found)))]
    ]
    return variants, len(acts) - len(variants)


def parties_in(base: RecordVariant) -> list[UUID]:
    """List the parties that evidence is by or about."""
    found = evidence(base.history, base.method)
    return sorted({body.party_id for row in found for body in (row.truster, row.trustee)} - {SIDE_AS_A_WHOLE})


def _blocks(rows: Iterable[Evidence]) -> frozenset[TrustView]:
    return frozenset(views_of(row)[2] for row in rows)


def _weight(row: Evidence, base: RecordVariant) -> float:
    if row.open_zero:
        return row.weight
    days = base.method.trust.half_life_days
    return row.weight * exp2(half_lives(row.at, days) - half_lives(base.history.end, days))
