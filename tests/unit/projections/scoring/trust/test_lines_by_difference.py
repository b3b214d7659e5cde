"""Whatever comes, goes and is heard, in whatever steps: lines, rows and quarters are those of all taken at once."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.values import end_of_day
from domain.vocabulary import Facet, Side
from projections.scoring.formulas.belief_in_reports import Belief, Reporter, Verdict, belief_in_reports
from projections.scoring.formulas.evidence import EvidenceInOrder, ViewKind, in_order
from projections.scoring.formulas.quarters import quarter_ends
from projections.scoring.formulas.tally import sums
from projections.scoring.trust.evidence_change import LastEvidenceChanges
from projections.scoring.trust.timeline import TrustTimelines, lines, points_on
from projections.scoring.trust.trust_rows import TrustRowsDrawn
from projections.views.glance import PromisesByQuarter
from tests.support.evidence_builders import COUNCIL, DAY, GROUPS, NOW, OTHER_COUNCIL, body, kept, method
from tests.support.partnership_story import an_id
from tests.support.trust_figures import partnership

SCORING = method(a=0.6, half_life_days=180, adverse_weight=1.5)
HISTORY = partnership().at(DAY)
BUSINESS = body(30, Side.BUSINESS)
WORDS = [Reporter(COUNCIL.party_id.int, Side.RESIDENTS), Reporter(OTHER_COUNCIL.party_id.int, Side.RESIDENTS)]
EARLIEST = 900
KINDS = st.sampled_from([{ViewKind.SIDE}, {ViewKind.PAIR}, set(ViewKind)])
AN_INSTANT = st.builds(
    lambda days, hours: NOW - timedelta(days=days, hours=hours), st.integers(0, EARLIEST), st.integers(1, 20)
)


@st.composite
def pieces(draw):
    number, is_owed = draw(st.integers(0, 6)), draw(st.booleans())
    began = draw(AN_INSTANT)
    lasted = draw(st.none() | st.integers(0, 400))
    is_tacit = not is_owed and draw(st.booleans())
    return kept(
        f"promise {number}",
        0.0 if is_owed else draw(st.sampled_from([0, 0.1, 1 / 3, 0.7, 1])),
        at=began - timedelta(days=0 if is_owed else draw(st.integers(0, 30))),
        since=began,
        until=None if lasted is None else began + timedelta(days=lasted, hours=3),
        ended_by=() if lasted is None else (an_id(f"ended {number}"),),
        truster=draw(st.sampled_from([*GROUPS[:2], BUSINESS])),
        trustee=draw(st.sampled_from([COUNCIL, OTHER_COUNCIL])),
        facet=draw(st.sampled_from([Facet.RELIABILITY, Facet.OPENNESS])),
        position=number,
        weight=draw(st.sampled_from([0.5, 1, 1.5])),
        open_zero=is_owed,
        tacit=is_tacit,
        believed=Belief(draw(st.sampled_from(WORDS))) if is_tacit else None,
        disputed=draw(st.booleans()),
        joint=draw(st.sampled_from([(), (COUNCIL.party_id, OTHER_COUNCIL.party_id)])),
        causes=(an_id(f"cause {draw(st.integers(0, 9))}"),),
    )


@st.composite
def beliefs(draw, reporter):
    verdicts, confirmed, denied = [], 0, 0
    for since in sorted(draw(st.lists(AN_INSTANT, max_size=4))):
        is_confirmed = draw(st.booleans())
        confirmed, denied = confirmed + is_confirmed, denied + (not is_confirmed)
        causes = (an_id(f"verdict {draw(st.integers(0, 3))}"),)
        verdicts.append(Verdict(since, belief_in_reports(confirmed, denied), causes))
    return Belief(reporter, tuple(verdicts))


@st.composite
def readings(draw):
    """Readings of evidence one after the other: some comes, goes or ends, and reporters are believed otherwise.

    What does not change from one to the next is the very same evidence.
    """
    pool = draw(st.lists(pieces(), min_size=1, max_size=14))
    believed = {reporter: draw(beliefs(reporter)) for reporter in WORDS}
    readings_in_turn = []
    for _ in range(draw(st.integers(1, 5))):
        reporter = draw(st.sampled_from([None, *WORDS]))
        if reporter is not None:
            believed[reporter] = draw(beliefs(reporter))
        for place in draw(st.lists(st.integers(0, len(pool) - 1), max_size=2)):
            ends = pool[place].begins_at + timedelta(days=draw(st.integers(0, 300)), hours=1)
            pool[place] = replace(pool[place], until=ends, ended_by=(an_id("ended anew"),))
        pool = [
            row if row.believed is None or row.believed is believed[row.believed.reporter]
            else replace(row, believed=believed[row.believed.reporter])
            for row in pool
        ]  # fmt: skip
        chosen_places = draw(st.lists(st.sampled_from(range(len(pool))), unique=True))
        readings_in_turn.append(tuple(in_order(pool[place] for place in chosen_places)))
    return readings_in_turn


@settings(max_examples=150)
@given(readings_in_turn=readings(), kinds=KINDS)
def test_lines_taken_in_by_difference_are_those_of_all_taken_at_once(readings_in_turn, kinds):
    timelines = TrustTimelines()
    for evidence in readings_in_turn:
        assert timelines.lines(evidence, NOW, SCORING, kinds) == lines(evidence, NOW, SCORING, kinds)


@settings(max_examples=60)
@given(readings_in_turn=readings())
def test_a_line_in_which_nothing_changed_is_the_very_line_of_before(readings_in_turn):
    timelines, before = TrustTimelines(), {}
    for evidence in readings_in_turn:
        now = {line.view: line for line in timelines.lines(evidence, NOW, SCORING, {ViewKind.SIDE})}
        assert all(line is before[view] for view, line in now.items() if line == before.get(view))
        for view, line in now.items():
            points_before = {each.at: each for each in before[view].points} if view in before else {}
            assert all(each is points_before[each.at] for each in line.points if each == points_before.get(each.at))
        before = now


@settings(max_examples=100)
@given(readings_in_turn=readings())
def test_rows_made_by_difference_are_those_made_at_once_and_stay_the_very_rows(readings_in_turn):
    timelines, drawn_rows, changes = TrustTimelines(), TrustRowsDrawn(), LastEvidenceChanges()
    before = []
    for evidence in readings_in_turn:
        of_lines = timelines.lines(evidence, HISTORY.end, SCORING, {ViewKind.SIDE})
        rows = drawn_rows.rows(HISTORY, SCORING, evidence, of_lines, changes)
        at_once = lines(evidence, HISTORY.end, SCORING, {ViewKind.SIDE})
        assert rows == TrustRowsDrawn().rows(HISTORY, SCORING, evidence, at_once, LastEvidenceChanges())
        assert all(row is each for row in rows for each in before if row == each)
        before = rows


@settings(max_examples=60)
@given(readings_in_turn=readings(), count=st.integers(1, 30))
def test_quarters_kept_by_difference_are_those_summed_at_once(readings_in_turn, count):
    days, quarters, before = [*quarter_ends(DAY, count), DAY], PromisesByQuarter(), []
    changes = LastEvidenceChanges()
    for evidence in readings_in_turn:
        promises = [
            row for row in evidence if row.facet is Facet.RELIABILITY and row.truster.side is Side.RESIDENTS
        ]  # every trustee here is an official
        rows = quarters.rows(evidence, days, SCORING, changes)
        for day, row in zip(days, rows, strict=True):
            at_once = sums(promises, end_of_day(day), SCORING)
            assert (row.r, row.s, row.n, row.acts) == (at_once.r, at_once.s, at_once.n, at_once.acts)
        assert rows == PromisesByQuarter().rows(evidence, days, SCORING, LastEvidenceChanges())
        assert all(now is last for now, last in zip(rows, before, strict=False) if now == last)
        before = rows


@given(readings_in_turn=readings())
def test_evidence_exchanged_piece_by_piece_stays_in_order(readings_in_turn):
    kept_in_order, before = EvidenceInOrder(), ()
    for evidence in readings_in_turn:
        ids = set(map(id, before)), set(map(id, evidence))
        kept_in_order.exchange(
            [row for row in before if id(row) not in ids[1]], [row for row in evidence if id(row) not in ids[0]]
        )
        assert kept_in_order.rows == in_order(evidence)
        before = tuple(replace(row, believed=None) for row in kept_in_order.rows)
        for row, renewed in zip(kept_in_order.rows[:], before, strict=True):
            kept_in_order.renew(row, renewed)
        assert all(now is renewed for now, renewed in zip(kept_in_order.rows, before, strict=True))


@settings(max_examples=30)
@given(readings_in_turn=readings(), days=st.lists(st.integers(0, EARLIEST), min_size=1, max_size=5, unique=True))
def test_points_on_days_are_those_of_lines_that_end_there(readings_in_turn, days):
    days_in_order = [DAY - timedelta(days=each) for each in sorted(days, reverse=True)]
    for evidence in readings_in_turn:
        views = [line.view for line in lines(evidence, NOW, SCORING, set(ViewKind))]
        points = points_on(evidence, views, days_in_order, SCORING)
        for day in days_in_order:
            then = {line.view: line.now for line in lines(evidence, end_of_day(day), SCORING, set(ViewKind))}
            read = {view: each for view, of_view in points.items() for each in of_view if each.at == end_of_day(day)}
            assert read == then


def test_a_line_that_went_and_came_back_goes_on_from_the_very_points_it_had():
    first, later = (kept("kept", age_days=days, causes=(an_id("k"),)) for days in (1, 0))
    timelines = TrustTimelines()
    readings_in_turn = [(first,), (), (first,), (first, later)]
    *_, (back,), (went_on,) = (
        timelines.lines(evidence, NOW, SCORING, {ViewKind.SIDE}) for evidence in readings_in_turn
    )
    assert went_on.points[0] is back.points[0]


def test_a_denial_moves_what_rests_on_the_word_from_its_day_on_and_leaves_all_before():
    """Two reports met with silence, each believed by half: (1 + .5 + .5, 0 + .5 + .5); one more denied: by a third."""
    scoring, timelines = method(), TrustTimelines()
    first, denied_on = Belief(WORDS[0]), date(2026, 3, 1)
    reports = [
        kept(f"report {n}", age_days=60 + n, tacit=True, believed=first, causes=(an_id(f"r{n}"),)) for n in (0, 1)
    ]
    evidence_before = tuple(in_order([kept("kept", age_days=90, causes=(an_id("k"),)), *reports]))
    (before,) = timelines.lines(evidence_before, NOW, scoring, {ViewKind.SIDE})
    verdict = Verdict(end_of_day(denied_on) - timedelta(hours=1), belief_in_reports(0, 1), (an_id("denied"),))
    denied = Belief(WORDS[0], (verdict,))
    evidence_after = tuple(row if row.believed is None else replace(row, believed=denied) for row in evidence_before)
    (after,) = timelines.lines(evidence_after, NOW, scoring, {ViewKind.SIDE})
    assert [(each.r, each.s) for each in before.points] == [(1, 0), (1.5, 0.5), (2, 1)]
    assert all(now is then for now, then in zip(after.points, before.points, strict=False))
    last = after.points[-1]
    assert (last.at, last.causes) == (end_of_day(denied_on), (an_id("denied"),))
    assert (round(last.r, 12), round(last.s, 12)) == (round(1 + 2 / 3, 12), round(4 / 3, 12))


def test_a_quarter_is_read_anew_where_only_the_word_of_a_reporter_is_believed_otherwise():
    days, word = [*quarter_ends(DAY, 4), DAY], Reporter(COUNCIL.party_id.int, Side.RESIDENTS)
    promise = kept("promise", 1, at=NOW - timedelta(days=500), tacit=True, believed=Belief(word))
    since = NOW - timedelta(days=200)
    doubted = replace(promise, believed=Belief(word, (Verdict(since, belief_in_reports(0, 3), (an_id("denied"),)),)))
    quarters = PromisesByQuarter()
    before = quarters.rows([promise], days, SCORING, LastEvidenceChanges())
    rows = quarters.rows([doubted], days, SCORING, LastEvidenceChanges())
    assert rows == PromisesByQuarter().rows([doubted], days, SCORING, LastEvidenceChanges())
    assert [now.r < then.r for now, then in zip(rows, before, strict=True)] == [end_of_day(day) > since for day in days]
