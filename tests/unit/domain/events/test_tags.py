"""The tags by which decisions find an event: one for each thing, party or person that it names."""

from uuid import UUID, uuid4

import msgspec
import pytest

from domain.events import declarations, tags_of, texts_of
from domain.events.asks import AskRaised
from domain.events.decisions import DecisionTaken
from domain.events.examples import example
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import ExpectedBodiesSet, ExpectedBody
from domain.vocabulary import PartyKind


def test_an_ask_is_found_by_itself_its_meeting_and_both_parties():
    ask = msgspec.structs.replace(example(AskRaised), consultation_id=None)
    assert tags_of(ask) == {
        f"ask:{ask.ask_id}",
        f"interaction:{ask.interaction_id}",
        f"party:{ask.raised_by.party_id}",
        f"party:{ask.addressee.party_id}",
    }


def test_a_meeting_is_found_by_each_party_and_person_who_was_there():
    meeting = example(InteractionRecorded)
    there = {f"party:{each.party.party_id}" for each in meeting.participants}
    there |= {f"person:{each.person_id}" for each in meeting.participants}
    assert there <= tags_of(meeting)


def test_a_role_in_a_field_name_is_left_out_of_the_tag():
    decision = example(DecisionTaken)
    assert {f"ask:{each}" for each in decision.answers_ask_ids} <= tags_of(decision)
    assert not [each for each in tags_of(decision) if each.startswith("answers")]


def test_a_body_expected_by_name_is_found_by_it():
    party_id = uuid4()
    expected = (ExpectedBody(PartyKind.COUNTY, party_id), ExpectedBody(PartyKind.CHARITY))
    tags = tags_of(ExpectedBodiesSet(happened="2026", expectation_id=UUID(int=5), bodies=expected))
    assert tags == {f"expectation:{UUID(int=5)}", f"party:{party_id}"}


@pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)
def test_every_id_in_an_event_is_a_tag_but_for_the_keys_of_its_seals(declared_event):
    body = example(declared_event.body)
    keys = {str(text.key_id) for _, text in texts_of(body)}
    assert {each.partition(":")[2] for each in tags_of(body)} == set(ids_in(body)) - keys


def ids_in(value):
    if isinstance(value, UUID):
        yield str(value)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from ids_in(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from ids_in(item)
