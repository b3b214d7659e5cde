"""Why a figure moved: shares that are exact, depend on no order, and add up."""

from datetime import date, timedelta
from math import fsum
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from domain.values import end_of_day
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.trust.explanation import CauseKind, ViewState, path_weights, share_change, sums_by_kind
from tests.support.evidence_builders import GROUPS, NOW, kept, method, several

EARLIER = end_of_day(date(2026, 1, 31))


def test_one_kept_and_one_broken_from_four_and_one_have_the_worked_shares() -> None:
    before = several(4, 1)
    after = [*before, kept("kept new"), kept("new broken", 0)]
    scoring = method()
    change = share_change(ViewState(evidence=before, at=NOW, a=0.5), ViewState(evidence=after, at=NOW, a=0.5), scoring)
    changes = {cause.act: cause.change for cause in change.causes}
    assert changes == {
        "kept new": pytest.approx(0.039019, abs=1e-6),
        "new broken": pytest.approx(-0.086638, abs=1e-6),
    }
    assert change.after - change.before == pytest.approx(-0.047619, abs=1e-6)
    assert {cause.kind for cause in change.causes} == {CauseKind.ARRIVAL}


def test_time_alone_is_told_as_fading() -> None:
    rows = [kept("old", 1, 100), kept("older", 0, 200), kept("owed", 0, 150, open_zero=True)]
    change = share_change(
        ViewState(evidence=rows, at=EARLIER, a=0.6),
        ViewState(evidence=rows, at=NOW, a=0.6),
        method(half_life_days=180),
    )
    assert [(cause.act, cause.kind) for cause in change.causes] == [
        ("old", CauseKind.FADING),
        ("older", CauseKind.FADING),
    ]


def test_a_promise_at_last_kept_is_told_as_a_zero_replaced() -> None:
    confirmation = UUID(int=7)
    owed = kept("p", 0, 200, open_zero=True)
    late = kept("p", 0.1, 0, causes=(confirmation,))
    cause = share_change(
        ViewState(evidence=[owed], at=EARLIER, a=0.5), ViewState(evidence=[late], at=NOW, a=0.5), method()
    ).causes[0]
    assert (cause.kind, cause.events) == (CauseKind.ZERO_REPLACED, (confirmation,))
    assert cause.change > 0


def test_a_changed_value_is_told_as_a_correction() -> None:
    before, after = kept("p", 1, 300), kept("p", 0, 300)
    cause = share_change(
        ViewState(evidence=[before], at=NOW, a=0.5), ViewState(evidence=[after], at=NOW, a=0.5), method()
    ).causes[0]
    assert cause.kind is CauseKind.CORRECTION
    assert cause.change < 0


def test_what_was_set_aside_names_the_event_that_did_it() -> None:
    dispute = UUID(int=9)
    row = kept("p", 1, 300, until=NOW - timedelta(days=3), ended_by=(dispute,))
    cause = share_change(
        ViewState(evidence=[row], at=EARLIER, a=0.5), ViewState(evidence=[row], at=NOW, a=0.5), method()
    ).causes[0]
    assert (cause.kind, cause.events) == (CauseKind.CORRECTION, (dispute,))


def test_what_others_experienced_is_a_cause_of_its_own() -> None:
    rows = several(2, 0)
    change = share_change(ViewState(evidence=rows, at=NOW, a=0.5), ViewState(evidence=rows, at=NOW, a=0.8), method())
    assert [cause.kind for cause in change.causes] == [CauseKind.BASE_RATE]
    assert change.causes[0].change == pytest.approx(2 * 0.3 / 4)


def test_a_second_promisee_of_a_known_act_is_told_as_an_arrival() -> None:
    first = kept("p", 1)
    second = kept("p", 0, truster=GROUPS[1])
    change = share_change(
        ViewState(evidence=[first], at=NOW, a=0.5), ViewState(evidence=[first, second], at=NOW, a=0.5), method()
    )
    assert sums_by_kind(change.causes) == {CauseKind.ARRIVAL: pytest.approx(-1 / 6)}


sizes = st.floats(0, 50)


@given(sizes, st.floats(2, 60), st.floats(-1, 20), st.floats(-1, 20))
def test_the_weights_are_the_integrals_along_the_path(a: float, b: float, c: float, d: float) -> None:
    level, slope = path_weights(a, b, c, d)
    assert level == pytest.approx(quad(lambda t: 1 / (b + d * t), 0, 1)[0], rel=1e-9)
    assert slope == pytest.approx(quad(lambda t: (a + c * t) / (b + d * t) ** 2, 0, 1)[0], rel=1e-7, abs=1e-12)
    assert c * level - d * slope == pytest.approx((a + c) / (b + d) - a / b, abs=1e-9)


@pytest.mark.parametrize("d", [0, 1e-12, -1e-9, 0.349, 0.35, 0.351, -0.35])
def test_the_weights_are_smooth_where_the_whole_weight_hardly_changes(d: float) -> None:
    level, slope = path_weights(5, 7, 1, d)
    near = path_weights(5, 7, 1, d + 1e-7)
    assert (level, slope) == pytest.approx(near, abs=1e-7)
    if d == 0:
        assert (level, slope) == (1 / 7, 5.5 / 49)


histories = st.lists(
    st.builds(
        lambda act, value, age, owed: kept(str(act), 0 if owed else value, age, open_zero=owed),
        st.integers(0, 30),
        st.floats(0, 1),
        st.floats(0, 900),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda row: row.act,
)


@given(histories, histories, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_the_causes_sum_to_the_change(before: list[Evidence], after: list[Evidence], a_0: float, a_1: float) -> None:
    change = share_change(
        ViewState(evidence=before, at=EARLIER, a=a_0),
        ViewState(evidence=after, at=NOW, a=a_1),
        method(half_life_days=180, adverse_weight=2),
    )
    total = fsum(cause.change for cause in change.causes)
    assert total == pytest.approx(change.after - change.before, abs=1e-9)
    assert fsum(sums_by_kind(change.causes).values()) == pytest.approx(total, abs=1e-12)


@given(histories)
def test_the_order_of_the_evidence_changes_no_share(rows: list[Evidence]) -> None:
    scoring = method(half_life_days=180)
    before = ViewState(evidence=rows, at=EARLIER, a=0.5)
    after = ViewState(evidence=rows, at=NOW, a=0.5)
    turned = msgspec.structs.replace(after, evidence=rows[::-1])
    assert share_change(before, after, scoring) == share_change(before, turned, scoring)
