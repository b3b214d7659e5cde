"""The examples as the description shows them: each request with the answer that a real server gave, kept in a file.

`folkmoot reference --examples` plays the story again and writes the file; a test plays it and compares.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from api.examples.story import PlayedExample

EXAMPLES_FILE: Final = Path(__file__).parent / "recorded.json"
_MOST_MEMBERS: Final = 2
_LONGEST_TEXT: Final = 300
_SECRET: Final = re.compile(r"(fm_[0-9a-f]{32}_|/sign-in/)[A-Za-z0-9_-]{43}")
_MASK: Final = "shown_to_whoever_made_it_and_kept_nowhere_x"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=fm_)[0-9a-f]{32}")


class RecordedExample(Struct, frozen=True, kw_only=True):
    """An example request and its answer; long lists and maps in the answer are cut to their first members."""

    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int
    media: str
    answer: Any


@cache
def recorded_examples() -> Mapping[str, RecordedExample]:
    """The example of every operation, by its name; none before they are recorded."""
    if not EXAMPLES_FILE.exists():
        return {}
    return msgspec.json.decode(EXAMPLES_FILE.read_bytes(), type=dict[str, RecordedExample])


def as_recorded(played: Iterable[PlayedExample], document: Mapping[str, Any]) -> bytes:
    """The file of a story that was played: ids are numbered as they come, so that they are the same every time."""
    examples = {each.example.operation: _recorded(each, document) for each in played if each.example.is_shown}
    content = msgspec.json.format(msgspec.json.encode(examples), indent=1).decode()
    content = _SECRET.sub(rf"\g<1>{_MASK}", content)
    return (with_numbered_ids(content) + "\n").encode()


def with_numbered_ids(text: str) -> str:
    """A text whose ids are made from the order in which they come."""
    ids: dict[str, str] = {}

    def numbered(place: re.Match[str]) -> str:
        number_id = uuid5(NAMESPACE_URL, f"the {len(ids) + 1}. id of the examples")
        return ids.setdefault(place[0], str(number_id) if "-" in place[0] else number_id.hex)

    return _UUID.sub(numbered, text)


def _recorded(played: PlayedExample, document: Mapping[str, Any]) -> RecordedExample:
    request, answer = played.request, played.answer
    media = answer.headers["content-type"].partition(";")[0]
    schema = answer_schema(document, played.example.operation, answer.status, media)
    return RecordedExample(
        path=dict(played.path),
        query=dict(request.query),
        headers=dict(request.headers),
        body=request.body,
        status=answer.status,
        media=media,
        answer=_cut(answer.content, schema, document["components"]["schemas"]),
    )


def answer_schema(document: Mapping[str, Any], operation: str, status: int, media: str) -> Mapping[str, Any]:
    """The declared shape of an answer. Raises KeyError where there is none."""
    for methods in document["paths"].values():
        for described in methods.values():
            if described["operationId"] == operation:
                schema: Mapping[str, Any] = described["responses"][str(status)]["content"][media]["schema"]
                return schema
    raise KeyError(operation)


def _cut(value: Any, schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    shape = _shape_of(value, schema, components)
    match value:
        case str() if len(value) > _LONGEST_TEXT and "pattern" not in shape:
            return value[:_LONGEST_TEXT] + "…"
        case list():
            members = value[: max(_MOST_MEMBERS, shape.get("minItems", 0))]
            return [_cut(member, shape.get("items") or {}, components) for member in members]
        case dict() if "properties" in shape:
            return {name: _cut(member, shape["properties"].get(name, {}), components) for name, member in value.items()}
        case dict():
            inner = shape.get("additionalProperties")
            rest = inner if isinstance(inner, dict) else {}
            return {name: _cut(value[name], rest, components) for name in list(value)[:_MOST_MEMBERS]}
        case _:
            return value


def _shape_of(value: Any, schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ANN401 - any JSON value
    """The schema that says what a value is, behind references and choices."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if "anyOf" not in schema:
        return schema
    shapes = [_shape_of(value, choice, components) for choice in schema["anyOf"]]
    return next((shape for shape in shapes if _fits(value, shape)), {})


def _fits(value: object, shape: Mapping[str, Any]) -> bool:
    """A value has the kind, and if it is an object no other fields than those, that a schema says."""
    kind = shape.get("type")
    if isinstance(value, dict):
        return kind == "object" and value.keys() <= {*shape.get("properties", value)}
    return kind == "array" if isinstance(value, list) else kind not in {"object", "array"}
