"""Laws of early warnings: each holds on every day since the one it names, and did not on the day before."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.method.document import MethodInvalid, default_method, load_method
from projections.method.method import method_document
from projections.scoring.early_warnings.warning_row import EarlyWarningRule, held_since
from projections.views.early_warnings import early_warnings
from tests.support.methods import folkmoot_2026
from tests.support.trust_stories import stories
from tests.support.warning_stories import FIRST, SOON, eventful_stories, warned

days = st.integers(30, 900).map(lambda count: FIRST + timedelta(days=count))


def since_by_key(story, as_of, **rules):
    return {
        (row.rule, row.party_id, row.side, row.facet, row.thing_id): row.since_on
        for row in warned(story, as_of, **rules)
    }


def assert_since_is_true(story, as_of, data, **rules):
    for key, since in since_by_key(story, as_of, **rules).items():
        between = since + timedelta(days=data.draw(st.integers(0, (as_of - since).days)))
        assert since_by_key(story, between, **rules).get(key) == since
        assert key not in since_by_key(story, since - timedelta(days=1), **rules)


@given(eventful_stories(), days, st.data())
def test_a_warning_holds_on_every_day_since_the_one_it_names_and_not_on_the_day_before(story, as_of, data):
    assert_since_is_true(story, as_of, data, **SOON)


@given(stories(40), st.integers(0, 400), st.data())
def test_so_it_does_whatever_else_happens_and_however_late_it_is_recorded(teller, later, data):
    assert_since_is_true(teller.told, teller.today + timedelta(days=later), data, **SOON)


@given(eventful_stories(), days)
def test_every_rule_is_listed_once_or_for_everybody_it_holds_about_with_its_words(story, as_of):
    rows = early_warnings(story.at(as_of), default_method())
    assert [each.value for each in dict.fromkeys(row.rule for row in rows)] == [each.value for each in EarlyWarningRule]
    assert all(row.rule_in_words.endswith(".") and row.ends_when.endswith(".") for row in rows)
    event_ids = {record.event_id for record in story.records}
    assert all(set(row.causes) <= event_ids for row in rows)
    assert all(bool(row.causes) == (row.since_on is not None) for row in rows)


@given(eventful_stories(), days)
def test_a_method_that_gives_no_thresholds_warns_of_nothing(story, as_of):
    assert early_warnings(story.at(as_of), folkmoot_2026()) == []


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1), st.integers(0, 90))
def test_the_first_day_of_a_stretch_is_found_as_by_looking_at_every_day(changes, cut):
    first = date(2026, 1, 1)
    course = sorted((first + timedelta(days=after), is_on) for after, is_on in changes)

    def holds(day):
        return next((is_on for on, is_on in reversed(course) if on <= day), False)

    as_of, since = first + timedelta(days=cut), None
    for number in range(cut + 1):
        day = first + timedelta(days=number)
        since = (since or day) if holds(day) else None
    assert held_since([on for on, _ in course], as_of, holds) == since


def test_every_fault_of_its_settings_is_named_at_once():
    document = msgspec.json.decode(method_document(default_method()))
    document["early_warnings"] |= {"silent_days": -1, "share_by_one": 2, "most_missed": 4}
    del document["early_warnings"]["fewest_asks"]
    with pytest.raises(MethodInvalid) as refused:
        load_method(msgspec.json.encode(document))
    assert {fault.pointer.removeprefix("/early_warnings/") for fault in refused.value.faults} == {
        "silent_days",
        "share_by_one",
        "most_missed",
        "fewest_asks",
    }
