"""Lines of quarterly readings by hand, the settings they are followed by, and a textbook filter to hold them to."""

from datetime import UTC, datetime, timedelta

from projections.method.document import shipped_method
from projections.scoring.formulas.level_estimate import LevelReading

BY_MOMENTS, BY_WEIGHING = (shipped_method(name).survey_rules for name in ("folkmoot-2026-11", "folkmoot-2026-11-29"))
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
QUARTER = timedelta(days=91.3125)


def reading(quarter, value, variance=0.002, **how):
    return LevelReading(at=FIRST + quarter * QUARTER, value=value, sampling_variance=variance, **how)


def line(*values, variance=0.002):
    return [reading(quarter, value, variance) for quarter, value in enumerate(values)]


def by_textbook(values, drift, noise, rules):
    """Durbin and Koopman (2012), section 2.2: prediction error v, its variance F, gain K; a and P of the next."""
    a, p = rules.first_level, rules.first_variance
    for number, y in enumerate(values):
        p += drift if number else 0
        v, f = y - a, p + noise
        k = p / f
        a, p = a + k * v, p * (1 - k)
    return a, p
