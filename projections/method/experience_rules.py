"""The settings by which a method follows lines of survey readings."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from projections.method.method_part import MethodPart, Multiple, Share, Variance

CandidateMultiple = Annotated[float, Meta(ge=0.001, le=1_000)]
CandidateMultiples = Annotated[tuple[CandidateMultiple, ...], Meta(min_length=1, max_length=20)]


class VarianceCandidates(MethodPart, frozen=True, kw_only=True):
    """The drifts and noises of a line that are weighed: multiples of what is assumed, and of the sampling variance.

    Every pair of the two weighs the same before any reading.
    """

    drift_multiples: CandidateMultiples
    noise_multiples: CandidateMultiples


class MomentRules(Struct, frozen=True, kw_only=True):
    """The settings by which drift and noise of a line are estimated from the squares of differences of its readings."""

    least_drift_variance: float
    prior_count: float
    least_noise_share: float


class ExperienceRules(MethodPart, frozen=True, kw_only=True):
    """How a line of survey readings is followed: a level that drifts, seen through the answers of some people.

    `first_level` and `first_variance` stand before any reading; `first_drift_variance` is the drift assumed in a
    quarter. Drift and noise are learnt by weighing `candidates`; in a method without them from squares of differences,
    and what is assumed weighs as much as `prior_count` differences of a line's own. `overlapping_noise` is the part of
    the sampling variance that shows between readings that share answers. A reading is out of line beyond
    `flag_multiple` deviations; the next bears it out within `second_multiple`.
    """

    first_level: Share
    first_variance: Variance
    first_drift_variance: Variance
    least_drift_variance: Variance | UnsetType = UNSET
    prior_count: Annotated[float, Meta(gt=0, le=10_000)] | UnsetType = UNSET
    overlapping_noise: Multiple
    least_noise_share: Annotated[float, Meta(ge=0.000001, le=1)] | UnsetType = UNSET
    flag_multiple: Multiple
    second_multiple: Multiple
    candidates: VarianceCandidates | UnsetType = UNSET

    @property
    def moments(self) -> MomentRules:
        """The settings of estimates by moments, which a method without candidates has."""
        return msgspec.convert(self, MomentRules, from_attributes=True)
