"""Survey lines: one for each side, body, aspect, question and way of asking; ratings make a reading a month."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.vocabulary import Facet, Side
from projections.method.document import default_method
from projections.scoring.surveys.expressed_rows import expressed_rows
from projections.scoring.surveys.shown_lines import columns_of_lines
from projections.scoring.surveys.survey_lines import ReadingKind, survey_lines
from tests.support.partnership_story import COUNCIL, COUNCILLOR, COUNTY, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
RULES = METHOD.survey_rules


def pulse(name, on, counts, about=COUNCIL, **details):
    return PulseObserved(
        happened=on,
        pulse_id=an_id(name),
        about=about,
        rater_side=details.pop("rater_side", Side.RESIDENTS),
        facet=details.pop("facet", Facet.EXPRESSED),
        counts=counts,
        **details,
    )


def rating(name, on, score, who, **details):
    return FeedbackGiven(
        happened=on,
        feedback_id=an_id(name),
        about=COUNCIL,
        rater_side=Side.RESIDENTS,
        rater_id=an_id(f"rater {who}"),
        facet=Facet.EXPRESSED,
        score=score,
        **details,
    )


def told(*bodies):
    story = partnership(COUNCIL, COUNTY, TENANTS, since="2025-01-01")
    for body in bodies:
        story.tell(body, recorded="2026-12-31")
    return story


def rows(story, as_of="2026-12-31"):
    return expressed_rows(story.at(as_of), METHOD, RULES)


def readings(story, as_of="2026-12-31"):
    return [(row.on, row.raters, row.mean) for row in rows(story, as_of)]


FIVE = (0, 0, 1, 1, 3)


def test_bodies_sides_aspects_questions_and_ways_of_asking_are_lines_of_their_own():
    story = told(
        pulse("a", "2026-02-01", FIVE),
        pulse("b", "2026-02-01", FIVE, about=COUNTY),
        pulse("c", "2026-02-01", FIVE, rater_side=Side.GOVERNMENT, about=TENANTS),
        pulse("d", "2026-02-01", FIVE, facet=Facet.OPENNESS),
        pulse("e", "2026-02-01", FIVE, survey_question="I am listened to"),
        *(rating(f"f{who}", "2026-02-10", 4, who) for who in range(5)),
        *(rating(f"g{who}", "2026-02-10", 4, who, survey_question="I am listened to") for who in range(5)),
    )
    lines = survey_lines(story.at("2026-12-31"), METHOD)
    assert [len(readings) for readings in lines.values()] == [1] * 7
    assert {(line.kind, line.question) for line in lines} == {
        (kind, question) for kind in ReadingKind for question in ("", "I am listened to")
    }


def test_a_person_in_office_is_never_a_line():
    assert rows(told(pulse("a", "2026-02-01", FIVE, about=COUNCILLOR))) == []


def test_nothing_is_shown_under_five_raters():
    assert rows(told(pulse("a", "2026-02-01", (0, 0, 0, 0, 4)))) == []
    assert readings(told(pulse("a", "2026-02-01", (0, 0, 0, 0, 5)))) == [(date(2026, 2, 1), 5, 1.0)]


def test_ratings_of_a_month_become_a_reading_at_its_end():
    story = told(*(rating(f"{who}", "2026-02-10", 3, who) for who in range(5)))
    assert readings(story, "2026-02-27") == []
    assert readings(story, "2026-02-28") == [(date(2026, 2, 28), 5, 0.5)]


def test_a_month_of_fewer_than_five_joins_the_next_and_one_person_counts_once_with_the_latest():
    story = told(
        *(rating(f"feb {who}", "2026-02-10", 1, who) for who in range(3)),
        *(rating(f"mar {who}", "2026-03-10", 5, who) for who in range(2, 6)),
        *(rating(f"may {who}", "2026-05-10", 3, who) for who in range(4)),
    )
    # February is too few; with March there are six people, of whom one changed her mind. May is still too few.
    assert readings(story) == [(date(2026, 3, 31), 6, pytest.approx(4 / 6))]


@given(st.integers(1, 5), st.integers(1, 5))
def test_the_same_rating_once_more_in_a_month_changes_nothing_but_its_causes(score, others):
    ratings = [rating(f"{who}", "2026-02-10", score if who == 0 else others, who) for who in range(5)]
    again = [*ratings, rating("again", "2026-02-20", score, 0)]
    assert readings(told(*again)) == readings(told(*ratings))


pulses = st.lists(
    st.tuples(st.integers(1, 23), st.tuples(*[st.integers(0, 9)] * 5).filter(lambda counts: sum(counts) >= 5)),
    min_size=1,
    max_size=8,
)


def on_month(number):
    return f"{2025 + number // 12}-{number % 12 + 1:02}-05"


def figures(story):
    return [
        (row.about_id, row.on, row.mean, row.standing, row.level, row.level_variance, row.noise_variance)
        for row in rows(story)
    ]


@given(pulses, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(months, dice: Random):
    bodies = [pulse(f"{number}", on_month(month), counts) for number, (month, counts) in enumerate(months)]
    shuffled = list(bodies)
    dice.shuffle(shuffled)
    assert figures(told(*shuffled)) == figures(told(*bodies))


@given(pulses, pulses)
def test_a_line_does_not_depend_on_other_lines(ours, theirs):
    own = [pulse(f"own {number}", on_month(month), counts) for number, (month, counts) in enumerate(ours)]
    other = [
        pulse(f"other {number}", on_month(month), counts, about=COUNTY) for number, (month, counts) in enumerate(theirs)
    ]
    together = [figure for figure in figures(told(*own, *other)) if figure[0] == COUNCIL.party_id]
    assert together == figures(told(*own))


@given(pulses)
def test_a_point_of_the_line_is_the_figure_asked_on_its_day(months):
    story = told(*(pulse(f"{number}", on_month(month), counts) for number, (month, counts) in enumerate(months)))
    for row in rows(story):
        then = [each for each in rows(story, str(row.on)) if each.on == row.on][-1]
        if [each.on for each in rows(story)].count(row.on) == 1:
            assert (then.level, then.level_variance) == (row.level, row.level_variance)


def test_as_a_table_the_ranges_of_a_line_are_its_own_whatever_line_stands_before_it():
    days = ("2025-03-01", "2025-09-01", "2026-03-01")
    of_council = [pulse(f"council {day}", day, (0, 2, 10, 20, 8)) for day in days]
    of_county = [pulse(f"county {day}", day, (8, 20, 10, 2, 0), COUNTY) for day in days]

    def columns(*bodies):
        return columns_of_lines(expressed_rows(told(*bodies).at("2026-06-30"), METHOD, RULES), METHOD)

    both, alone = columns(*of_council, *of_county), (columns(*of_council), columns(*of_county))
    for name, values in both.items():
        assert sorted(values) == sorted(value for each in alone for value in each[name])
