"""The timeline asked for some of its events: by what they are about, by body, by theme, by words."""

import pytest

from api.access.keys import Scope
from api.resources.timeline import EventFamily
from domain.events import declarations
from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def eventful(neighbourhood):
    """A promise about lighting that is kept, an ask about play, and a rating."""
    path, council, group, officer = (
        neighbourhood.path,
        neighbourhood.council,
        neighbourhood.group,
        neighbourhood.officer,
    )
    promise = officer.records(
        f"{path}/commitments",
        promisers=[council],
        promisees=[group],
        text="Mend the lamps",
        theme="lighting",
        happened="2026-02-01",
    )
    commitment = promise["created"]["commitment"][0]
    officer.records(f"{path}/commitments/{commitment}/reports", claimed_by=council, happened="2026-03-01")
    neighbourhood.resident.records(
        f"{path}/asks",
        raised_by=group,
        kind="request",
        text="Swings under the Lamps",
        themes=["play"],
        happened="2026-03-02",
    )
    return neighbourhood, commitment


def types(reader, eventful, **query):
    neighbourhood, _ = eventful
    answer = reader.reads(f"{neighbourhood.path}/timeline", **query)
    assert answer["entries_in_all"] == len(answer["data"]) or answer["next"]
    return [each["type"] for each in answer["data"]]


def test_events_of_some_families_are_listed(eventful):
    reader = eventful[0].resident
    assert types(reader, eventful, family="commitments") == ["commitment-made", "fulfilment-claimed"]
    assert types(reader, eventful, family=["asks", "commitments"])[-1] == "ask-raised"


def test_the_life_of_one_thing_is_listed(eventful):
    reader, commitment = eventful[0].resident, eventful[1]
    assert types(reader, eventful, thing=commitment) == ["commitment-made", "fulfilment-claimed"]


def test_events_that_name_a_body_are_listed(eventful):
    reader, neighbourhood = eventful[0].resident, eventful[0]
    assert "fulfilment-claimed" in types(reader, eventful, party=neighbourhood.council)
    assert "fulfilment-claimed" not in types(reader, eventful, party=neighbourhood.group)


def test_events_with_a_theme_are_listed(eventful):
    reader = eventful[0].resident
    assert types(reader, eventful, theme="lighting") == ["commitment-made"]
    assert types(reader, eventful, theme="play") == ["ask-raised"]


def test_contacts_in_which_people_came_together_are_listed_alone(eventful):
    neighbourhood, _ = eventful
    gathered = meeting(neighbourhood, happened="2026-03-03")
    for contact in (gathered, gathered | {"kind": "petition"}, gathered | {"mode": "in-writing"}):
        neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **contact)
    answer = neighbourhood.resident.reads(f"{neighbourhood.path}/timeline", together=True, order="newest")
    assert [(each["type"], each["happened"]) for each in answer["data"]] == [("interaction-recorded", "2026-03-03")]
    assert types(neighbourhood.resident, eventful, type="interaction-recorded") == ["interaction-recorded"] * 3


def test_the_newest_come_first_on_every_page(eventful):
    reader, path = eventful[0].resident, f"{eventful[0].path}/timeline"
    oldest = [each["event_id"] for each in reader.reads(path)["data"]]
    first = reader.reads(path, order="newest", limit=3)
    rest = reader.reads(first["next"])
    assert [each["event_id"] for each in (*first["data"], *rest["data"])] == oldest[::-1]
    assert first["entries_in_all"] == rest["entries_in_all"] == len(oldest)


def test_words_are_sought_without_regard_to_capitals(eventful):
    assert types(eventful[0].resident, eventful, q="lamps") == ["commitment-made", "ask-raised"]


def test_who_may_not_read_a_text_does_not_find_out_what_it_says_by_seeking_it(eventful, people):
    stranger = people(Scope.READ)
    assert types(stranger, eventful, q="lamps") == []
    assert "commitment-made" in types(stranger, eventful, q="promised")


def test_what_an_event_continues_is_called_by_its_title_for_who_may_read_it(eventful, people):
    neighbourhood, commitment = eventful
    assert neighbourhood.resident.reads(f"{neighbourhood.path}/timeline")["labels"] == {commitment: "Mend the lamps"}
    stranger = people(Scope.READ).reads(f"{neighbourhood.path}/timeline")
    assert stranger["labels"] == {commitment: "Promise of 1 February 2026"}


def test_every_family_can_be_asked_for():
    assert {each.family.name for each in declarations()} == set(EventFamily)
