"""Every pattern that is published is kept by its examples, and by nothing with a line break at its end."""

import re
from uuid import uuid4

import msgspec
import pytest

from api.resources import described
from domain.decisions.command import commands
from domain.events.schema import all_schemas
from domain.values import OrgIdentifier

_SOME_TEXT = ("Ambleford", "a", "1", "2026-03-27", "90", "0" * 64, str(uuid4()))


def _patterns_in(schema, at):
    match schema:
        case dict():
            if isinstance(schema.get("pattern"), str):
                examples = [*schema.get("examples", ()), *([schema["example"]] if "example" in schema else ())]
                yield at, schema["pattern"], examples
            for name, value in schema.items():
                yield from _patterns_in(value, f"{at}/{name}")
        case list():
            for index, value in enumerate(schema):
                yield from _patterns_in(value, f"{at}/{index}")


def _all_patterns():
    schemas = {
        "command": msgspec.json.schema_components(commands().values())[1],
        "event": all_schemas()[1],
        "openapi": described(),
    }
    return {
        (pattern, tuple(examples)): at
        for name, schema in schemas.items()
        for at, pattern, examples in (
            (f"{name}{at}", pattern, examples) for at, pattern, examples in _patterns_in(schema, "")
        )
    }


@pytest.mark.parametrize(("pattern", "examples"), _all_patterns(), ids=_all_patterns().values())
def test_no_published_pattern_lets_a_line_break_stand_at_the_end(pattern, examples):
    matches = [text for text in (*examples, *_SOME_TEXT) if re.search(pattern, str(text))]
    assert matches, "give the pattern an example in its Meta"
    assert set(examples) <= set(matches)
    assert not [text for text in matches if re.search(pattern, f"{text}\n")]
    assert r"\Z" not in pattern
    assert r"\A" not in pattern


def test_an_identifier_that_360giving_gave_is_one():
    assert re.search(OrgIdentifier.__metadata__[0].extra_json_schema["pattern"], "360G-ExampleTrust")
