"""The JSON Schemas of events, and the glossary that explains their fields."""

import jsonschema
import msgspec
import pytest

from domain.events import declarations
from domain.events.asks import AskRaised
from domain.events.declaration import declaration_of
from domain.events.examples import example
from domain.events.glossary import GLOSSARY
from domain.events.schema import all_schemas, body_schema, structs_of
from domain.values import Plain

each_event = pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)
FIELDS = {field for struct in structs_of(*(each.body for each in declarations())) for field in struct.__struct_fields__}


def view(body):
    return msgspec.json.decode(msgspec.json.encode(body))


def test_every_field_of_every_event_is_in_the_glossary():
    assert sorted(FIELDS - set(GLOSSARY)) == []


def test_the_glossary_holds_no_word_that_no_event_uses():
    assert sorted(set(GLOSSARY) - FIELDS) == []


def test_the_glossary_is_in_alphabetical_order():
    assert list(GLOSSARY) == sorted(GLOSSARY)


def test_a_meaning_is_one_line_without_a_full_stop():
    assert [name for name, meaning in GLOSSARY.items() if not meaning.strip() or meaning[-1] in ".\n"] == []


@each_event
def test_a_schema_is_sound_and_accepts_the_example(declared_event):
    schema = body_schema(declared_event)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(view(example(declared_event.body)))


@each_event
def test_a_schema_refuses_a_body_without_its_time_or_with_an_unknown_field(declared_event):
    validator = jsonschema.Draft202012Validator(body_schema(declared_event))
    body = view(example(declared_event.body))
    assert not validator.is_valid({**body, "shouted": True})
    del body["happened"]
    assert not validator.is_valid(body)


@each_event
def test_every_field_of_a_schema_is_explained(declared_event):
    for component in body_schema(declared_event)["$defs"].values():
        fields = [
            *component.get("properties", {}).values(),
            *(i for i in component.get("prefixItems", []) if "title" in i),
        ]
        assert all(field["description"] in GLOSSARY.values() for field in fields)


def test_what_is_written_as_an_array_says_what_stands_where():
    party = body_schema(declaration_of(AskRaised))["$defs"]["PartyAt"]
    titles = [item["title"] for item in party["prefixItems"]]
    assert titles == ["party_id", "side", "kind", "office_holder", "volunteer_run"]


def test_all_schemas_refer_to_components_that_are_there():
    refs, components = all_schemas()
    assert list(refs) == [each.name for each in declarations()]
    assert refs["ask-raised"] == {"$ref": "#/components/schemas/AskRaised"}
    assert {ref["$ref"].rpartition("/")[2] for ref in refs.values()} <= set(components)


def test_structs_are_found_wherever_they_are_nested():
    assert [each.__name__ for each in structs_of(AskRaised)] == ["AskRaised", "PartyAt", "Plain", "Sealed"]
    assert structs_of(AskRaised, Plain)[-1] is not Plain
