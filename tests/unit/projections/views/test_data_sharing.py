"""The arrangement in force is the one agreed last by the day asked about."""

from datetime import date

import pytest

from domain.events.partnerships import DataSharingRecorded
from projections.views.data_sharing import data_sharing
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id
from tests.support.small_world import SEALED


@pytest.fixture
def story():
    """An arrangement of two bodies to be looked at in June, and one of all members from September."""
    story = PartnershipStory()
    story.formed("2026-01-01")
    for happened, details in (
        ("2026-02", {"between": (COUNCIL, TENANTS), "review_due": "2026-06"}),
        ("2026-09-01", {"whereabouts": SEALED}),
    ):
        story.tell(
            DataSharingRecorded(
                happened=happened, arrangement_id=an_id(f"arrangement of {happened}"), covers=SEALED, **details
            )
        )
    return story


def read(story, as_of):
    return data_sharing(story.at(as_of), folkmoot_2026())


def test_before_any_is_agreed_none_stands(story):
    assert read(story, "2026-01-31") == []


def test_the_first_stands_and_names_its_bodies(story):
    (row,) = read(story, "2026-06-30")
    assert (row.is_in_force, row.review_on) == (True, date(2026, 6, 30))
    assert row.between_party_ids == (COUNCIL.party_id, TENANTS.party_id)
    assert (row.agreed, row.agreed_on, row.whereabouts) == ("2026-02", date(2026, 2, 28), None)


def test_a_later_one_takes_its_place(story):
    first, second = read(story, "2026-09-01")
    assert [first.is_in_force, second.is_in_force] == [False, True]
    assert second.whereabouts.field == "whereabouts"
