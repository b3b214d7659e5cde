"""No headline where trust would give no figure: on too little, only what was counted is told."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import Participant
from domain.events.experience import PulseObserved
from domain.events.interactions import InteractionPlanned
from domain.events.partnerships import ExpectedBodiesSet, ExpectedBody
from domain.values import end_of_day
from domain.vocabulary import Facet, InteractionKind, PartyKind, Side
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus, TrustPoint, opinions
from projections.scoring.health.measure import HEADLINE, Measure, MeasureBasis, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import estimate, profile_composite, shown_measures, shown_profile
from tests.support.health_measures import AT, award, measure, meet
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
from tests.support.trust_figures import keep, method, partnership


def _planned_and_held(story: PartnershipStory) -> None:
    story.tell(
        InteractionPlanned(
            happened="2025-02-01",
            interaction_id=an_id("board"),
            kind=InteractionKind.MEETING,
            planned_for="2025-03-01",
        ),
        by=COUNCIL,
    )
    story.met("board", "2025-03-01", Participant(COUNCIL))


def _reviewed(story: PartnershipStory) -> None:
    story.met("review", "2025-06-01", Participant(COUNCIL), kind=InteractionKind.PARTNERSHIP_REVIEW)


def _asked_and_answered(story: PartnershipStory) -> None:
    story.asked("park", "2025-03-03")
    story.answered("park", "2025-03-10")


def _expected_two(story: PartnershipStory) -> None:
    bodies = (ExpectedBody(PartyKind.UNITARY), ExpectedBody(PartyKind.ICB))
    story.tell(ExpectedBodiesSet(happened="2025-01-02", expectation_id=an_id("expected"), bodies=bodies))


def _met_once(story: PartnershipStory) -> None:
    people = [Participant(TENANTS, person_id=an_id(f"person {number}")) for number in range(9)]
    meet(story, "2025-03-03", Participant(COUNCIL), *people)


def _split_down_the_middle(story: PartnershipStory) -> None:
    story.tell(
        PulseObserved(
            happened="2025-12-01",
            pulse_id=an_id("pulse"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            facet=Facet.RELIABILITY,
            counts=(3, 0, 0, 0, 3),
        )
    )


TOO_LITTLE: dict[Dimension, Callable[[PartnershipStory], object]] = {
    Dimension.RELIABILITY: lambda story: keep(story, 1),
    Dimension.RESPONSIVENESS: _asked_and_answered,
    Dimension.VOICE: _asked_and_answered,
    Dimension.PARTICIPATION: _met_once,
    Dimension.COVERAGE: _expected_two,
    Dimension.RHYTHM: _planned_and_held,
    Dimension.FUNDING_FLEXIBILITY: lambda story: award(story, "free", 1_000_000),
    Dimension.OPENNESS: _met_once,
    Dimension.EXPRESSED_EXPERIENCE: _split_down_the_middle,
    Dimension.LEARNING: _reviewed,
}
"""For each headline that can rest on too little, the least that makes it come to something."""


@pytest.mark.parametrize("dimension", TOO_LITTLE)
def test_too_little_gives_a_headline_no_number(dimension):
    story = partnership()
    TOO_LITTLE[dimension](story)
    figure = measure(story, dimension)
    assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert (figure.status, figure.missing) == (EvidenceStatus.INSUFFICIENT_EVIDENCE, Missing.NOT_ENOUGH)
    assert figure.n > 0
    assert figure.causes


def test_what_was_counted_is_told_all_the_same():
    story = partnership()
    keep(story, 1)
    _asked_and_answered(story)
    reliability, voice = measure(story, Dimension.RELIABILITY), measure(story, Dimension.VOICE)
    assert (reliability.acts, reliability.value_sum) == (1, 1)
    assert (voice.acts, voice.value_sum) == (1, 1)


def test_what_stands_beside_a_headline_keeps_to_the_same_rule():
    story = partnership()
    keep(story, 1, who=TENANTS, to=COUNCIL, name="theirs")
    award(story, "free", 1_000_000)
    assert measure(story, Dimension.RELIABILITY, "residents-to-officials").value is None
    assert measure(story, Dimension.FUNDING_FLEXIBILITY, "weighted-by-amount", "GBP").value is None
    assert measure(story, Dimension.FUNDING_FLEXIBILITY, "awards").value == 1  # a plain count


def test_a_gap_is_not_said_of_a_side_of_which_nothing_is():
    story = partnership()
    _split_down_the_middle(story)
    story.tell(
        PulseObserved(
            happened="2025-12-01",
            pulse_id=an_id("theirs"),
            about=TENANTS,
            rater_side=Side.GOVERNMENT,
            facet=Facet.RELIABILITY,
            counts=(0, 0, 0, 0, 90),
        )
    )
    assert measure(story, Dimension.EXPRESSED_EXPERIENCE).value is None
    assert measure(story, Dimension.EXPRESSED_EXPERIENCE, "officials-about-residents").value is not None
    assert measure(story, Dimension.EXPRESSED_EXPERIENCE, "gap").value is None


def test_a_composite_takes_a_headline_without_a_number_as_missing():
    story = partnership()
    keep(story, 6)
    _asked_and_answered(story)
    rows = health_rows(story.at(AT), method())
    total = profile_composite(rows, method(), {"reliability": 1.0, "voice": 1.0})
    assert total.missing == ("voice",)
    assert total.low < total.high
    assert profile_composite(rows, method(), {"voice": 1.0}) is None


AMOUNT = st.floats(0, 40)
SHARE = st.floats(0.02, 0.98)
MEASURES = st.builds(
    Measure,
    dimension=st.sampled_from(sorted(map(str, Dimension))),
    name=st.sampled_from([HEADLINE, "beside"]),
    basis=st.sampled_from(MeasureBasis),
    value=SHARE,
    r=AMOUNT,
    s=st.floats(0.01, 40),
    a=SHARE,
    low=st.floats(0, 0.5),
    high=st.floats(0.5, 1),
    deviation=st.floats(0.01, 0.1),
    n=AMOUNT,
)


@given(rows=st.lists(MEASURES, max_size=12))
def test_no_measure_has_a_number_without_enough_to_say_it(rows):
    rules = method().trust
    for row, figure in zip(rows, shown_measures(rows, method()), strict=True):
        is_said = figure.status is EvidenceStatus.ENOUGH
        assert is_said == (figure.value is not None) == (figure.missing is None)
        assert is_said or (figure.low, figure.high) == (None, None)
        if is_said and (row.basis is not MeasureBasis.COUNTED or row.name == HEADLINE):
            assert row.n >= rules.fewest_acts - 1e-9
            if row.basis is not MeasureBasis.COUNTED:
                assert figure.value == estimate(row, method())


@given(r=AMOUNT, s=AMOUNT, a=SHARE, n=AMOUNT)
def test_a_headline_is_said_exactly_where_trust_is(r, s, a, n):
    (opinion,) = opinions(
        [TrustPoint(at=end_of_day(date.fromisoformat(AT)), r=r, s=s, a=a, n=n, acts=1, tacit=0.0)], method()
    )
    row = Measure(dimension=Dimension.RELIABILITY, name=HEADLINE, basis=MeasureBasis.TRUST, r=r, s=s, a=a, n=n)
    (profile,) = shown_profile([row], method(), date.fromisoformat(AT)).dimensions
    assert profile.headline.status is opinion.status
    if opinion.status is EvidenceStatus.ENOUGH:
        assert profile.headline.value == pytest.approx(opinion.trust)
