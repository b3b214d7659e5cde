"""The trust timeline: a step a day that brings something, and the same number as the figure asked for that day."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.values import end_of_day, start_of_day
from domain.vocabulary import Side
from projections.scoring.formulas.evidence import Evidence, TrustView, ViewKind
from projections.scoring.trust.timeline import points_at
from tests.support.evidence_builders import (
    COUNCIL,
    DAY,
    GROUPS,
    NOW,
    OTHER_COUNCIL,
    RELIABILITY,
    body,
    kept,
    method,
    pair,
)
from tests.support.trust_figures import timelines

MADE, DONE, DISPUTED = (UUID(int=number) for number in (901, 902, 903))


def at(day: date, hours: float = 12) -> datetime:
    return start_of_day(day) + timedelta(hours=hours)


def a_promise_kept_late() -> list[Evidence]:
    overdue, done_at = start_of_day(date(2026, 1, 10)), at(date(2026, 2, 1))
    return [
        kept("promise", 0, at=overdue, open_zero=True, until=done_at, causes=(MADE,), ended_by=(DONE,)),
        kept("promise", 0.6, at=done_at, causes=(MADE, DONE)),
    ]


def test_a_deadline_passed_unmet_and_a_late_fulfilment_are_two_steps() -> None:
    points = timelines(a_promise_kept_late(), NOW, method())[pair()]
    assert [(point.at, point.r, point.s) for point in points] == [
        (end_of_day(date(2026, 1, 10)), 0, 1),
        (end_of_day(date(2026, 2, 1)), 0.6, 0.4),
    ]
    assert [point.causes for point in points] == [(MADE,), (DONE, MADE)]


def test_what_begins_and_ends_on_one_day_leaves_no_step() -> None:
    row = kept("brief", 1, at=at(DAY, 9), until=at(DAY, 10))
    assert timelines([row], NOW, method()) == {}


def test_an_act_that_ceases_to_be_evidence_is_a_step_too() -> None:
    row = kept("settled", 1, at=at(date(2026, 1, 1)), until=at(date(2026, 1, 5)), ended_by=(DISPUTED,))
    last = timelines([row], NOW, method())[pair()][-1]
    assert (last.at, last.acts, last.r, last.s, last.causes) == (
        end_of_day(date(2026, 1, 5)),
        0,
        0,
        0,
        (DISPUTED,),
    )


def test_a_dispute_of_a_fulfilment_restores_the_overdue_promise() -> None:
    overdue, late = a_promise_kept_late()
    disputed_at = at(date(2026, 3, 1))
    rows = [
        overdue,
        msgspec.structs.replace(late, until=disputed_at, ended_by=(DISPUTED,)),
        kept("promise", 0, at=disputed_at, open_zero=True, causes=(DISPUTED,)),
    ]
    points = timelines(rows, NOW, method())[pair()]
    assert (points[-1].r, points[-1].s) == (points[0].r, points[0].s) == (0, 1)


def test_nothing_after_the_cut_is_drawn() -> None:
    cut = end_of_day(date(2026, 1, 15))
    points = timelines(a_promise_kept_late(), cut, method())[pair()]
    assert len(points) == 1


def test_the_base_rate_of_a_point_comes_from_what_had_happened_by_then() -> None:
    early = kept("own", 1, at=at(date(2026, 1, 5)))
    later = kept("of another", 0, at=at(date(2026, 2, 5)), trustee=OTHER_COUNCIL)
    scoring = method(a=0.7)
    assert timelines([early, later], NOW, scoring)[pair()][0].a == 0.7
    assert points_at([early, later], [pair()], NOW, scoring)[pair()].a < 0.7


def test_each_kind_of_view_has_its_own_line() -> None:
    rows = [kept("p", 1, truster=group) for group in GROUPS[:2]]
    lines = timelines(rows, NOW, method())
    assert [view.kind for view in lines].count(ViewKind.PAIR) == 2
    assert lines[TrustView(RELIABILITY, Side.RESIDENTS, Side.GOVERNMENT)][0].acts == 1
    assert set(timelines(rows, NOW, method(), {ViewKind.PAIR})) == {pair(GROUPS[0]), pair(GROUPS[1])}


days = st.integers(0, 60).map(lambda offset: date(2026, 2, 1) + timedelta(days=offset))
moments = st.builds(at, days, st.sampled_from([0, 0.5, 12, 23.9]))


@st.composite
def lives(draw: st.DrawFn) -> list[Evidence]:
    """Draw the successive states of one act in some of its pairs."""
    act = draw(st.sampled_from("abcdefgh"))
    trustees = draw(st.sampled_from([[COUNCIL], [OTHER_COUNCIL], [COUNCIL, OTHER_COUNCIL], [body(3)]]))
    joint = tuple(trustee.party_id for trustee in trustees) if len(trustees) > 1 else ()
    rows = []
    for truster in draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True)):
        for trustee in trustees:
            instants = sorted(draw(st.lists(moments, min_size=1, max_size=4, unique=True)))
            ends = [*instants[1:], draw(st.none() | st.just(instants[-1] + timedelta(days=9)))]
            for position, (begins, ends_at) in enumerate(zip(instants, ends, strict=True)):
                owed = draw(st.booleans())
                rows.append(
                    kept(
                        act,
                        0 if owed else draw(st.floats(0, 1)),
                        at=begins - timedelta(days=draw(st.integers(0, 5))),
                        since=begins,
                        until=ends_at,
                        open_zero=owed,
                        truster=truster,
                        trustee=trustee,
                        position=position,
                        joint=joint,
                        tacit=draw(st.booleans()),
                    )
                )
    return rows


histories = st.lists(lives(), max_size=5, unique_by=lambda rows: rows[0].act).map(
    lambda row_lists: [row for rows in row_lists for row in rows]
)


@given(histories, st.sampled_from([None, 30.0, 180.0]))
def test_a_point_is_the_figure_asked_for_that_day(rows: list[Evidence], half_life: float | None) -> None:
    scoring = method(a=0.6, half_life_days=half_life)
    lines = timelines(rows, datetime(2026, 6, 1, tzinfo=UTC), scoring)
    for view, points in lines.items():
        for point in points:
            bare = msgspec.structs.replace(point, causes=())
            assert points_at(rows, [view], point.at, scoring)[view] == bare


@given(histories)
def test_an_earlier_cut_gives_the_beginning_of_the_same_line(rows: list[Evidence]) -> None:
    scoring = method(half_life_days=180)
    cut = end_of_day(date(2026, 3, 1))
    whole = timelines(rows, datetime(2026, 6, 1, tzinfo=UTC), scoring)
    for view, points in timelines(rows, cut, scoring).items():
        assert points == [point for point in whole[view] if point.at <= cut]
