"""Partnership health: a profile of dimensions, each with one headline and what is shown beside it."""

from collections.abc import Callable
from typing import Final

from projections.scoring.health import (
    continuity,
    coverage,
    experience,
    funding,
    learning,
    market_comparison,
    network,
    participation,
    recording,
    reliability,
    repair,
    responsiveness,
    rhythm,
    voice,
)
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure

MeasureMaker = Callable[[Material], list[Measure]]
"""A function that measures one dimension, or what is shown beside them."""

DIMENSIONS: Final[tuple[MeasureMaker, ...]] = (
    reliability.reliability,
    responsiveness.responsiveness,
    voice.voice,
    participation.participation,
    continuity.continuity,
    coverage.coverage,
    network.network,
    rhythm.rhythm,
    funding.funding_flexibility,
    responsiveness.openness,
    experience.representativeness,
    experience.expressed_experience,
    learning.learning,
    repair.repair,
    recording.recording,
    market_comparison.comparison,
)
"""The makers of measures, in the order of the profile: of each dimension, and of what is shown beside them."""
