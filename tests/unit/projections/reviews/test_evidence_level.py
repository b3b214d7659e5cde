"""The level of evidence that an extract can support: that of what it holds, and never more."""

import pytest

from projections.reviews.evidence_level import OutcomeCounts, evidence_level


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ((0, 0, 0, 0), 0),
        ((9, 0, 9, 0), 0),
        ((0, 5, 0, 0), 1),
        ((5, 1, 0, 9), 1),
        ((5, 5, 0, 0), 2),
        ((0, 5, 0, 5), 2),
        ((5, 5, 1, 5), 2),
        ((1, 5, 5, 5), 2),
        ((5, 5, 5, 5), 3),
        ((2, 2, 2, 2), 3),
    ],
)
def test_the_level_follows_from_groups_and_periods(counts, level):
    names = ("cohort_before", "cohort_window", "comparison_before", "comparison_window")
    design = evidence_level(OutcomeCounts(**dict(zip(names, counts, strict=True))))
    assert design.level == level
    assert design.because


def test_it_always_says_why_not_higher():
    design = evidence_level(
        OutcomeCounts(cohort_before=50, cohort_window=50, comparison_before=50, comparison_window=50)
    )
    assert len(design.why_not_higher) == 2
    assert "chance" in design.why_not_higher[-1]
