"""A duty to share exists only where a source of the record would note that it was met; else it is not recorded."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.covered_acts import EVERYTHING, CoveredActs
from domain.events.decisions import DecisionTaken
from domain.events.registries import PartiesFoundSame
from domain.vocabulary import Facet, SharingKind, Side
from projections.history.history import history
from projections.lifecycles.sharing_coverage import sharing_coverage
from projections.method.document import default_method
from projections.scoring.behaviour import evidence
from tests.support.coverage_story import DIARY, NOTES, YEAR_END, counted, declared, met, shared, values
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id, words
from tests.support.trust_figures import partnership


@pytest.fixture
def story():
    return partnership(COUNCIL, TENANTS, COUNTY, since="2020-01-01")


def test_a_diary_that_never_notes_who_shared_minutes_says_nothing_of_openness(story):
    for month in range(1, 9):
        met(story, f"meeting {month}", f"2026-0{month}-02", mapping=DIARY)
    assert values(story) == []
    assert counted(story) == {SharingKind.NOTES: (8, 8)}
    assert values(story, method=folkmoot_2026()) == [0.0] * 8


def test_whoever_records_with_a_key_could_have_noted_it(story):
    met(story, "meeting", "2026-02-02")
    assert values(story) == [0.0]
    assert counted(story) == {}


def test_what_was_recorded_with_a_key_long_after_it_happened_is_covered_too(story):
    met(story, "meeting", "2021-02-02", recorded="2026-02-02")
    assert values(story) == [0.0]


def test_a_key_covers_what_others_recorded_once_it_is_in_use_and_not_before(story):
    met(story, "long past", "2021-02-02", recorded="2026-03-02", mapping=DIARY)
    met(story, "by the key", "2026-03-02")
    met(story, "of late", "2026-03-03", mapping=DIARY)
    assert counted(story) == {SharingKind.NOTES: (1, 3)}


def test_who_only_promises_or_asks_with_a_key_covers_nothing(story):
    story.promised("promise", "2026-01-10", due="2026-03-31")
    story.asked("ask", "2026-01-10")
    met(story, "meeting", "2026-02-02", mapping=DIARY)
    assert counted(story) == {SharingKind.NOTES: (1, 1)}


def test_an_import_covers_what_it_is_seen_to_note_from_then_on_as_far_as_it_reaches(story):
    met(story, "before", "2026-01-05", mapping=DIARY)
    met(story, "noted", "2026-02-02", mapping=DIARY)
    shared(story, "noted", "2026-02-02", mapping=DIARY)
    met(story, "after", "2026-03-02", mapping=DIARY)
    met(story, "last", "2026-04-06", mapping=DIARY)
    assert values(story) == [1.0, 0.0]
    assert counted(story) == {SharingKind.NOTES: (2, 4)}


def test_all_rows_that_an_import_recorded_on_one_day_are_read_by_what_it_noted_on_it(story):
    for name, on in (
        ("before", "2025-01-06"),
        ("noted", "2025-02-03"),
        ("after", "2025-03-03"),
        ("last", "2025-09-01"),
    ):
        met(story, name, on, mapping=DIARY, recorded="2026-06-01")
    shared(story, "noted", "2025-02-10", mapping=DIARY, recorded="2026-06-01")
    assert values(story) == [1.0, 0.0]


def test_noting_a_sharing_later_makes_nothing_missing_that_was_on_record_before(story):
    for name, on in (("first", "2026-01-05"), ("second", "2026-02-02"), ("last", "2026-06-01")):
        met(story, name, on, mapping=DIARY)
    shared(story, "first", "2026-01-12", mapping=DIARY, recorded="2026-07-01")
    assert values(story) == []
    met(story, "next", "2026-07-02", mapping=DIARY)
    met(story, "after next", "2026-09-01", mapping=DIARY)
    assert values(story) == [0.0]


def test_what_an_import_notes_of_one_body_says_nothing_of_another(story):
    met(story, "noted", "2026-02-02", mapping=DIARY)
    shared(story, "noted", "2026-02-02", mapping=DIARY)
    met(story, "the county's", "2026-03-02", convened_by=COUNTY, mapping=DIARY)
    met(story, "last", "2026-06-01", mapping=DIARY)
    rows = sharing_coverage(story.at(YEAR_END), default_method())
    assert {(row.owed_by, row.uncovered, row.duties) for row in rows if row.owed_to is Side.RESIDENTS} == {
        (COUNTY, 1, 1),
        (COUNCIL, 1, 2),
    }


def test_a_body_found_to_be_the_same_is_noted_under_either_name(story):
    met(story, "noted", "2026-02-02", convened_by=COUNTY, mapping=DIARY)
    shared(story, "noted", "2026-02-02", mapping=DIARY)
    met(story, "after", "2026-03-02", mapping=DIARY)
    met(story, "last", "2026-06-01", mapping=DIARY)
    assert values(story) == [1.0]
    story.tell(PartiesFoundSame(happened="2026-07-01", kept=COUNCIL, duplicate=COUNTY, finding_id=an_id("finding")))
    assert values(story) == [1.0, 0.0]


def test_as_known_before_an_import_noted_anything_nothing_is_covered(story):
    met(story, "noted", "2026-02-02", mapping=DIARY)
    before = story.head
    shared(story, "noted", "2026-02-02", mapping=DIARY)
    met(story, "last", "2026-03-02", mapping=DIARY)
    assert values(story, known_at=before) == []
    assert values(story) == [1.0]


def test_until_the_records_of_an_import_reach_the_day_it_is_due_nothing_is_missing(story):
    met(story, "noted", "2026-02-02", mapping=DIARY)
    shared(story, "noted", "2026-02-02", mapping=DIARY)
    met(story, "last", "2026-03-02", mapping=DIARY)
    assert values(story) == [1.0]
    met(story, "next", "2026-04-06", mapping=DIARY)
    assert values(story) == [1.0, 0.0]


def test_what_a_mapping_declares_is_covered_from_day_to_day(story):
    covers = (CoveredActs(SharingKind.NOTES, (COUNCIL.party_id,), date(2026, 3, 1), date(2026, 4, 30)),)
    for name, on in (("before", "2026-02-02"), ("within", "2026-03-02"), ("after", "2026-05-11")):
        met(story, name, on, mapping=DIARY, covers=covers)
    assert values(story) == [0.0]
    assert counted(story) == {SharingKind.NOTES: (2, 3)}
    met(story, "the county's", "2026-03-02", convened_by=COUNTY, mapping=DIARY, covers=covers)
    assert values(story) == [0.0]


def test_a_duty_is_covered_if_any_source_covers_it(story):
    met(story, "meeting", "2026-02-02", mapping=DIARY, covers=())
    assert values(story) == []
    declared(story, "2026-03-01", NOTES, mapping="minutes")
    assert values(story) == [0.0]


def test_what_no_source_covers_is_no_evidence_even_where_it_was_done(story):
    met(story, "meeting", "2026-02-02", mapping=DIARY, covers=())
    shared(story, "meeting", "2026-02-03", mapping=DIARY, covers=())
    assert values(story) == []
    assert counted(story) == {SharingKind.NOTES: (1, 1)}


def test_reasons_and_feedback_are_covered_or_not_as_notes_are(story):
    how = {"by": TENANTS, "mapping": DIARY}
    decision = DecisionTaken(
        happened="2026-02-02",
        decision_id=an_id("d"),
        title=words("d"),
        decided_by=TENANTS,
        led_by=COUNCIL,
        met_by=(Side.RESIDENTS,),
    )
    story.tell(decision, **how)
    consulted = (Side.RESIDENTS,)
    story.tell(
        ConsultationOpened(
            happened="2026-01-01",
            consultation_id=an_id("c"),
            opened_by=COUNCIL,
            subject=words("c"),
            consulted=consulted,
        ),
        **how,
    )
    story.tell(
        ConsultationClosed(happened="2026-02-01", consultation_id=an_id("c"), closed_by=COUNCIL, responses=4), **how
    )
    assert values(story) == []
    assert counted(story) == {SharingKind.REASONS: (1, 1), SharingKind.FEEDBACK: (1, 1)}
    assert values(story, method=folkmoot_2026()) == [0.0, 0.0]
    declared(story, "2026-07-01", *EVERYTHING, mapping=DIARY)
    assert values(story) == [0.0, 0.0]
    feedback = ConsultationFeedbackGiven(
        happened="2026-03-01", consultation_id=an_id("c"), given_by=COUNCIL, responses_covered=4
    )
    story.tell(feedback, **how)
    assert sorted(values(story)) == [0.0, 1.0]


# Covering less.


def test_covering_less_undoes_no_duty_that_was_on_record_and_due(story):
    met(story, "due", "2026-02-02")
    met(story, "not yet due", "2026-03-02")
    narrowing = declared(story, "2026-03-10", key="officer")
    met(story, "later", "2026-04-06")
    met(story, "of long ago", "2026-01-05", recorded="2026-04-06")
    assert values(story) == [0.0]
    (row,) = (row for row in sharing_coverage(story.at(YEAR_END), default_method()) if row.owed_to is Side.RESIDENTS)
    assert (row.uncovered, row.duties) == (3, 4)
    assert narrowing in row.causes


def test_an_event_without_a_stamp_does_not_undo_what_was_declared_and_a_withdrawn_declaration_does(story):
    narrowing = declared(story, "2026-01-10", key="officer")
    met(story, "meeting", "2026-02-02")
    assert values(story) == []
    story.withdrawn(narrowing, "2026-03-01")
    assert values(story) == [0.0]


COVERAGES = st.lists(
    st.builds(
        CoveredActs,
        st.sampled_from(SharingKind),
        st.sampled_from([(), (COUNCIL.party_id,), (COUNTY.party_id,)]),
        st.sampled_from([None, date(2026, 2, 1), date(2026, 4, 1)]),
        st.sampled_from([None, date(2026, 3, 1), date(2026, 6, 1)]),
    ),
    max_size=3,
).map(tuple)
MEETINGS = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.booleans(), st.one_of(st.none(), COVERAGES)), min_size=1, max_size=8
)


def told(meetings, recorded=None):
    """A year of meetings, each with its month, whether notes were shared, whether it was imported, and its stamp."""
    story = partnership(COUNCIL, TENANTS, COUNTY, since="2020-01-01")
    for number, (month, is_shared, is_imported, covers) in enumerate(sorted(meetings, key=lambda meeting: meeting[0])):
        how = {"recorded": recorded, **({"mapping": DIARY, "covers": covers} if is_imported else {})}
        met(story, f"meeting {number}", f"2026-{month:02}-02", **how)
        if is_shared:
            shared(story, f"meeting {number}", f"2026-{month:02}-09", **how)
    return story


@given(MEETINGS, COVERAGES, st.sampled_from(["officer", None]))
def test_declaring_less_never_takes_a_duty_away_that_was_due(meetings, covered, key):
    story = told(meetings)
    before = values(story, "2027-06-30")
    declared(story, "2027-06-30", *covered, key=key, mapping=None if key else DIARY)
    after = values(story, "2027-06-30")
    assert len(after) >= len(before)
    assert sum(value == 0 for value in after) >= sum(value == 0 for value in before)


@given(MEETINGS, COVERAGES, COVERAGES)
def test_covering_more_never_removes_evidence(meetings, covered, more):
    story = told(meetings)
    declared(story, "2027-01-01", *covered, mapping=DIARY)
    before = set(acts(story))
    declared(story, "2027-02-01", *covered, *more, mapping=DIARY)
    assert before <= set(acts(story))


def acts(story, on="2027-06-30"):
    return [row.act for row in evidence(story.at(on), default_method()) if row.facet is Facet.OPENNESS]


STAMPED_AFTER = [(1, True, True, None), (1, False, True, ()), (2, False, True, ())]


@given(meetings=MEETINGS, number=st.integers(0, 7), is_imported=st.booleans())
@example(meetings=STAMPED_AFTER, number=0, is_imported=True)
def test_sharing_never_adds_a_zero_nor_lowers_what_an_act_is_worth(meetings, number, is_imported):
    story = told(meetings)
    before = worth(story)
    how = {"mapping": DIARY} if is_imported else {"key": "another"}
    shared(story, f"meeting {number % len(meetings)}", "2027-06-01", **how)
    after = worth(story)
    assert all(after[act] >= value for act, value in before.items())
    assert all(after[act] > 0 for act in after.keys() - before.keys())


def worth(story, on="2027-06-30"):
    history = story.at(on)
    rows = (row for row in evidence(history, default_method()) if row.facet is Facet.OPENNESS)
    return {(row.act, row.truster.side): row.value for row in rows if row.stands_at(history.end)}


@given(MEETINGS, st.integers(1, 12), st.sampled_from([None, "2027-01-05"]))
def test_a_point_of_a_timeline_is_the_figure_asked_for_that_day(meetings, month, recorded):
    story = told(meetings, recorded)
    day = f"2026-{month:02}-28"
    then = {(row.act, row.value) for row in evidence(story.at(day), default_method()) if row.facet is Facet.OPENNESS}
    end = story.at(day).end
    along = {
        (row.act, row.value)
        for row in evidence(story.at("2027-06-30"), default_method())
        if row.facet is Facet.OPENNESS and row.begins_at < end
    }
    assert then == along


UNDECLARED = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.booleans(), st.none()), min_size=1, max_size=8)


@given(UNDECLARED, st.integers(1, 12), st.sampled_from([None, "2027-01-05"]))
def test_what_happens_after_a_day_makes_nothing_covered_that_was_not_on_that_day(meetings, month, recorded):
    story = told(meetings, recorded)
    past = story.at(f"2026-{month:02}-28")
    by_then = [record for record in story.records if record.occurred_at < past.end]
    cut = history(by_then, as_of=past.as_of, position=past.position, recorded_at=past.recorded_at)
    method = default_method()
    assert evidence(cut, method) == evidence(past, method)
    assert sharing_coverage(cut, method) == sharing_coverage(past, method)
