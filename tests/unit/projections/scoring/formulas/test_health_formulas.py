"""The measures that partnership health is made of, against worked values."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Allocation, Control, Payment, Restriction
from projections.lifecycles.awards import AwardTerms
from projections.scoring.facets.flexibility import flexibility
from projections.scoring.formulas.composite import band, composite
from projections.scoring.formulas.concentration import concentration, evenness, likeness
from projections.scoring.formulas.contact_graph import (
    centralisation,
    co_attendance,
    contact_graph,
    density,
    external_internal,
    reciprocity,
)
from projections.scoring.formulas.evidence import confirmed_only, undisputed_only
from projections.scoring.formulas.ordinal import expressed, perception_gap
from projections.scoring.formulas.waiting_times import (
    Ending,
    IncidenceStep,
    Wait,
    cumulative_incidence,
    days_until_share_kept,
)
from projections.scoring.health.funding import weighted_mean
from projections.scoring.health.market_comparison import relationship_score
from projections.what_if.variants import without_act, without_party
from tests.support.evidence_builders import COUNCIL, GROUPS, kept
from tests.support.methods import folkmoot_2026

METHOD = folkmoot_2026()
KEPT, OTHERWISE, OPEN = Ending.KEPT, Ending.OTHERWISE, Ending.OPEN


def said(*level_counts: float, raters: int = 10):
    return expressed(level_counts, raters, fewest_raters=5, prior_weight=2)


def test_five_levels_give_the_worked_mean_and_deviation() -> None:
    summary = said(1, 0, 2, 3, 4)
    assert summary.mean == pytest.approx(0.6875)
    assert summary.deviation == pytest.approx(0.0901, abs=5e-5)
    assert sum(summary.shares) == pytest.approx(1)


def test_fewer_than_five_raters_are_not_shown() -> None:
    assert said(0, 0, 0, 0, 40, raters=4) is None
    assert said(0, 0, 0, 0, 5, raters=5) is not None


def test_a_divided_room_does_not_look_like_an_undecided_one() -> None:
    divided, undecided = said(5, 0, 0, 0, 5), said(0, 0, 10, 0, 0)
    assert divided.mean == pytest.approx(undecided.mean)
    assert (divided.disagreement, undecided.disagreement) == (1, 0)


def test_the_gap_between_two_sides_needs_both() -> None:
    one, other = said(0, 0, 0, 0, 10), said(10, 0, 0, 0, 0)
    gap = perception_gap(one, other, level=0.9)
    assert gap.difference == pytest.approx(10 / 12)
    assert gap.high - gap.low == pytest.approx(2 * 1.645 * (one.deviation**2 + other.deviation**2) ** 0.5, rel=1e-3)
    assert perception_gap(one, None, level=0.9) is None


def test_a_pulse_has_five_counts() -> None:
    with pytest.raises(ValueError, match="expected 5 counts"):
        said(1, 2, 3)


def test_shares_give_the_worked_concentration() -> None:
    result = concentration([0.5, 0.2, 0.2, 0.1])
    assert result.herfindahl == pytest.approx(0.34)
    assert result.effective_number == pytest.approx(2.941, abs=5e-4)
    assert evenness([0.5, 0.2, 0.2, 0.1], 4) == pytest.approx(0.880, abs=5e-4)


def test_one_person_doing_half_of_what_four_do_is_half_as_spread_as_it_could_be() -> None:
    result = concentration([0.5, 0.2, 0.2, 0.1, 0])
    assert (result.active, result.bus_factor, result.spread) == (4, 1, 0.5)


@pytest.mark.parametrize("amounts", [[1, 1], [1, 1, 1], [3, 3, 3, 3], [1]])
def test_equal_shares_are_wholly_spread(amounts: list[float]) -> None:
    assert concentration(amounts).spread == 1


def test_nothing_done_has_no_concentration_and_one_category_no_evenness() -> None:
    assert concentration([0, 0]) is None
    assert evenness([4], 1) is None
    assert evenness([0, 0], 2) is None
    assert str(evenness([4, 0], 2)) == "0.0"


def test_likeness_of_shares() -> None:
    assert likeness([0.5, 0.5], [0.5, 0.5]) == 1
    assert likeness([1, 0], [0, 1]) == 0
    assert likeness([0.6, 0.4], [0.4, 0.6]) == pytest.approx(0.8)


def test_star_and_ring_have_the_worked_shape() -> None:
    star, ring = nx.star_graph(4), nx.cycle_graph(5)
    assert (centralisation(star), centralisation(ring)) == (1, 0)
    assert density(ring) == 0.5


def test_contact_across_the_line_has_the_worked_index() -> None:
    across = [(f"r{n}", f"o{n}") for n in range(6)]
    within = [(f"r{n}", f"r{n + 1}") for n in range(4)]
    graph = contact_graph([], across + within)
    assert external_internal(graph, lambda node: node[0]) == pytest.approx(0.2)


def test_reciprocity_weighs_how_much_contact_is_returned() -> None:
    graph = contact_graph("abc", [("a", "b"), ("a", "b"), ("a", "b"), ("b", "a"), ("a", "c"), ("c", "c")])
    assert reciprocity(graph) == pytest.approx(2 / 5)
    both_ways = contact_graph("ab", [("a", "b"), ("b", "a")])
    assert reciprocity(both_ways) == nx.overall_reciprocity(both_ways) == 1


def test_too_small_a_network_has_no_shape() -> None:
    alone = contact_graph(["a"], [])
    assert density(alone) is None
    assert centralisation(contact_graph("ab", [])) is None
    assert reciprocity(alone) is None
    assert external_internal(alone, str) is None


def test_a_crowded_meeting_ties_people_less_and_a_meeting_of_all_not_at_all() -> None:
    ties = co_attendance([["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"], ["a"]], "abcd")
    assert ties[frozenset("ab")] == 1.5
    assert ties[frozenset("bc")] == 0.5
    assert frozenset("ad") not in ties


def test_incidence_by_hand_with_a_competing_ending_and_one_open() -> None:
    waits = [Wait(10, KEPT), Wait(20, OTHERWISE), Wait(30, OPEN), Wait(40, KEPT)]
    assert cumulative_incidence(waits) == [
        IncidenceStep(days=10, at_risk=4, kept=0.25, otherwise=0),
        IncidenceStep(days=20, at_risk=3, kept=0.25, otherwise=0.25),
        IncidenceStep(days=40, at_risk=1, kept=0.75, otherwise=0.25),
    ]


def test_incidence_by_hand_with_ties() -> None:
    waits = [Wait(5, KEPT), Wait(5, KEPT), Wait(5, OTHERWISE), Wait(5, OPEN), Wait(9, KEPT)]
    first, last = cumulative_incidence(waits)
    assert (first.at_risk, first.kept, first.otherwise) == (5, 0.4, 0.2)
    assert (last.at_risk, last.kept) == (1, pytest.approx(0.8))


def test_when_half_are_kept_is_unknown_while_too_many_are_open() -> None:
    open_ones = [Wait(100, OPEN)] * 3
    assert days_until_share_kept(cumulative_incidence([Wait(7, KEPT), *open_ones])) is None
    assert days_until_share_kept(cumulative_incidence([Wait(7, KEPT), Wait(9, KEPT)])) == 7
    assert cumulative_incidence([]) == []


@given(st.lists(st.builds(Wait, st.integers(0, 300), st.sampled_from(Ending)), max_size=40))
def test_incidence_only_rises_and_never_passes_one(waits: list[Wait]) -> None:
    steps = cumulative_incidence(waits)
    assert [step.kept for step in steps] == sorted(step.kept for step in steps)
    assert all(step.kept + step.otherwise <= 1 + 1e-9 for step in steps)
    if waits and all(wait.ending is KEPT for wait in waits):
        assert steps[-1].kept == pytest.approx(1)


FREE = AwardTerms(
    restriction=Restriction.UNRESTRICTED,
    allocation=Allocation.DEVOLVED,
    payment=Payment.ADVANCE,
    control=Control.RESIDENTS,
    years=10,
    hours_to_apply=0,
    amount_pounds=10_000,
    reports_a_year=0,
    decision_days=0,
)


def test_the_freest_award_scores_one() -> None:
    score = flexibility(FREE, METHOD.flexibility)
    assert (score.value, score.worst, score.best, score.known) == (1, 1, 1, 8)


def test_competitive_money_by_hand() -> None:
    terms = AwardTerms(
        restriction=Restriction.PROGRAMME,
        allocation=Allocation.COMPETITIVE,
        payment=Payment.ARREARS,
        years=2,
        hours_to_apply=20,
        amount_pounds=40_000,
        reports_a_year=4,
        decision_days=90,
    )
    score = flexibility(terms, METHOD.flexibility)
    # Forty hours are fair for 40,000 pounds; 20 of twice that are a quarter.
    items = [0.5, 0, 0, 0.4, 0.75, 1 - 4 / 12, 0.5]
    assert score.value == pytest.approx(sum(items) / 7)
    assert score.known == 7
    assert (score.worst, score.best) == pytest.approx((sum(items) / 8, (sum(items) + 1) / 8))
    assert score.items["control"] is None


def test_small_grants_may_still_ask_for_twenty_hours() -> None:
    terms = AwardTerms(hours_to_apply=20, amount_pounds=500)
    assert flexibility(terms, METHOD.flexibility).items["application"] == 0.5


def test_four_known_terms_are_too_few() -> None:
    terms = AwardTerms(restriction=Restriction.PROJECT, years=1, reports_a_year=1, decision_days=30)
    score = flexibility(terms, METHOD.flexibility)
    assert score.value is None
    assert 0 < score.worst < score.best < 1


def test_pounds_weigh_awards() -> None:
    assert weighted_mean([(1, 300), (0, 100)]) == 0.75
    assert weighted_mean([]) is None


def test_a_composite_with_everything_known_is_one_number() -> None:
    total = composite({"x": 0.25, "y": 1.0}, {"x": 1, "y": 1}, 0.01)
    assert (total.low, total.high, total.missing) == (pytest.approx(0.5), pytest.approx(0.5), ())


def test_what_is_missing_widens_the_composite_and_is_not_weighted_away() -> None:
    total = composite({"x": 0.25, "y": None}, {"x": 1, "y": 1, "z": 0}, 0.01)
    assert (total.low, total.high) == pytest.approx((0.05, 0.5))
    assert total.missing == ("y",)
    assert composite({"x": None}, {"x": 1, "y": 2}, 0.01) is None


def test_a_dead_dimension_is_not_bought_off() -> None:
    assert composite({"x": 0.0, "y": 1.0}, {"x": 1, "y": 9}, 0.01).high == 0


def test_a_band_is_named_only_when_the_whole_range_lies_in_it() -> None:
    narrow = composite({"x": 0.8}, {"x": 1}, 0.01)
    wide = composite({"x": 0.8, "y": None}, {"x": 1, "y": 1}, 0.01)
    assert band(narrow, METHOD.bands) == "strong"
    assert band(wide, METHOD.bands) is None


known_or_not = st.none() | st.floats(0, 1)


@given(st.dictionaries(st.sampled_from("abcdef"), known_or_not), st.sampled_from("abcdef"))
def test_leaving_a_dimension_out_never_raises_the_low_end_above_a_value_at_the_floor(
    values: dict[str, float | None], left_out: str
) -> None:
    weights = dict.fromkeys("abcdef", 1.0)
    floored = {key: None if value is None else max(value, 0.01) for key, value in values.items()}
    whole, less = (composite(scores, weights, 0.01) for scores in (floored, {**floored, left_out: None}))
    if whole is not None and less is not None:
        assert less.low <= whole.low + 1e-12
        assert whole.high <= less.high + 1e-12


def test_the_market_score_rewards_contact_whatever_came_of_it() -> None:
    assert relationship_score(5, [], METHOD.market) == 100
    assert relationship_score(50, [-1.0], METHOD.market) == 50
    assert relationship_score(0, [-1.0], METHOD.market) == 1
    assert relationship_score(2, [0.5, 0.5], METHOD.market) == pytest.approx(0.5 * 40 + 0.5 * 75)


def test_evidence_can_be_read_without_one_act_one_party_or_what_rests_on_silence() -> None:
    rows = [
        kept("a"),
        kept("b", tacit=True, truster=GROUPS[1]),
        kept("c", disputed=True, truster=GROUPS[2]),
    ]
    assert [row.act for row in without_act(rows, "a")] == ["b", "c"]
    assert without_party(rows, COUNCIL.party_id) == []
    assert [row.act for row in without_party(rows, GROUPS[1].party_id)] == ["a", "c"]
    assert [row.act for row in confirmed_only(rows)] == ["a", "c"]
    assert [row.act for row in undisputed_only(rows)] == ["a", "b"]


def test_experience_wholly_faded_is_the_middle_and_without_disagreement() -> None:
    faded = said(0, 0, 0, 0, 0)
    assert (faded.mean, faded.disagreement) == (pytest.approx(0.5), 0)
