"""Events accepted before texts were checked stay on record: they decode to what was said, and are projected."""

import unicodedata
from typing import Any

import msgspec
import pytest

from domain.events import EventBody, declarations, declared, decode, encode
from domain.events.commitments import CommitmentMade
from domain.events.examples import example
from domain.events.funding import FundingAwarded
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipFormed
from domain.events.registries import PartyRegistered, PlaceRegistered
from domain.values import Money
from projections.views import projections
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory

DECOMPOSED = unicodedata.normalize("NFD", "Tŷ Gwyn")

ONCE_ACCEPTED: list[tuple[type[EventBody], dict[str, Any]]] = [
    (CommitmentMade, {"theme": "a\x00b", "plan_priority": "\u200b"}),
    (
        FundingAwarded,
        {"amount": {"minor_units": 137_500, "currency": "GBP\n"}, "scheme": "\u202etfig", "spend_by": "2026"},
    ),
    (PlaceRegistered, {"name": DECOMPOSED, "code": "E05000002\n", "boundary_vintage": "2021\n"}),
    (PartyRegistered, {"name": "\u200b\u200d", "identifiers": ["GB-COH-01234567\n"]}),
    (InteractionRecorded, {"language": "Jane Smith", "document": "https://example.org/\x00", "themes": ["a\nb"]}),
    (PartnershipFormed, {"name": f" {DECOMPOSED}\u00a0 Board\n", "programme": "\ufeffPride"}),
]


def as_it_was_stored(body, fields):
    """Write the bytes of an event as the log held them before."""
    stored = msgspec.msgpack.decode(encode(example(body)))
    return msgspec.msgpack.encode(stored | fields)


@pytest.mark.parametrize(("body", "fields"), ONCE_ACCEPTED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_once_accepted_decodes_to_what_was_said_and_is_stored_as_ever(body, fields):
    name = next(each.name for each in declarations() if each.body is body)
    stored = as_it_was_stored(body, fields)
    decoded = decode(name, declared(name).version, stored)
    view = msgspec.json.decode(msgspec.json.encode(decoded))
    assert {name: view[name] for name in fields} == fields
    assert msgspec.msgpack.decode(encode(decoded)) == msgspec.msgpack.decode(stored)


@pytest.mark.parametrize("declaration", declarations(), ids=lambda declaration: declaration.name)
def test_no_event_is_refused_for_a_text_that_was_accepted_once(declaration):
    """Every text of every event, a NUL and a line break after it, and all that may be left out left in."""
    stored = msgspec.msgpack.decode(encode(example(declaration.body)))
    for odd in ("\x00", "\n", "\u202e", "e\u0301"):
        changed = {
            name: value + odd if isinstance(value, str) and _is_text(declaration, name) else value
            for name, value in stored.items()
        }
        decode(declaration.name, declaration.version, msgspec.msgpack.encode(changed))


def _is_text(declaration, name):
    field = next(each for each in msgspec.structs.fields(declaration.body) if each.name == name)
    described, components = msgspec.json.schema_components([field.type])
    arms = described[0].get("anyOf", described)
    return not components and any(each.get("type") == "string" and "format" not in each for each in arms)


@pytest.fixture(scope="module")
def history():
    story = PartnershipStory("odd texts")
    story.formed("2025-01-01")
    for who in (COUNCIL, TENANTS):
        story.joined(who, "2025-01-01")
    promise = story.promised("lights", "2025-02-01", due="2025-03-01")
    story.corrected(promise, "2025-02-02")(theme="a\x00b")
    award = msgspec.structs.replace(
        example(FundingAwarded), happened="2025-03-01", funder=COUNCIL, recipient=TENANTS, amount=Money(5, "GBP\n")
    )
    story.tell(award)
    return story.at("2026-01-01")


@pytest.mark.parametrize("projection", projections().values(), ids=lambda projection: projection.name)
def test_what_was_once_accepted_is_projected(projection, history):
    rows = list(projection.project(history, folkmoot_2026()))
    if projection.name == "commitments":
        assert [row.theme for row in rows] == ["a\x00b"]
    if projection.name == "funding":
        assert "GBP\n" in {value for row in rows for value in msgspec.structs.asdict(row).values() if value}
