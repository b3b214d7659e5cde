"""Three grades: enough to say, some to go on, and too little for a number; once shown, a figure is never hidden."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.scoring.formulas.opinion import EvidenceStatus, TrustPoint, opinions
from projections.scoring.health.measure import HEADLINE, Measure, MeasureBasis, Missing, share
from projections.scoring.health.shown_profile import profile_composite, shown_measures
from projections.scoring.trust.further_acts import FigureSums
from projections.scoring.trust.trust_rows import TrustVariant
from tests.support.evidence_builders import NOW
from tests.support.evidence_builders import method as scoring_method
from tests.support.graded_methods import with_some
from tests.support.methods import folkmoot_2026
from tests.support.trust_figures import keep, leave_overdue, method, partnership
from tests.unit.projections.scoring.trust.test_shown_trust import show

ENOUGH, SOME, TOO_LITTLE = EvidenceStatus.ENOUGH, EvidenceStatus.SOME, EvidenceStatus.INSUFFICIENT_EVIDENCE
GRADED = with_some(scoring_method())
ORDER = {TOO_LITTLE: 0, SOME: 1, ENOUGH: 2}


def opinion(r, s, n=None, a=0.5, scoring=GRADED):
    (figure,) = opinions([TrustPoint(at=NOW, r=r, s=s, a=a, n=r + s if n is None else n, acts=9, tacit=0)], scoring)
    return figure


@pytest.mark.parametrize(
    ("r", "s", "n", "a", "status"),
    [
        (4, 0, 4, 0.5, ENOUGH),  # Beta(5, 1): .549 to .990
        (3, 0, 3, 0.5, SOME),  # Beta(4, 1): .473 to .987, wider than .5
        (2, 0, 2, 0.5, SOME),  # Beta(3, 1): .368 to .983
        (1, 1, 2, 0.5, SOME),  # Beta(2, 2): .135 to .865, wide as it may be
        (1, 0, 1, 0.5, TOO_LITTLE),  # one act is an anecdote, however wide the range may be
        (0.2, 0.2, 4, 0.5, TOO_LITTLE),  # faded away
        (0.3, 0, 3, 0.98, TOO_LITTLE),  # a narrow prior is no evidence
        (0.7, 0, 3, 0.98, SOME),
    ],
)
def test_the_grade_follows_from_acts_evidence_and_range(r, s, n, a, status):
    assert opinion(r, s, n, a).status is status


def test_a_method_without_the_grade_between_knows_two():
    two = scoring_method()
    assert opinion(2, 0, scoring=two).status is TOO_LITTLE
    assert opinion(0.3, 0, n=3, a=0.98, scoring=two).status is ENOUGH  # as folkmoot-2026 has always had it


@given(st.floats(0, 30), st.floats(0, 30), st.floats(1, 1.6), st.floats(0, 30))
def test_more_acts_and_more_evidence_never_lower_the_grade_where_the_range_narrows(r, s, factor, n):
    before, after = opinion(r, s, n), opinion(r * factor, s * factor, n * factor)
    if after.high - after.low <= before.high - before.low:
        assert ORDER[after.status] >= ORDER[before.status]


@given(st.floats(0, 30), st.floats(0, 30), st.floats(0, 30), st.floats(0.02, 0.98))
def test_whatever_was_enough_by_the_rules_of_2026_and_on_evidence_is_still_enough(r, s, n, a):
    if opinion(r, s, n, a, scoring_method()).status is ENOUGH and r + s >= 1:
        assert opinion(r, s, n, a).status is ENOUGH


def test_a_figure_on_some_is_shown_with_its_wide_range():
    story = partnership()
    keep(story, 2)
    view = show(story, "2025-12-31", with_some(method()))
    assert (view.figure.status, view.figure.is_less_certain, view.needed) == (SOME, False, None)
    assert (view.figure.trust, view.figure.low, view.figure.high) == pytest.approx((0.75, 0.3684, 0.9830), abs=1e-4)


def test_an_adverse_event_never_hides_a_figure_that_was_shown_on_some():
    story = partnership()
    keep(story, 2)
    leave_overdue(story, 2, start="2025-05-01")
    narrow = msgspec.structs.replace(with_some(method()).trust.some, widest_interval=0.63)
    scoring = with_some(method(), narrow)
    earlier, now = show(story, "2025-04-30", scoring).figure, show(story, "2025-06-30", scoring)
    assert earlier.status is SOME
    by_itself = opinion(now.figure.r, now.figure.s, now.figure.n, now.figure.a, scoring)
    hidden_by_itself = [step.figure for step in now.timeline if step.figure.is_less_certain]
    assert by_itself.status.is_said or now.figure.is_less_certain
    assert hidden_by_itself, "no step of this story would be hidden by itself"
    assert {(figure.status, figure.trust is None) for figure in hidden_by_itself} == {(SOME, False)}


def test_a_figure_keeps_the_grade_it_was_last_shown_with():
    story = partnership()
    keep(story, 5)
    scoring = with_some(method(half_life_days=60))
    grades = [show(story, day, scoring).figure for day in ("2025-03-31", "2025-07-15", "2027-03-31")]
    assert [(figure.status, figure.is_less_certain) for figure in grades] == [
        (ENOUGH, False),
        (SOME, False),
        (ENOUGH, True),
    ]


def test_readings_beside_have_a_grade_of_their_own():
    story = partnership()
    keep(story, 2)
    view = show(story, "2027-12-31", with_some(method(half_life_days=90)))
    assert (view.figure.status, view.figure.is_less_certain) == (SOME, True)
    beside = view.beside[TrustVariant.UNFADING]
    assert (beside.status, beside.is_less_certain) == (SOME, False)


def test_what_would_be_enough_is_what_would_be_shown():
    sums = FigureSums(r=1, s=0, a=0.5, n=1, prior_weight=2)
    assert not sums.is_enough(GRADED)
    assert sums.after(1, 1).is_enough(GRADED)
    assert not sums.after(1, 1).is_enough(scoring_method())


class TestHealth:
    SHIPPED = with_some(folkmoot_2026())

    def measured(self, row, scoring):
        (figure,) = shown_measures([row], scoring)
        return figure

    def test_a_headline_on_some_is_shown_and_one_on_less_is_not(self):
        two, one = share("coverage", HEADLINE, 2, 2), share("coverage", HEADLINE, 1, 1)
        measure = self.measured(two, self.SHIPPED)
        assert (measure.status, measure.value, measure.missing) == (SOME, 1.0, None)
        assert self.measured(one, self.SHIPPED).missing is Missing.NOT_ENOUGH
        assert self.measured(two, folkmoot_2026()).missing is Missing.NOT_ENOUGH

    def test_a_block_of_trust_is_graded_as_trust_is(self):
        row = Measure(dimension="reliability", name=HEADLINE, basis=MeasureBasis.TRUST, r=2, s=0, a=0.5, n=2, acts=2)
        assert self.measured(row, self.SHIPPED).status is SOME

    def test_what_is_shown_on_some_is_missing_from_the_composite(self):
        rows = [share("coverage", HEADLINE, 2, 2), share("rhythm", HEADLINE, 20, 20)]
        assert "coverage" in profile_composite(rows, self.SHIPPED).missing
        assert "rhythm" not in profile_composite(rows, self.SHIPPED).missing
