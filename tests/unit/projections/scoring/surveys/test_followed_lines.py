"""Survey lines followed on: whatever readings come, late or in order, a line is the one followed from its beginning."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events.experience import PulseObserved
from projections.engine.live_history import LiveHistory
from projections.scoring.formulas.local_level import level_steps
from projections.scoring.surveys.expressed_rows import expressed_rows
from projections.scoring.surveys.survey_lines import LineFollower, SurveyReading, level_reading
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.trust_figures import partnership
from tests.unit.projections.scoring.surveys.test_survey_lines import METHOD, RULES, pulse, rating, rows, told

AS_OF = date(2026, 12, 31)
MANY, FEW = (0, 0, 9, 9, 9), (9, 9, 9, 0, 0)


@st.composite
def readings_in_turn(draw):
    """The readings of a line at one time after another: some were known later than others that came after them."""
    all_counts = draw(st.lists(st.sampled_from([MANY, FEW, (1, 1, 1, 1, 1)]), min_size=1, max_size=12))
    story = told(
        *(pulse(f"{month}", f"2026-{month:02}-02", counts) for month, counts in enumerate(all_counts, start=1))
    )
    readings = [
        SurveyReading(at=fact.occurred_at, said_at=fact.occurred_at, counts=fact.body.counts, facts=(fact,))
        for fact in story.at("2026-12-31").of(PulseObserved)
    ]
    known_places = st.sets(st.integers(0, len(readings) - 1))
    return [[readings[place] for place in sorted(places)] for places in draw(st.lists(known_places, max_size=6))]


@given(readings_in_turn())
def test_a_line_followed_on_is_the_line_followed_from_its_beginning(readings_then):
    follower = LineFollower(METHOD, RULES)
    for readings in readings_then:
        assert list(follower.steps(readings)) == level_steps([level_reading(each, METHOD) for each in readings], RULES)


many_statements = st.lists(
    st.one_of(
        st.tuples(st.just("pulse"), st.integers(1, 12), st.sampled_from([MANY, FEW])),
        st.tuples(st.just("rating"), st.integers(1, 12), st.integers(0, 7)),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(many_statements)
def test_rows_made_event_by_event_are_those_made_from_nothing(statements):
    story, live = partnership(COUNCIL, TENANTS, since="2025-01-01"), LiveHistory()
    for number, (sort, month, how) in enumerate(statements):
        on = f"2026-{month:02}-0{1 + number % 9}"
        body = pulse(f"{number}", on, how) if sort == "pulse" else rating(f"{number}", on, 1 + number % 5, how)
        story.tell(body, recorded="2026-12-31")
        assert expressed_rows(live.known(story.records, AS_OF), METHOD, RULES) == rows(story)


def test_the_rows_of_readings_that_are_as_they_were_stay_the_same_objects():
    story, live = partnership(COUNCIL, TENANTS, since="2025-01-01"), LiveHistory()
    for month in range(1, 7):
        story.tell(pulse(f"{month}", f"2026-{month:02}-02", MANY), recorded="2026-12-31")
    before = expressed_rows(live.known(story.records, AS_OF), METHOD, RULES)
    story.tell(pulse("next", "2026-08-02", MANY), recorded="2026-12-31")
    now = expressed_rows(live.known(story.records, AS_OF), METHOD, RULES)
    assert len(now) == 7
    assert all(one is other for one, other in zip(before, now, strict=False))
