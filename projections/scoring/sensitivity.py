"""How much a figure owes to the method and to single acts or parties: the same question under other settings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from msgspec.structs import replace

from projections.method.method import Method
from projections.scoring.evidence import Evidence

HALF_LIVES_DAYS: Final = (90.0, 180.0, 365.0, None)
ADVERSE_WEIGHTS: Final = (1.0, 2.0, 3.0)
WEIGHT_SWINGS: Final = (0.5, 1.5)

Key = TypeVar("Key")


def half_life_variants(
    method: Method, half_lives_days: Iterable[float | None] = HALF_LIVES_DAYS
) -> Iterator[tuple[str, Method]]:
    """The method with other half-lives (None: nothing fades), each with its label."""
    for days in half_lives_days:
        label = "nothing fades" if days is None else f"half-life {days:g} days"
        yield label, replace(method, trust=replace(method.trust, half_life_days=days))


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


def without_act(evidence: Sequence[Evidence], act: str) -> list[Evidence]:
    """The evidence of every other act."""
    return [row for row in evidence if row.act != act]


def without_party(evidence: Sequence[Evidence], party_id: UUID) -> list[Evidence]:
    """The evidence in which a party is neither truster nor trustee."""
    return [row for row in evidence if party_id not in (row.truster.party_id, row.trustee.party_id)]
