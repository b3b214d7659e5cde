"""Trust from evidence: golden values, counting each act once, base rates, and when there is enough to say."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Side
from projections.method.method import Method
from projections.scoring.formulas.belief_in_reports import belief_in_reports
from projections.scoring.formulas.evidence import Counts, Evidence, TrustView
from projections.scoring.formulas.opinion import (
    EvidenceStatus,
    Opinion,
    expectation,
    intervals,
    opinions,
)
from projections.scoring.formulas.tally import counts, sums
from projections.scoring.trust.timeline import points_at
from tests.support.evidence_builders import (
    COUNCIL,
    GROUPS,
    NOW,
    OTHER_COUNCIL,
    RELIABILITY,
    kept,
    method,
    pair,
    point,
    several,
    side_view,
)


def opinion(view: TrustView, evidence: Sequence[Evidence], scoring: Method) -> Opinion:
    return opinions([point(view, evidence, scoring)], scoring)[0]


def test_the_half_life_form_gives_the_worked_figures() -> None:
    ages = [(360, 1), (180, 0), (90, 1), (0, 1)]
    evidence = [kept(str(age), value, age) for age, value in ages]
    scoring = method(half_life_days=180)
    figure, result = point(pair(), evidence, scoring), opinion(pair(), evidence, scoring)
    assert (figure.r, figure.s) == pytest.approx((1.957107, 0.5), abs=1e-6)
    low, high = intervals(figure.r, figure.s, 0.5, prior_weight=2, level=0.9)
    assert (float(low), float(high)) == pytest.approx((0.2911, 0.9463), abs=5e-5)
    assert expectation(figure.r, figure.s, 0.5, 2) == pytest.approx(0.663459, abs=1e-6)
    assert result.trust == pytest.approx(0.663459, abs=1e-6)


def test_forgetting_by_step_gives_the_worked_figures() -> None:
    # A half-life of ln 2 / -ln .9 steps forgets a tenth a step.
    half_life = float(np.log(2) / -np.log(0.9))
    evidence = [kept(str(n), value, 5 - n) for n, value in enumerate((1, 1, 0, 1, 0, 1))]
    figure = point(pair(), evidence, method(half_life_days=half_life))
    assert (figure.r, figure.s) == pytest.approx((3.05659, 1.629), abs=1e-5)
    assert expectation(figure.r, figure.s, 0.5, 2) == pytest.approx(0.606766, abs=1e-6)
    assert expectation(figure.r, figure.s, 0.8, 2) == pytest.approx(0.696511, abs=1e-6)


def test_eight_kept_and_two_broken_make_the_worked_opinion() -> None:
    assert opinion(pair(), several(8, 2), method()).trust == pytest.approx(0.75)


def test_intervals_give_the_worked_widths() -> None:
    r, s = [0, 1, 4, 8, 16, 40], [0, 0, 1, 2, 4, 10]
    low, high = intervals(r, s, 0.5, prior_weight=2, level=0.9)
    assert low == pytest.approx([0.050, 0.224, 0.418, 0.530, 0.616, 0.690], abs=5e-4)
    assert high == pytest.approx([0.950, 0.975, 0.937, 0.921, 0.901, 0.874], abs=5e-4)


def test_without_evidence_trust_is_the_base_rate_and_is_not_shown() -> None:
    result = opinion(pair(), [], method(a=0.7))
    assert result.trust == 0.7
    assert result.status is EvidenceStatus.INSUFFICIENT_EVIDENCE


def test_four_kept_and_four_overdue_then_reported_then_disputed() -> None:
    good = several(4, 0)
    owed = [kept(f"owed {n}", 0, open_zero=True) for n in range(4)]
    assert opinion(pair(), good + owed, method()).trust == pytest.approx(0.5)
    # Reported late and not yet agreed, or disputed: the promises are still owed, so the evidence is the same.
    tacit = belief_in_reports(confirmed=0, denied=0)
    agreed = [kept(f"owed {n}", tacit * 1, tacit=True) for n in range(4)]
    figure = point(pair(), good + agreed, method())
    assert tacit == 0.5
    assert (figure.r, figure.s, figure.tacit) == (6, 2, 0.5)
    assert opinion(pair(), good + agreed, method()).trust == pytest.approx(0.7)


def test_ten_tacit_reports_say_half_and_eight_of_ten_confirmed_say_three_quarters() -> None:
    tacit = [kept(str(n), belief_in_reports(0, 0), tacit=True) for n in range(10)]
    assert opinion(pair(), tacit, method()).trust == pytest.approx(0.5)
    assert opinion(pair(), several(8, 2), method()).trust == pytest.approx(0.75)
    assert belief_in_reports(8, 2) == 0.75


def test_one_promise_to_six_bodies_is_one_act_everywhere_and_not_enough_to_say() -> None:
    evidence = [kept("promise", truster=group) for group in GROUPS]
    scoring = method()
    view = side_view()
    figure = point(view, evidence, scoring)
    assert (figure.r, figure.n, figure.acts) == (pytest.approx(1), pytest.approx(1), 1)
    assert opinion(view, evidence, scoring).status is EvidenceStatus.INSUFFICIENT_EVIDENCE
    block = TrustView(RELIABILITY, Side.RESIDENTS, Side.GOVERNMENT)
    assert point(block, evidence, scoring).r == pytest.approx(1)
    assert sums(evidence, NOW, scoring).n == pytest.approx(1)


def test_a_shared_act_counts_with_the_mean_over_its_pairs() -> None:
    evidence = [kept("p", 1, truster=GROUPS[0]), kept("p", 0, truster=GROUPS[1], open_zero=True)]
    figure = point(side_view(), evidence, method())
    assert (figure.r, figure.s, figure.acts) == (0.5, 0.5, 1)


def test_the_residents_base_rate_is_their_own_blocks_and_not_the_councils() -> None:
    council = several(2, 38, truster=GROUPS[1])
    group = kept("theirs", truster=COUNCIL, trustee=GROUPS[0])
    scoring = method(a=0.7)
    assert opinion(pair(COUNCIL, GROUPS[0]), [*council, group], scoring).trust == pytest.approx(0.8)


def test_a_pair_is_drawn_towards_what_others_of_its_side_met() -> None:
    others = several(4, 1, truster=GROUPS[1])
    elsewhere = [kept("elsewhere", 0, truster=GROUPS[2], trustee=OTHER_COUNCIL)]
    block_rate = (0 + 2 * 0.5) / (0 + 1 + 2)
    figure = point(pair(), others + elsewhere, method())
    assert figure.a == pytest.approx((4 + 5 * block_rate) / (5 + 5))
    assert point(side_view(), others + elsewhere, method()).a == pytest.approx(block_rate)


def test_a_joint_act_counts_in_neither_base_rate() -> None:
    both = (COUNCIL.party_id, OTHER_COUNCIL.party_id)
    joint = [kept("joint", 0, truster=GROUPS[0], trustee=council, joint=both) for council in (COUNCIL, OTHER_COUNCIL)]
    # The partner's failure is the council's own failure: it is not told again as what others do.
    assert point(side_view(), joint, method(a=0.7)).a == pytest.approx(0.7)
    assert point(pair(), joint, method(a=0.7)).a == pytest.approx(0.7)


def test_a_truster_party_to_a_shared_act_does_not_meet_it_again_in_the_base_rate() -> None:
    shared = [kept("shared", 0, truster=group) for group in GROUPS[:2]]
    scoring = method(a=0.7)
    assert point(pair(), shared, scoring).a == pytest.approx(0.7)
    assert point(pair(GROUPS[2]), shared, scoring).a == pytest.approx(5 * 0.7 / 6)


def test_an_owed_promise_does_not_fade_and_a_kept_one_does() -> None:
    scoring = method(half_life_days=180)
    evidence = [
        kept("old", 1, 360),
        kept("owed", 0, 360, open_zero=True),
    ]
    figure = point(pair(), evidence, scoring)
    assert (figure.r, figure.s) == pytest.approx((0.25, 1))


def test_adverse_weight_multiplies_the_evidence_against() -> None:
    figure = point(pair(), several(1, 1), method(adverse_weight=3))
    assert (figure.r, figure.s) == pytest.approx((1, 3))


def test_each_of_several_opinions_is_graded_by_itself() -> None:
    scoring = method()
    enough = point(pair(), several(7, 0), scoring)
    shaken = msgspec.structs.replace(enough, r=2.0, s=1.0)
    grades = [opinion.status for opinion in opinions([enough, shaken], scoring)]
    assert grades == [EvidenceStatus.ENOUGH, EvidenceStatus.INSUFFICIENT_EVIDENCE]


def test_three_equal_acts_count_as_three_however_old() -> None:
    scoring = method(half_life_days=180)
    assert point(pair(), [kept(str(n), 1, 77.7) for n in range(3)], scoring).n == pytest.approx(3)


def test_counts_are_plain() -> None:
    evidence = [*several(3, 1), kept("late", 0.4, tacit=True), kept("owed", 0, open_zero=True)]
    assert counts(evidence, NOW) == Counts(acts=6, value_sum=3.4, whole=3, partial=1, none=1, owed=1, tacit=1)


def test_what_has_not_happened_by_the_end_of_the_day_does_not_count() -> None:
    tomorrow = kept("tomorrow", 1, -1)
    midnight = msgspec.structs.replace(tomorrow, at=NOW)
    yesterday = kept("ended", 1, 5, until=NOW - timedelta(days=1))
    assert sums([tomorrow, midnight, yesterday], NOW, method()).acts == 0


values = st.floats(0, 1)
ages = st.floats(0, 3_000)
histories = st.lists(
    st.builds(
        lambda act, value, age, group, owed: kept(
            str(act), 0 if owed else value, age, truster=GROUPS[group], open_zero=owed
        ),
        st.integers(0, 12),
        values,
        ages,
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=15,
    unique_by=lambda row: (row.act, row.truster),
)


@given(histories, st.sampled_from([None, 90.0, 180.0, 365.0]))
def test_sums_stay_within_what_the_acts_weigh(rows: list[Evidence], half_life: float | None) -> None:
    total = sums(rows, NOW, method(half_life_days=half_life))
    acts = len({row.act for row in rows})
    assert total.acts == acts
    assert 0 <= total.r + total.s <= acts + 1e-9
    assert 0 <= total.n <= acts + 1e-9
    assert 0 <= total.tacit <= 1


@given(histories, st.randoms())
def test_the_order_of_the_rows_changes_no_bit(rows: list[Evidence], random: object) -> None:
    scoring = method(half_life_days=180)
    shuffled = list(rows)
    random.shuffle(shuffled)
    views = [pair(), side_view(), TrustView(RELIABILITY, Side.RESIDENTS, Side.GOVERNMENT)]
    assert points_at(rows, views, NOW, scoring) == points_at(shuffled, views, NOW, scoring)


@given(histories)
def test_keeping_a_promise_never_lowers_trust_and_leaving_it_owed_never_raises_it(
    rows: list[Evidence],
) -> None:
    scoring = method(a=0.6, half_life_days=180)
    before = opinion(pair(), rows, scoring).trust
    assert opinion(pair(), [*rows, kept("new")], scoring).trust >= before
    assert opinion(pair(), [*rows, kept("new", 0, open_zero=True)], scoring).trust <= before


@given(histories)
def test_evidence_about_another_body_moves_trust_only_through_the_base_rate(rows: list[Evidence]) -> None:
    scoring = method(half_life_days=180)
    other = kept("other", 0, truster=GROUPS[3], trustee=OTHER_COUNCIL)
    before, after = (point(pair(), acts, scoring) for acts in (rows, [*rows, other]))
    assert (before.r, before.s, before.n) == (after.r, after.s, after.n)
    assert after.a <= before.a


@given(histories, st.floats(1, 10))
def test_multiplying_all_weights_leaves_the_ratio_and_moves_trust_towards_it(
    rows: list[Evidence], factor: float
) -> None:
    scoring = method(half_life_days=180)
    heavier = [msgspec.structs.replace(row, weight=row.weight * factor) for row in rows]
    light, heavy = sums(rows, NOW, scoring), sums(heavier, NOW, scoring)
    if light.r + light.s > 0:
        ratio = light.r / (light.r + light.s)
        assert heavy.r / (heavy.r + heavy.s) == pytest.approx(ratio, abs=1e-6)
        assert abs(expectation(heavy.r, heavy.s, 0.5, 2) - ratio) <= (
            abs(expectation(light.r, light.s, 0.5, 2) - ratio) + 1e-9
        )


def test_intervals_cover_the_rate_of_independent_kept_or_broken_promises() -> None:
    generator = np.random.default_rng(20260331)
    rates = generator.uniform(0.05, 0.95, 4_000)
    acts = generator.integers(3, 40, 4_000)
    good = generator.binomial(acts, rates)
    low, high = intervals(good, acts - good, 0.5, prior_weight=2, level=0.9)
    covered = float(np.mean((low <= rates) & (rates <= high)))
    assert 0.85 <= covered <= 0.95


def test_graded_values_are_covered_at_least_as_often() -> None:
    generator = np.random.default_rng(20260401)
    means = generator.uniform(0.1, 0.9, 2_000)
    acts = 15
    graded = generator.beta(4 * means[:, None], 4 * (1 - means)[:, None], (2_000, acts))
    good = graded.sum(axis=1)
    low, high = intervals(good, acts - good, 0.5, prior_weight=2, level=0.9)
    assert float(np.mean((low <= means) & (means <= high))) >= 0.85
