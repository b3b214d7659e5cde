"""The mean over aspects: by the method's weights, of what there is enough to say, with what is missing named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.vocabulary import Facet, Side
from projections.method.document import default_method
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.trust.mean_trust import mean_trust
from projections.scoring.trust.shown_trust import Figure, PlainCounts, ShownTrust
from tests.support.partnership_story import an_id

ACTS = (Facet.RELIABILITY, Facet.RESPONSIVENESS, Facet.OPENNESS)
ENOUGH, SOME, TOO_LITTLE = EvidenceStatus.ENOUGH, EvidenceStatus.SOME, EvidenceStatus.INSUFFICIENT_EVIDENCE
shares = st.floats(0.02, 0.98)


def weighing(**weights):
    return replace(default_method(), facet_weights={Facet(name): weight for name, weight in weights.items()})


def figure(facet, trust, status=ENOUGH, body="council"):
    ends = (None, None) if trust is None else (trust * 0.5, trust + (1 - trust) * 0.5)
    counts = PlainCounts(acts=0, whole=0, partial=0, none=0, owed=0, value_sum=0, in_words="")
    own = Figure(trust=trust, low=ends[0], high=ends[1], r=0, s=0, a=0, n=0, status=status, is_less_certain=False)
    return ShownTrust(
        facet=facet,
        truster_side=Side.RESIDENTS,
        truster_id=None,
        trustee_side=Side.GOVERNMENT,
        trustee_id=an_id(body),
        figure=own,
        counts=counts,
        tacit_share=0,
        hindsight=False,
        change=None,
        causes=(),
        causes_in_all=0,
        beside={},
        needed=None,
        timeline=(),
    )


def test_the_mean_is_geometric_and_weighted_and_names_what_is_missing():
    method = weighing(reliability=1, responsiveness=1, openness=2, expressed=3)
    figures = [
        figure(Facet.RELIABILITY, 0.8),
        figure(Facet.RESPONSIVENESS, 0.45, SOME),
        figure(Facet.OPENNESS, None, TOO_LITTLE),
        figure(Facet.EXPRESSED, 0.99),  # what people say is no aspect of what was done
        figure(Facet.INTEGRITY, 0.99),  # weighs nothing in this method
    ]
    (mean,) = mean_trust(figures, method)
    assert mean.mean == pytest.approx(0.6)  # the root of .8 x .45
    assert (mean.low, mean.high) == (pytest.approx(0.3), pytest.approx((0.9 * 0.725) ** 0.5))
    assert (mean.aspects, mean.missing) == ((Facet.RELIABILITY, Facet.RESPONSIVENESS), (Facet.OPENNESS,))
    assert mean.status is SOME
    (weighted,) = mean_trust([figure(Facet.RELIABILITY, 0.8), figure(Facet.OPENNESS, 0.1)], method)
    assert weighted.mean == pytest.approx(0.2)  # the cube root of .8 x .1 x .1


def test_without_anything_to_say_there_is_no_mean():
    (mean,) = mean_trust([figure(Facet.RELIABILITY, None, TOO_LITTLE)], weighing(reliability=1))
    assert (mean.mean, mean.low, mean.high, mean.status) == (None, None, None, TOO_LITTLE)
    assert (mean.aspects, mean.missing) == ((), (Facet.RELIABILITY,))


def test_every_body_has_a_mean_of_its_own():
    method = weighing(reliability=1)
    means = mean_trust([figure(Facet.RELIABILITY, 0.8), figure(Facet.RELIABILITY, 0.2, body="county")], method)
    assert {each.trustee_id: each.mean for each in means} == {
        an_id("council"): pytest.approx(0.8),
        an_id("county"): pytest.approx(0.2),
    }


@given(st.lists(shares, min_size=3, max_size=3), st.lists(st.floats(0.1, 5), min_size=3, max_size=3))
def test_a_mean_lies_among_what_it_is_the_mean_of_and_no_scale_of_weights_moves_it(values, weights):
    figures = [figure(facet, value) for facet, value in zip(ACTS, values, strict=True)]
    by_name = dict(zip(map(str, ACTS), weights, strict=True))
    (mean,) = mean_trust(figures, weighing(**by_name))
    assert min(values) - 1e-12 <= mean.mean <= max(values) + 1e-12
    assert mean.low <= mean.mean <= mean.high
    (scaled,) = mean_trust(figures, weighing(**{name: weight * 7 for name, weight in by_name.items()}))
    assert scaled.mean == pytest.approx(mean.mean)
