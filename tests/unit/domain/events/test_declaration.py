"""An event's name, stored bytes and tags are derived from its declaration; a wrong declaration is refused."""

from typing import get_args
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from msgspec.structs import fields as struct_fields

from domain.events import (
    declaration,
    declaration_of,
    declarations,
    declared,
    decode,
    encode,
    name_of,
    texts_of,
)
from domain.events.asks import AskRaised
from domain.events.declaration import EventBody, Family, UnknownEventError, UnsealedTextError, Voice, event
from domain.events.examples import example
from domain.events.experience import FeedbackGiven
from domain.events.schema import structs_of
from domain.values import PartyAt, Plain, Sealed, Text, When
from domain.vocabulary import AskKind, PartyKind, Side
from tests.support.any_event import any_body

FAMILY = Family("rehearsals", "to try things out", "none", "an hour")
RESIDENTS = PartyAt(UUID(int=1), Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE)

each_event = pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)


own_registry = pytest.mark.usefixtures("registry")


@pytest.fixture
def registry(monkeypatch):
    """Forget afterwards what the test declares."""
    monkeypatch.setattr(declaration, "_BY_NAME", dict(declaration._BY_NAME))
    monkeypatch.setattr(declaration, "_BY_BODY", dict(declaration._BY_BODY))


def an_ask(text):
    return AskRaised(happened="2026-03", ask_id=uuid4(), kind=AskKind.REQUEST, raised_by=RESIDENTS, text=text)


# names


def test_an_event_is_stored_under_the_kebab_case_of_its_class():
    assert name_of(AskRaised) == "ask-raised"
    assert declared("ask-raised").body is AskRaised


@own_registry
def test_an_event_cannot_be_declared_under_a_name_already_given():
    with pytest.raises(TypeError, match="ask-raised: declared twice"):

        @event(family=FAMILY, begins="ask_id", sentence="again")
        class AskRaised(EventBody, frozen=True, kw_only=True):
            ask_id: UUID


@own_registry
@pytest.mark.parametrize("upcasts", [{}, {1: dict}, {2: dict}, {1: dict, 2: dict, 3: dict}])
def test_a_third_version_needs_exactly_the_upcasts_from_the_first_and_second(upcasts):
    with pytest.raises(TypeError, match="an upcast is missing between 1 and 3"):

        @event(family=FAMILY, begins="rehearsal_id", sentence="it went wrong", version=3, upcasts=upcasts)
        class RehearsalHeld(EventBody, frozen=True, kw_only=True):
            pass


@each_event
def test_the_home_and_what_an_event_continues_are_ids_that_it_carries(declared_event):
    for field in filter(None, (declared_event.home, declared_event.about)):
        assert field.endswith("_id")
        assert field in declared_event.fields


@each_event
def test_what_an_event_continues_is_begun_by_another(declared_event):
    beginnings = {each.begins for each in declarations()} | {"record_id"}
    if declared_event.name != "review-frozen":
        assert declared_event.about in beginnings | {""}


# who speaks


def holds_bodies(annotation):
    return annotation is PartyAt or PartyAt in get_args(annotation)


@each_event
def test_of_every_body_by_which_something_was_done_it_is_declared_whether_it_spoke(declared_event):
    done_by = {each.name for each in struct_fields(declared_event.body) if each.name.endswith("_by")}
    bodies = {each.name for each in struct_fields(declared_event.body) if holds_bodies(each.type)}
    assert done_by & bodies <= set(declared_event.voices) <= bodies


@pytest.mark.parametrize("field", ["met_by", "spend_by", "shouted_by"])
@own_registry
def test_neither_a_side_nor_a_date_nor_what_is_not_there_can_speak(field):
    with pytest.raises(TypeError, match=f"rehearsal-held: {field} have no voice"):

        @event(family=FAMILY, begins="rehearsal_id", sentence="it went on", voices={field: Voice.SPEAKS})
        class RehearsalHeld(EventBody, frozen=True, kw_only=True):
            rehearsal_id: UUID
            met_by: tuple[Side, ...]
            spend_by: When | None = None


@pytest.mark.parametrize("thing", [{}, {"begins": "rehearsal_id", "about": "ask_id"}, {"begins": "led_by"}])
@own_registry
def test_an_event_names_the_one_thing_that_it_begins_or_is_about(thing):
    with pytest.raises(TypeError, match="rehearsal-held: name the one id field"):

        @event(family=FAMILY, sentence="it went on", **thing)
        class RehearsalHeld(EventBody, frozen=True, kw_only=True):
            rehearsal_id: UUID
            ask_id: UUID
            led_by: PartyAt


# stored bytes


@each_event
def test_texts_stand_only_where_encoding_looks_for_them(declared_event):
    assert texts_in(declared_event.body) == set(declared_event.sealed)
    parts = set(structs_of(declared_event.body)) - {declared_event.body}
    assert [part for part in parts if texts_in(part)] == []


def texts_in(struct):
    return {
        field.name
        for field in struct_fields(struct)
        if Plain in structs_of(msgspec.defstruct("Probe", [(field.name, field.type)]))
    }


@each_event
def test_readable_text_is_never_encoded(declared_event):
    whole = example(declared_event.body)
    for field, _ in texts_of(whole):
        unsealed = msgspec.structs.replace(whole, **{field: Plain("Mo of Ferry Road")})
        with pytest.raises(UnsealedTextError, match=f"{declared_event.name}.{field} is not sealed") as refusal:
            encode(unsealed)
        assert "Ferry" not in str(refusal.value) + repr(unsealed)


def test_an_ask_gives_its_text_to_be_sealed_with_its_field():
    assert list(texts_of(an_ask(Plain("A bus")))) == [("text", Plain("A bus"))]


def test_an_absent_text_is_no_text():
    feedback = msgspec.structs.replace(example(FeedbackGiven), comment=None)
    assert list(texts_of(feedback)) == []


def test_ids_and_seals_are_stored_as_bytes_and_defaults_are_left_out():
    ask = an_ask(Sealed(UUID(int=2), b"box"))
    stored = msgspec.msgpack.decode(encode(ask))
    assert stored["ask_id"] == ask.ask_id.bytes
    assert stored["text"] == ["sealed", UUID(int=2).bytes, b"box"]
    assert set(stored) == {"happened", "ask_id", "kind", "raised_by", "text"}


def test_an_event_type_that_nobody_declared_is_refused():
    with pytest.raises(UnknownEventError, match="no event type is called 'ask-shouted'"):
        decode("ask-shouted", 1, b"")


def test_a_version_from_a_newer_release_is_refused():
    with pytest.raises(UnknownEventError, match="version 2 is newer than this release, which knows version 1"):
        decode("ask-raised", 2, encode(an_ask(Sealed(UUID(int=2), b"box"))))


def test_a_body_with_a_field_that_nobody_declared_is_refused():
    stored = msgspec.msgpack.decode(encode(an_ask(Sealed(UUID(int=2), b"box"))))
    with pytest.raises(msgspec.ValidationError, match="unknown field `shouted`"):
        decode("ask-raised", 1, msgspec.msgpack.encode({**stored, "shouted": True}))


@own_registry
def test_a_body_of_the_first_version_is_read_through_every_upcast():
    @event(family=FAMILY, begins="rehearsal_id", sentence="{led_by} rehearsed")
    class RehearsalHeld(EventBody, frozen=True, kw_only=True):
        rehearsal_id: UUID
        led_by: PartyAt
        notes: Text | None = None

    first = RehearsalHeld(
        happened="2026-03", rehearsal_id=UUID(int=3), led_by=RESIDENTS, notes=Sealed(UUID(int=4), b"box")
    )
    stored = encode(first)
    del declaration._BY_NAME["rehearsal-held"]

    def with_pieces(fields):
        return {**fields, "pieces": ["unknown"]}

    def with_ending(fields):
        return {**fields, "ended": fields["happened"]}

    @event(
        family=FAMILY,
        begins="rehearsal_id",
        sentence="{led_by} rehearsed",
        version=3,
        upcasts={1: with_pieces, 2: with_ending},
    )
    class RehearsalHeld(EventBody, frozen=True, kw_only=True):
        rehearsal_id: UUID
        led_by: PartyAt
        notes: Text | None = None
        pieces: tuple[str, ...]
        ended: When

    read = decode("rehearsal-held", 1, stored)
    assert read == RehearsalHeld(
        happened="2026-03",
        rehearsal_id=first.rehearsal_id,
        led_by=RESIDENTS,
        notes=first.notes,
        pieces=("unknown",),
        ended="2026-03",
    )
    assert decode("rehearsal-held", 3, encode(read)) == read


@given(any_body())
def test_decoding_what_was_encoded_gives_the_same_body(body):
    declaration = declaration_of(body)
    assert decode(declaration.name, declaration.version, encode(body)) == body


@given(any_body())
def test_a_body_is_encoded_to_the_same_bytes_every_time(body):
    declaration = declaration_of(body)
    assert encode(decode(declaration.name, declaration.version, encode(body))) == encode(body)
