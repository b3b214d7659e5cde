"""The sources of a record, and what each of them would note, by what it is known."""

from datetime import date

import pytest

from domain.events.covered_acts import CoveredActs
from domain.vocabulary import SharingKind
from projections.method.document import default_method
from projections.views.record_sources import CoverageBasis, record_source_rows
from tests.support.coverage_story import DIARY, declared, met, shared
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id
from tests.support.trust_figures import partnership


@pytest.fixture
def story():
    return partnership(COUNCIL, TENANTS, COUNTY, since="2020-01-01")


def told(story, kind=SharingKind.NOTES):
    rows = record_source_rows(story.at("2026-12-31"), default_method())
    return [(row.mapping or row.key_id, row.is_covered, row.basis, row.party_ids) for row in rows if row.kind is kind]


def test_a_key_in_use_covers_all_and_an_import_what_it_is_seen_to_note(story):
    met(story, "meeting", "2026-01-05")
    met(story, "imported", "2026-02-02", mapping=DIARY)
    key = (str(an_id("officer")), True, CoverageBasis.KEY_IN_USE, ())
    assert told(story) == [key, (DIARY, False, CoverageBasis.SEEN_TO_NOTE, ())]
    shared(story, "imported", "2026-02-03", mapping=DIARY)
    assert told(story) == [key, (DIARY, True, CoverageBasis.SEEN_TO_NOTE, (COUNCIL.party_id,))]
    assert told(story, SharingKind.REASONS)[1] == (DIARY, False, CoverageBasis.SEEN_TO_NOTE, ())


def test_what_was_declared_last_stands_line_by_line(story):
    met(story, "imported", "2026-02-02", mapping=DIARY)
    lines = [CoveredActs(SharingKind.NOTES, (each.party_id,), date(2026, 1, 1)) for each in (COUNCIL, COUNTY)]
    declared(story, "2026-03-01", *lines, mapping=DIARY)
    assert told(story) == [(DIARY, True, CoverageBasis.DECLARED, (each.party_id,)) for each in (COUNCIL, COUNTY)]
    rows = [row for row in record_source_rows(story.at("2026-12-31"), default_method()) if row.is_covered]
    assert [(row.line, row.covered_from, row.covered_until) for row in rows] == [
        (0, date(2026, 1, 1), None),
        (1, date(2026, 1, 1), None),
    ]


def test_who_only_promises_with_a_key_is_no_source(story):
    story.promised("promise", "2026-01-10", due="2026-03-31")
    assert told(story) == []
