"""Each aspect fades at its own pace: in figures, timelines, what would be enough, and what moved them."""

from datetime import UTC, datetime
from math import fsum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Facet
from projections.method.document import BEHAVIOURAL_FACETS
from projections.scoring.formulas.evidence import Evidence, ViewKind, in_order
from projections.scoring.formulas.tally import sums
from projections.scoring.trust.explanation import ViewState, share_change
from projections.scoring.trust.timeline import lines, points_at
from projections.scoring.trust.trust_rows import TrustVariant
from projections.what_if.variants import half_life_variants
from tests.support.evidence_builders import NOW, kept, method
from tests.support.graded_methods import with_half_lives
from tests.support.trust_figures import keep, partnership
from tests.support.trust_figures import method as of_story
from tests.unit.projections.scoring.trust.test_shown_trust import show

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
PACES = st.dictionaries(
    st.sampled_from([Facet.RELIABILITY, Facet.RESPONSIVENESS, Facet.OPENNESS]),
    st.sampled_from([None, 30.0, 90.0, 730.0]),
)
ACTS = st.lists(
    st.tuples(st.sampled_from(sorted(BEHAVIOURAL_FACETS)), st.floats(0, 1), st.integers(0, 900), st.booleans()),
    max_size=8,
).map(
    lambda acts: in_order(
        kept(f"act {number}", 0 if owed else value, age_days=age, facet=facet, open_zero=owed, position=number + 1)
        for number, (facet, value, age, owed) in enumerate(acts)
    )
)


def test_an_act_of_half_a_year_ago_counts_half_a_quarter_or_whole_by_the_half_life_of_its_aspect():
    scoring = with_half_lives(method(half_life_days=180), {Facet.RESPONSIVENESS: 90, Facet.OPENNESS: None})
    expected = {Facet.RELIABILITY: 0.5, Facet.RESPONSIVENESS: 0.25, Facet.OPENNESS: 1.0}
    for facet, rest in expected.items():
        assert sums([kept("act", age_days=180, facet=facet)], NOW, scoring).r == pytest.approx(rest)


@given(ACTS, PACES)
def test_a_figure_is_what_it_would_be_if_everything_faded_at_the_pace_of_its_aspect(rows, paces):
    scoring = with_half_lives(method(a=0.6, half_life_days=180), paces)
    for line in lines(rows, UNTIL, scoring, kinds=set(ViewKind)):
        pace = paces.get(line.view.facet, 180)
        alike = msgspec.structs.replace(scoring, trust=scoring.trust.fading_alike(pace))
        assert points_at(rows, [line.view], UNTIL, alike)[line.view] == line.now


@given(ACTS, PACES)
def test_a_point_of_a_timeline_is_the_figure_asked_for_that_day(rows, paces):
    scoring = with_half_lives(method(a=0.6, half_life_days=180), paces)
    for line in lines(rows, UNTIL, scoring, kinds=set(ViewKind)):
        for point in line.points:
            bare = msgspec.structs.replace(point, causes=())
            assert points_at(rows, [line.view], point.at, scoring)[line.view] == bare


@given(ACTS, PACES)
def test_the_causes_of_a_change_add_up_whatever_the_paces(rows, paces):
    scoring = with_half_lives(method(a=0.6, half_life_days=180), paces)
    by_facet: dict[Facet, list[Evidence]] = {}
    for row in rows:
        by_facet.setdefault(row.facet, []).append(row)
    for own in by_facet.values():
        shares = share_change(_state(own[:1], NOW), _state(own, UNTIL), scoring)
        assert fsum(cause.change for cause in shares.causes) == pytest.approx(shares.after - shares.before, abs=1e-9)


def _state(rows, at):
    return ViewState(evidence=rows, at=at, a=0.5)


def test_what_would_be_enough_fades_at_the_pace_of_its_aspect():
    story = partnership()
    keep(story, 2)
    slowly = of_story(half_life_days=90)
    fast, never = (
        show(story, "2025-12-31", scoring).needed
        for scoring in (slowly, with_half_lives(slowly, {"reliability": None}))
    )
    assert fast.before is not None
    assert (never.if_kept, never.before) == (2, None)


def test_in_what_if_one_half_life_is_tried_for_every_aspect_at_once():
    scoring = with_half_lives(method(half_life_days=180), {Facet.RELIABILITY: None})
    for label, variant in half_life_variants(scoring):
        assert {variant.trust.half_life(facet) for facet in Facet} == {variant.trust.half_life_days}, label


def test_beside_a_figure_stands_what_it_would_be_if_nothing_faded_in_any_aspect():
    story = partnership()
    keep(story, 6)
    scoring = with_half_lives(of_story(), {Facet.RELIABILITY: 90.0})
    view = show(story, "2026-12-31", scoring)
    assert view.figure.r < 1
    assert view.beside[TrustVariant.UNFADING].r == pytest.approx(6)
