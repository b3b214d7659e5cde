"""Sums and causes kept by difference: whatever comes and goes, they are those of the list as it now is, to the bit."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Facet
from projections.history.causes import causes_of
from projections.history.difference import ended_and_begun
from projections.scoring.formulas.belief_in_reports import Belief, Reporter
from projections.scoring.formulas.tally import counts, sums
from projections.scoring.health.kept_sums import OrderedCauses, StandingRows, SummedActs
from tests.support.evidence_builders import COUNCIL, GROUPS, NOW, OTHER_COUNCIL, RELIABILITY, kept, method

SCORING = method(half_life_days=180, adverse_weight=1.5)
WORD = Belief(Reporter(COUNCIL.party_id.int))


@st.composite
def pieces(draw):
    number = draw(st.integers(0, 5))
    is_owed = draw(st.booleans())
    return kept(
        f"act {number}",
        0.0 if is_owed else draw(st.sampled_from([0, 0.1, 1 / 3, 0.7, 1])),
        age_days=draw(st.integers(0, 900)),
        truster=draw(st.sampled_from(GROUPS[:3])),
        trustee=draw(st.sampled_from([COUNCIL, OTHER_COUNCIL])),
        weight=draw(st.sampled_from([0.5, 1, 1.5])),
        open_zero=is_owed,
        believed=draw(st.sampled_from([None, WORD])),
        causes=tuple(UUID(int=each) for each in draw(st.lists(st.integers(1, 8), max_size=3, unique=True))),
    )


@st.composite
def changing_lists(draw, things=None):
    """Lists one after the other, each of some of the same things: a few come, a few go, the rest stay in order."""
    pool = draw(st.lists(pieces() if things is None else things, min_size=1, max_size=12))
    places = st.lists(st.integers(0, len(pool) - 1), unique=True, max_size=len(pool))
    return [
        [pool[place] for place in sorted(chosen_places)]
        for chosen_places in draw(st.lists(places, min_size=1, max_size=8))
    ]


@given(changing_lists())
def test_acts_summed_by_difference_are_the_acts_summed_from_nothing(lists):
    summed = SummedActs()
    for rows in lists:
        summed.take_in(rows, SCORING)
        assert summed.sums(NOW, RELIABILITY, SCORING) == sums(rows, NOW, SCORING)
        assert summed.value_sum == counts(rows, NOW).value_sum


@st.composite
def rows_of_facets(draw):
    facet, age_days = draw(st.sampled_from([Facet.OPENNESS, Facet.RELIABILITY])), draw(st.integers(0, 20))
    days_since_end = draw(st.one_of(st.none(), st.integers(0, 20)))
    until = None if days_since_end is None else NOW - timedelta(days=days_since_end)
    return kept("act", age_days=age_days, facet=facet, until=until)


@given(changing_lists(rows_of_facets()))
def test_what_stands_by_facet_is_what_stands_by_facet_from_nothing(lists):
    standing, at = StandingRows(), NOW - timedelta(days=5)
    for rows in lists:
        facets = dict.fromkeys(row.facet for row in rows if row.stands_at(at))
        expected = {facet: tuple(row for row in rows if row.facet is facet and row.stands_at(at)) for facet in facets}
        by_facet = standing.by_facet(rows, at)
        assert list(by_facet.items()) == list(expected.items())


@given(changing_lists())
def test_causes_kept_are_those_of_the_list_in_order_each_once(lists):
    ordered = OrderedCauses()
    for rows in lists:
        assert ordered.of(rows) == causes_of(rows)


@given(changing_lists())
def test_what_ended_and_what_began_make_of_one_list_the_other(lists):
    for before, now in zip([[], *lists], lists, strict=False):
        ended_pieces, new_pieces = ended_and_begun(before, now)
        assert set(map(id, before)) - set(map(id, ended_pieces)) == set(map(id, now)) - set(map(id, new_pieces))
        assert {id(each) for each in ended_pieces}.isdisjoint(map(id, now))
        assert {id(each) for each in new_pieces}.isdisjoint(map(id, before))


def test_two_acts_worked_by_hand():
    """One act kept in whole by one pair and in half by the other, .75; one broken; of each, nothing has faded."""
    scoring, summed = method(), SummedActs()
    whole, half = kept("a", 1), kept("a", 0.5, truster=GROUPS[1])
    for rows, acts, value_sum, r, s in [
        ([whole], 1, 1, 1, 0),
        ([whole, half], 1, 0.75, 0.75, 0.25),
        ([whole, half, kept("b", 0)], 2, 0.75, 0.75, 1.25),
        ([half], 1, 0.5, 0.5, 0.5),
        ([], 0, 0, 0, 0),
    ]:
        summed.take_in(rows, scoring)
        totals = summed.sums(NOW, RELIABILITY, scoring)
        assert (totals.acts, summed.value_sum, totals.r, totals.s) == (acts, value_sum, r, s)
