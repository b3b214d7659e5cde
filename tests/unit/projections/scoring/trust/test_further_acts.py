"""Further acts that would be enough: with so many there is enough to say, and with one fewer there is not."""

from datetime import date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.values import end_of_day
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.formulas.opinion import EvidenceStatus, TrustPoint, opinions
from projections.scoring.formulas.tally import sums
from projections.scoring.trust.further_acts import FigureSums, fewest_acts, further_acts
from projections.scoring.trust.shown_trust import shown_trust
from projections.views.trust import trust as trust_projection
from tests.support.evidence_builders import kept
from tests.support.methods import folkmoot_2026
from tests.support.trust_figures import keep, leave_overdue, method, partnership

TODAY = date(2026, 11, 27)
METHOD = folkmoot_2026()
RULES = METHOD.trust
AGES = st.lists(st.tuples(st.integers(0, 1_500), st.floats(0, 1)), max_size=12)


def acts(pairs: list[tuple[int, float]], on: date = TODAY) -> list[Evidence]:
    return [
        kept(f"act {number}", value, at=end_of_day(on) - timedelta(days=age, hours=1))
        for number, (age, value) in enumerate(pairs)
    ]


def status_of(rows: list[Evidence], a: float, at: datetime) -> EvidenceStatus:
    now = sums(rows, at, METHOD)
    point = TrustPoint(at=at, r=now.r, s=now.s, a=a, n=now.n, acts=now.acts, tacit=0.0)
    return opinions([point], METHOD)[0].status


def figure_sums(rows: list[Evidence], a: float) -> FigureSums:
    now = sums(rows, end_of_day(TODAY), METHOD)
    return FigureSums(
        r=now.r, s=now.s, a=a, n=now.n, prior_weight=RULES.prior_weight, half_life_days=RULES.half_life_days
    )


def further(count: int, value: float, on: date = TODAY) -> list[Evidence]:
    return [kept(f"further {number}", value, at=end_of_day(on) - timedelta(microseconds=1)) for number in range(count)]


@given(AGES, st.floats(0.1, 0.9), st.booleans())
def test_with_so_many_further_acts_there_is_enough_and_with_one_fewer_there_is_not(pairs, a, are_kept):
    rows = acts(pairs)
    assume(status_of(rows, a, end_of_day(TODAY)) is not EvidenceStatus.ENOUGH)
    fewest = fewest_acts(figure_sums(rows, a), METHOD, are_kept=are_kept)
    assert fewest is not None
    statuses = [status_of(rows + further(n, float(are_kept)), a, end_of_day(TODAY)) for n in (fewest - 1, fewest)]
    assert statuses == [EvidenceStatus.INSUFFICIENT_EVIDENCE, EvidenceStatus.ENOUGH]


@given(AGES, st.floats(0.1, 0.9))
def test_until_the_day_named_that_many_are_enough_however_much_has_faded(pairs, a):
    rows = acts(pairs)
    needs = further_acts(figure_sums(rows, a), TODAY, METHOD)
    assume(needs is not None)
    kept_or_not = float(needs.fewest == needs.if_kept)
    last = TODAY + timedelta(days=365) if needs.before is None else needs.before - timedelta(days=1)
    last = min(last, date(2027, 10, 31))
    with_further = rows + further(needs.fewest, kept_or_not, last)
    assert status_of(with_further, a, end_of_day(last)) is EvidenceStatus.ENOUGH


def test_where_there_is_enough_nothing_more_is_needed():
    rows = acts([(0, 1.0)] * 12)
    assert further_acts(figure_sums(rows, 0.5), TODAY, METHOD) is None


def test_what_does_not_fade_is_enough_on_any_day():
    sums_now = FigureSums(r=2, s=0, a=0.5, n=2, prior_weight=2)
    assert further_acts(sums_now, TODAY, METHOD).before is None


def test_what_is_owed_does_not_fade_while_the_rest_does():
    now = FigureSums(r=2, s=3, a=0.5, n=5, prior_weight=2, half_life_days=180, owed=3)
    later = now.faded(180)
    assert (later.r, later.s, later.n) == (1, 3, 16 / 3.5)


def test_a_figure_of_trust_that_says_nothing_says_what_would_be_enough():
    story = partnership()
    keep(story, 2)
    (figure,) = shown_trust(trust_projection(story.at("2025-04-01"), method()), method())
    assert figure.figure.trust is None
    keep(story, figure.needed.if_kept, start="2025-03-02", name="further")
    (later,) = shown_trust(trust_projection(story.at("2025-04-01"), method()), method())
    assert later.figure.trust is not None
    assert later.needed is None


def test_what_is_overdue_counts_towards_what_would_be_enough():
    story = partnership()
    leave_overdue(story, 3)
    (figure,) = shown_trust(trust_projection(story.at("2025-05-01"), method()), method())
    assert figure.needed is None or figure.needed.if_not < figure.needed.if_kept
