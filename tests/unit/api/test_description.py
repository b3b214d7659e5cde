"""The API's own description: complete, valid, and by the rules for UK government APIs."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from api.http.field_meanings import FIELD_MEANINGS
from api.http.problems import PROBLEMS, meaning_of
from api.resources import OPERATIONS
from api.resources import described as description
from api.resources.public_names import PUBLIC_NAMES
from domain.checkout import ROOT
from domain.decisions.command import commands
from domain.vocabulary import CodeList, Level

METHODS = {"get", "post", "put", "patch", "delete"}
OPEN_TO_ANYBODY = {
    "read-home",
    "healthz",
    "readyz",
    "read-status",
    "read-openapi",
    "read-docs",
    "read-docs-styles",
    "list-problems",
    "read-problem",
    "read-catalogue",
    "read-public-stories",
}
OPENED_BY_PARTNERSHIPS = {"/v1/public/partnerships/{partnership_id}/what-became-of-it"}


@pytest.fixture
def document():
    return description()


@pytest.fixture
def described(document):
    return [(path, method, each) for path, methods in document["paths"].items() for method, each in methods.items()]


def test_the_description_is_valid_openapi(document):
    validate(document)


def test_every_command_can_be_given():
    assert {each.command for each in OPERATIONS if each.command} == set(commands().values())


def test_every_operation_needs_a_key_but_those_that_are_open_to_anybody():
    assert {each.name for each in OPERATIONS if each.right is None} == OPEN_TO_ANYBODY


# The rules that UK government APIs are checked against


def test_the_version_of_openapi_is_exactly_3_1_0(document):
    assert document["openapi"] == "3.1.0"


def test_the_information_has_a_description(document):
    assert document["info"]["description"]


def test_the_information_has_a_contact(document):
    assert document["info"]["contact"]["name"]


def test_the_version_has_three_numbers(document):
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])


def test_the_licence_is_apache_2_0_with_its_address(document):
    assert document["info"]["license"]["name"] == "Apache-2.0"
    assert document["info"]["license"]["url"].startswith("https://")


def test_every_operation_has_its_own_id(described):
    ids = [each["operationId"] for _, _, each in described]
    assert len(ids) == len(set(ids))


def test_paths_are_kebab_case_without_a_trailing_slash(document):
    assert [path for path in document["paths"] if not re.fullmatch(r"/|(/[a-z0-9-.]+|/\{[a-z_]+\})+", path)] == []


def test_versioned_paths_begin_with_the_version(document):
    unversioned = {path for path in document["paths"] if not path.startswith("/v1/")}
    assert unversioned == {each.path for each in OPERATIONS if each.right is None} - OPENED_BY_PARTNERSHIPS


def test_no_header_is_called_x_anything(document, described):
    request_headers = [each["name"] for _, _, operation in described for each in operation["parameters"]]
    answered = [
        name
        for _, _, operation in described
        for response in operation["responses"].values()
        for name in response.get("headers", {})
    ]
    assert [
        name for name in [*request_headers, *answered, *document["components"]["headers"]] if name.lower()[:2] == "x-"
    ] == []


def test_servers_are_reached_by_https_but_on_this_machine(document):
    assert all(re.match(r"https://|http://localhost\b", each["url"]) for each in document["servers"])


def test_406_is_declared_wherever_there_is_a_body(described):
    assert [path for path, _, each in described if "406" not in each["responses"]] == []


def test_415_is_declared_wherever_a_body_is_sent(described):
    assert [path for path, method, each in described if method == "post" and "415" not in each["responses"]] == []


def test_every_body_that_is_sent_has_a_schema(described):
    posts = [each for _, method, each in described if method == "post"]
    assert all(each["requestBody"]["content"]["application/json"]["schema"] for each in posts)


def test_only_methods_with_a_settled_meaning_are_used(document):
    assert {method for methods in document["paths"].values() for method in methods} <= METHODS


def test_every_error_is_a_problem_document(document):
    content = [each["content"] for each in document["components"]["responses"].values()]
    assert all(list(each) == ["application/problem+json"] for each in content)


def test_every_operation_has_a_summary_and_a_tag(described):
    assert [each["operationId"] for _, _, each in described if not (each["summary"] and each["tags"])] == []


# What every field means


def test_every_property_of_every_component_is_described(document):
    schemas = document["components"]["schemas"].items()
    properties = [(name, *field) for name, schema in schemas for field in schema.get("properties", {}).items()]
    assert [f"{name}.{field}" for name, field, schema in properties if not schema.get("description")] == [], (
        "say it beside the field, in domain/events/glossary.py or in api/http/field_meanings.py"
    )


def test_every_meaning_of_a_field_is_that_of_one(document):
    schemas = document["components"]["schemas"].items()
    names = {
        entry
        for name, schema in schemas
        for field in schema.get("properties", {})
        for entry in (field, f"{name}.{field}")
    }
    assert set(FIELD_MEANINGS) - names == set()


def test_every_parameter_is_described(described):
    parameters = [(each["operationId"], parameter) for _, _, each in described for parameter in each["parameters"]]
    assert [(operation, parameter["name"]) for operation, parameter in parameters if not parameter["description"]] == []


# Names of components, which users of the API build on


def test_the_public_names_of_components_stay_as_they_were_published(document):
    """A class that is renamed keeps its name (api/resources/public_names.py); a new one is written down."""
    published = (ROOT / "docs/reference/openapi-components.txt").read_text("utf-8").split()
    assert list(document["components"]["schemas"]) == published


def test_a_public_name_is_one_word_without_a_module_and_the_title(document):
    schemas = document["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []
    assert {name: schema["title"] for name, schema in schemas.items()} == {name: name for name in schemas}


def test_every_component_is_referred_to(document):
    schemas = document["components"]["schemas"]
    addresses = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(document)))
    assert addresses == set(schemas)


def test_every_public_name_that_is_declared_is_used(document):
    assert set(PUBLIC_NAMES.values()) - {*document["components"]["schemas"]} == {"HealthRow"}, (
        "of which lists are named"
    )


def test_the_codes_of_a_list_stand_in_their_order(document):
    schemas = document["components"]["schemas"]
    assert schemas["ParticipationLevel"]["enum"] == [level.value for level in Level]
    lists = [[code.value for code in each] for each in CodeList.__subclasses__()]
    described = [each["enum"] for each in schemas.values() if "enum" in each]
    in_order = [each for each in described if each in lists]
    assert len(in_order) > 40
    others = [each for each in described if each not in lists]
    assert not [each for each in others if sorted(each) in map(sorted, lists)]


def test_every_problem_shows_a_document_of_its_own_kind_as_its_schema_has_it(document):
    codes = set()
    for response in document["components"]["responses"].values():
        (content,) = response["content"].values()
        example = content["example"]
        validator = Draft202012Validator({**content["schema"], "components": document["components"]})
        assert list(validator.iter_errors(example)) == []
        assert (example["type"], example["status"]) == (
            f"/problems/{example['code']}",
            PROBLEMS[example["code"]].status,
        )
        assert all(meaning_of(each["code"]) for each in example.get("errors", ()))
        codes.add(example["code"])
    assert codes == set(PROBLEMS)
