"""The running sums and base rates against their definitions, written out plainly and slowly."""

from collections.abc import Callable, Iterable
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Side
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.trust.timeline import points_at
from tests.support.evidence_builders import (
    COUNCIL,
    GROUPS,
    NOW,
    OTHER_COUNCIL,
    RELIABILITY,
    body,
    kept,
    method,
    pair,
    side_view,
)

HALF_LIFE_DAYS = 180
USED = method(a=0.6, half_life_days=HALF_LIFE_DAYS, adverse_weight=2)
COUNCILS = [COUNCIL, OTHER_COUNCIL, body(3)]


def plain_sums(rows: Iterable[Evidence]) -> tuple[float, float, float]:
    """r, s and n by their definitions: each act once, with the mean over its pairs."""
    acts: dict[str, list[Evidence]] = {}
    for row in rows:
        acts.setdefault(row.act, []).append(row)
    good, bad, masses = [], [], []
    for act_rows in acts.values():
        weights = [
            row.weight * (1 if row.open_zero else 2 ** (-(NOW - row.at).total_seconds() / 86_400 / HALF_LIFE_DAYS))
            for row in act_rows
        ]
        shares = [weight / len(act_rows) for weight in weights]
        good.append(fsum(share * row.value for share, row in zip(shares, act_rows, strict=True)))
        bad.append(2 * fsum(share * (1 - row.value) for share, row in zip(shares, act_rows, strict=True)))
        masses.append(fsum(shares))
    squares = fsum(mass * mass for mass in masses)
    return fsum(good), fsum(bad), fsum(masses) ** 2 / squares if squares else 0.0


def parties(rows: Iterable[Evidence], act: str, who: Callable[[Evidence], set]) -> set:
    return set().union(*(who(row) for row in rows if row.act == act))


def answerable(row: Evidence) -> set:
    return {row.trustee.party_id, *row.joint}


def there(row: Evidence) -> set:
    return answerable(row) | {row.truster.party_id}


def plain_base_rates(rows: list[Evidence], view: TrustView) -> tuple[float, float]:
    """a_block and a_pair by their definitions."""
    block = [row for row in rows if row.truster.side == view.truster_side and row.trustee.side == view.trustee_side]
    peers = [row for row in block if view.trustee not in parties(block, row.act, answerable)]
    r, s, _ = plain_sums(peers)
    a_block = (r + 2 * 0.6) / (r + s + 2)
    elsewhere = [
        row
        for row in block
        if row.trustee.party_id == view.trustee and view.truster not in parties(block, row.act, there)
    ]
    r, s, _ = plain_sums(elsewhere)
    return a_block, (r + 5 * a_block) / (r + s + 5)


@st.composite
def acts(draw: st.DrawFn) -> list[Evidence]:
    act = draw(st.sampled_from("abcdefghij"))
    trustees = draw(st.lists(st.sampled_from(COUNCILS), min_size=1, max_size=2, unique=True))
    trusters = draw(st.lists(st.sampled_from([*GROUPS[:3], body(30)]), min_size=1, max_size=3, unique=True))
    joint = tuple(trustee.party_id for trustee in trustees)
    rows = []
    for truster in trusters:
        for trustee in trustees:
            owed = draw(st.booleans())
            value = 0 if owed else draw(st.floats(0, 1))
            weight = draw(st.sampled_from([0.5, 1, 1.5]))
            age_days = draw(st.floats(0, 2_000))
            rows.append(
                kept(
                    act,
                    value,
                    age_days,
                    open_zero=owed,
                    weight=weight,
                    truster=truster,
                    trustee=trustee,
                    joint=joint,
                )
            )
    return rows


histories = st.lists(acts(), max_size=8, unique_by=lambda rows: rows[0].act).map(
    lambda row_lists: [row for rows in row_lists for row in rows]
)


@given(histories)
def test_every_view_follows_the_definitions(rows: list[Evidence]) -> None:
    views = [pair(group, council) for group in GROUPS[:3] for council in COUNCILS]
    views += [side_view(council) for council in COUNCILS]
    views.append(TrustView(RELIABILITY, Side.RESIDENTS, Side.GOVERNMENT))
    for view, figure in points_at(rows, views, NOW, USED).items():
        r, s, n = plain_sums(row for row in rows if view.holds(row))
        assert (figure.r, figure.s, figure.n) == pytest.approx((r, s, n), abs=1e-9)
        if view.trustee is None:
            assert figure.a == 0.6
        else:
            a_block, a_pair = plain_base_rates(rows, view)
            assert figure.a == pytest.approx(a_block if view.truster is None else a_pair, abs=1e-9)
