"""A promise that was disputed and kept at last still names its dispute among what the figure rests on."""

import pytest

from domain.events.records import DisputeResolved
from domain.vocabulary import ResolutionOutcome
from projections.method.document import default_method
from projections.scoring.behaviour import evidence
from projections.views.commitments import commitment_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.trust_figures import partnership


def said_not_done(story, report):
    assert report
    return story.said_not_done("lights", "2026-01-21")


def record_disputed(story, report):
    return story.disputed(report, "2026-01-21", by=TENANTS)


def causes(story, method):
    past = story.at("2026-03-01")
    (row,) = [row for row in evidence(past, method) if row.until is None]
    (promise,) = commitment_rows(past, method)
    assert row.value == 1
    return row.causes, promise.causes


@pytest.mark.parametrize("dispute", [said_not_done, record_disputed])
def test_a_dispute_stays_among_the_causes_once_the_promise_is_kept(dispute):
    story = partnership()
    story.promised("lights", "2026-01-01", due="2026-02-01")
    disputed = dispute(story, story.reported_done("lights", "2026-01-20"))
    story.confirmed_done("lights", "2026-01-30")
    for of_row in causes(story, default_method()):
        assert disputed in of_row
    assert disputed not in causes(story, folkmoot_2026())[0] or dispute is record_disputed


def test_so_does_one_that_both_sides_settled():
    story = partnership()
    story.promised("lights", "2026-01-01", due="2026-02-01")
    report = story.reported_done("lights", "2026-01-20")
    disputed = record_disputed(story, report)
    for party in (COUNCIL, TENANTS):
        body = DisputeResolved(
            happened="2026-01-25", record_id=report, agreed_by=party, outcome=ResolutionOutcome.STANDS
        )
        story.tell(body, by=party)
    for of_row in causes(story, default_method()):
        assert disputed in of_row
