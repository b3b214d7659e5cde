"""Examples made from types alone: whole, valid, and always the same."""

from typing import Annotated

import msgspec
import pytest
from msgspec import Meta, Struct

from domain.events import declarations, decode, encode
from domain.events.examples import NoExampleError, example
from domain.events.interactions import InteractionRecorded
from domain.vocabulary import SIDE_OF_KIND

each_event = pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)


@each_event
def test_an_example_fills_every_field_with_something_that_is_stored(declared_event):
    stored = msgspec.msgpack.decode(encode(example(declared_event.body)))
    assert tuple(stored) == declared_event.fields


@each_event
def test_an_example_is_valid(declared_event):
    body = example(declared_event.body)
    assert decode(declared_event.name, declared_event.version, encode(body)) == body


def test_an_example_is_always_the_same():
    assert example(InteractionRecorded) == example(InteractionRecorded)


def test_two_fields_of_one_type_have_different_examples():
    meeting = example(InteractionRecorded)
    assert meeting.interaction_id != meeting.place_id
    assert meeting.convened_by != meeting.chaired_by


def test_a_party_stands_on_the_side_of_its_kind():
    for participant in example(InteractionRecorded).participants:
        assert participant.party.side == SIDE_OF_KIND[participant.party.kind]


def test_a_pattern_without_an_example_is_refused_with_what_to_do():
    class Plate(Struct):
        number: Annotated[str, Meta(pattern="^[A-Z]{2}[0-9]{2}$")]

    with pytest.raises(NoExampleError, match=r"Plate\.number: give the pattern .* an example in its Meta"):
        example(Plate)


def test_a_field_whose_only_value_is_its_default_is_refused():
    class Switch(Struct):
        lit: Annotated[str, Meta(examples=["on"])] = "on"

    with pytest.raises(NoExampleError, match=r"Switch\.lit: no example differs from the default"):
        example(Switch)


def test_a_type_that_no_event_has_used_yet_is_refused():
    class Score(Struct):
        parts: list[int]

    with pytest.raises(NoExampleError, match=r"Score\.parts: no example is known of ListType"):
        example(Score)
