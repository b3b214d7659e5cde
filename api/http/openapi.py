"""The OpenAPI document (3.1.0), made from the same declarations that answer requests."""

import importlib.metadata
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import fields as struct_fields

from api.access.user_roles import RIGHTS_IN_WORDS
from api.examples.recorded_examples import RecordedExample, recorded_examples
from api.http.acting_for import ACTING_FOR
from api.http.described_headers import ANSWER_HEADERS, REQUEST_HEADERS
from api.http.event_streams import EVENT_STREAM, LAST_EVENT_ID
from api.http.field_meanings import field_meaning
from api.http.freshness import APPLIED
from api.http.freshness import HEADER as PREFER
from api.http.idempotency import HEADER, REPLAYED
from api.http.operations import JSON, XLSX, Operation
from api.http.problem_examples import problem_example
from api.http.problems import PROBLEM_JSON, PROBLEMS, ProblemDocument
from domain.decisions.refusals import in_words
from domain.events.schema import keep_order

Schema = dict[str, Any]
_CREDENTIALS: Final = "A key: `fm_…`; or a token of the provider that signs people on, where there is one"
_REF: Final = "#/components/schemas/{name}"
_LOCAL: Final = "http://localhost:8000"
_TRY_AGAIN: Final = frozenset({PROBLEMS["too-many-requests"].status, PROBLEMS["unavailable"].status})
_TEXT: Final[Schema] = {"type": "string"}
_OF_MEDIA: Final[dict[str, Schema]] = {XLSX: {"type": "string", "format": "binary"}}
_OF_A_STREAM: Final = (
    "Server-sent events that go on for as long as you stay, an hour at most: of each the `id`, which is its position, "
    "and `data`, one line of JSON. A line of `id` alone says how far the record was looked through, and a comment that "
    "you are still heard. Ask again with `Last-Event-ID` when it ends; it also ends, and a comment says why, once your "
    "key is no longer in force or reaches less."
)
_NAMES: Final = {
    "code": "The code",
    "file": "The name of the file",
    "method_name": "The name or the SHA-256",
    "number": "The number",
    "person": "The reference",
}
"""Path parameters that are no ids."""
_DESCRIPTION: Final = (
    "The witnessed record of partnership working: who met whom, what residents asked for, what was decided and who "
    "led, what was promised and whether it was kept, and on what terms the money came. Every figure carries its "
    "likely range and its causes; everything can be asked as of any day and as known at any position of the record."
)


def openapi(
    operations: Sequence[Operation],
    names: Mapping[type, str] | None = None,
    *,
    public_url: str = "",
    contact_email: str = "",
) -> Schema:
    """The OpenAPI document as plain JSON values.

    A component has the public name that `names` declares for its class, else the name of the class.
    """
    types = [each for operation in operations for each in _types(operation)]
    refs, components = _components(types, names or {})
    by_type = dict(zip(map(id, types), refs, strict=True))
    paths: dict[str, Schema] = {}
    requests: dict[str, Schema] = {}
    for operation in operations:
        described = _operation(operation, by_type)
        if operation.sent is not None:
            body_name = operation.sent.__name__
            name = f"{body_name.removesuffix('Request')}Request"
            requests[name] = _request(operation, operation.sent, {**components[body_name], "title": name})
            described["requestBody"] = {
                "required": True,
                "content": {JSON: {"schema": {"$ref": _REF.format(name=name)}, **_shown_body(operation)}},
            }
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    responses = {_response_name(code): _problem(code) for code in PROBLEMS}
    document = {
        "openapi": "3.1.0",
        "info": _info(public_url or _LOCAL, contact_email),
        "servers": [{"url": public_url or _LOCAL}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": _CREDENTIALS,
                }
            },
            "schemas": _referred_to({**components, **requests}, [paths, responses]),
            "responses": responses,
            "headers": ANSWER_HEADERS,
        },
    }
    plain: Schema = json.loads(msgspec.json.encode(document))
    return plain


def _types(operation: Operation) -> Iterator[Any]:
    yield from operation.answers.values()
    if operation.sent is not None:
        yield operation.sent


def _components(types: Sequence[Any], names: Mapping[type, str]) -> tuple[Sequence[Schema], dict[str, Schema]]:
    refs, components = msgspec.json.schema_components([*types, ProblemDocument], ref_template=_REF)
    for schema in components.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    keep_order(components)
    public = dict(_public_names(components, names))
    for name, schema in components.items():
        schema["title"] = public.get(name, name)
    addresses = {_REF.format(name=name): _REF.format(name=new) for name, new in public.items()}
    renamed = {public.get(name, name): _with_addresses(schema, addresses) for name, schema in components.items()}
    for name, schema in renamed.items():
        _explain(name, schema)
    return _with_addresses(refs[:-1], addresses), renamed


def _explain(name: str, schema: Schema) -> None:
    """Describe the properties of a component that are not described beside their declaration."""
    for field, described in schema.get("properties", {}).items():
        if "description" not in described and (meaning := field_meaning(name, field)):
            described["description"] = meaning


def _public_names(components: Mapping[str, Schema], names: Mapping[type, str]) -> Iterator[tuple[str, str]]:
    """Public names by the name that a component has so far: its class's, with the module where two classes share it."""
    for struct, name in names.items():
        full_name = f"{struct.__module__}.{struct.__qualname__}"
        yield (full_name if full_name in components else struct.__name__), name


def _referred_to(components: Mapping[str, Schema], roots: object) -> dict[str, Schema]:
    """The components, by name, that something refers to: a command only where another holds it."""
    names = set(_names_in(roots))
    referred = set(names)
    while names:
        names = {each for name in names for each in _names_in(components[name])} - referred
        referred |= names
    return {name: components[name] for name in sorted(referred)}


def _names_in(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(address)} if address.startswith(_REF.format(name="")):
            yield address.rpartition("/")[2]
        case dict():
            yield from _names_in(list(value.values()))
        case list() | tuple():
            for member in value:
                yield from _names_in(member)


def _with_addresses(value: Any, addresses: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """The same JSON value with components referred to by other addresses."""
    match value:
        case str():
            return addresses.get(value, value)
        case dict():
            return {name: _with_addresses(each, addresses) for name, each in value.items()}
        case list() | tuple():
            return [_with_addresses(each, addresses) for each in value]
        case _:
            return value


def _info(url: str, contact_email: str) -> Schema:
    contact = {"name": "Who runs this Folkmoot", "url": f"{url}/docs"}
    if contact_email:
        contact["email"] = contact_email
    return {
        "title": "Folkmoot",
        "version": importlib.metadata.version("folkmoot"),
        "summary": "The witnessed record of partnership working in neighbourhood regeneration",
        "description": _DESCRIPTION,
        "contact": contact,
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
    }


def _operation(operation: Operation, by_type: Mapping[int, Schema]) -> Schema:
    example = recorded_examples().get(operation.name)
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation.query),
            *_header_parameters(operation),
        ],
        "responses": {},
    }
    if operation.right is None:
        described["security"] = []
    else:
        described["description"] = f"Needs the right `{operation.right}`: to {RIGHTS_IN_WORDS[operation.right]}."
    for status, answer in operation.answers.items():
        described["responses"][str(status)] = _success(operation, status, by_type[id(answer)])
    if example is not None:
        _show(described, example)
    if operation.conditional:
        described["responses"]["304"] = {
            "description": "What you hold is the present state.",
            "headers": _headers("ETag", "Request-Id", "RateLimit-Policy", "RateLimit"),
        }
    for status, codes in _problems_of(operation).items():
        described["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{_response_name(codes[0])}"})
    return described


def _shown_body(operation: Operation) -> Schema:
    example = recorded_examples().get(operation.name)
    return {} if example is None else {"example": example.body}


def _show(described: Schema, example: RecordedExample) -> None:
    """Show an example beside what it is one of: parameters and the answer; `_shown_body` does the body."""
    values = example.path | example.query | example.headers
    described["parameters"] = [
        {**parameter, "example": values[parameter["name"]]} if parameter["name"] in values else parameter
        for parameter in described["parameters"]
    ]
    described["responses"][str(example.status)]["content"][example.media]["example"] = example.answer


def _success(operation: Operation, status: int, schema: Schema) -> Schema:
    headers = ["Request-Id", *(["RateLimit-Policy", "RateLimit"] if operation.metered else [])]
    headers += ["ETag"] if operation.conditional else []
    headers += ["Location", REPLAYED] if operation.sent is not None else []
    headers += [APPLIED] if operation.waits else []
    headers += ["Link"] if "cursor" in operation.query.__struct_fields__ else []
    content = {media: {"schema": schema if media == JSON else _OF_MEDIA.get(media, _TEXT)} for media in operation.media}
    if operation.is_stream:
        content = {EVENT_STREAM: {"schema": {"type": "string", "description": _OF_A_STREAM}}}
    description = "Recorded." if operation.command is not None else "As asked."
    if operation.request is not None:
        description = "Done." if status == 201 else "Done before, by an earlier request with this key."  # noqa: PLR2004 - made just now
    if status == 202:  # noqa: PLR2004 - begun, and not done
        description = "Begun; its address says how far it has come."
    if status >= 400:  # noqa: PLR2004 - where errors begin
        description = "Not ready; the checks say why."
    return {"description": description, "headers": _headers(*headers), "content": content}


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problems_of(operation: Operation) -> dict[int, list[str]]:
    """The codes of problems that an operation can meet, by status."""
    codes = ["invalid-query", "not-acceptable", "internal-error"]
    codes += ["not-built", "behind", "unavailable"] if operation.waits else ["unavailable"]
    codes += ["address-too-long", "headers-too-large"]
    codes += ["too-many-requests"] if operation.metered else []
    codes += ["busy"] if operation.dear else []
    codes += ["too-many-streams", "busy"] if operation.is_stream else []
    if operation.right is not None:
        codes += ["key-required", "not-allowed"]
    if operation.path_parameters:
        codes.append("not-found")
    if operation.sent is not None:
        codes += [
            "not-found",
            "conflict",
            "changed-meanwhile",
            "too-large",
            "too-slow",
            "unsupported-media-type",
            "invalid",
        ]
    codes_by_status: dict[int, list[str]] = {}
    for code in codes:
        codes_by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return dict(sorted(codes_by_status.items()))


def _response_name(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("-"))


def _problem(code: str) -> Schema:
    names = ["WWW-Authenticate"] if code == "key-required" else []
    names += ["Retry-After"] if PROBLEMS[code].status in _TRY_AGAIN else []
    names += ["RateLimit-Policy", "RateLimit"] if code == "too-many-requests" else []
    return {
        "description": f"{PROBLEMS[code].title}. {PROBLEMS[code].advice}",
        "headers": _headers("Request-Id", *names),
        "content": {
            PROBLEM_JSON: {
                "schema": {"$ref": _REF.format(name="ProblemDocument")},
                "example": problem_example(code, PROBLEMS[code].advice),
            }
        },
    }


def _path_parameters(operation: Operation) -> Iterable[Schema]:
    for name in operation.path_parameters:
        of_id = name not in _NAMES
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"The id of the {in_words(name.removesuffix('_id'))}" if of_id else _NAMES[name],
            "schema": {"type": "string", "format": "uuid"} if of_id else {"type": "string"},
        }


def _query_parameters(query: type[Struct]) -> Iterable[Schema]:
    (ref,), components = msgspec.json.schema_components([query], ref_template="{name}")
    described = components[ref["$ref"]]
    for field in struct_fields(query):
        schema = _inlined(described["properties"][field.encode_name], components)
        description = schema.pop("description", "") or field_meaning(query.__name__, field.encode_name)
        yield {
            "name": field.encode_name,
            "in": "query",
            "required": field.encode_name in described.get("required", ()),
            "description": description,
            "schema": schema,
        }


def _inlined(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    """A parameter's schema as a whole, without the `null` that leaving it out stands for."""
    if "anyOf" in schema:
        (schema,) = (each for each in schema["anyOf"] if each.get("type") != "null")
    if "$ref" in schema:
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        whole = components[schema["$ref"]]
        schema = {**{name: value for name, value in whole.items() if name not in {"title", "description"}}, **rest}
    if "items" in schema:
        schema = {**schema, "items": _inlined(schema["items"], components)}
    return {name: value for name, value in schema.items() if not (name == "default" and value is None)}


def _header_parameters(operation: Operation) -> Iterable[Schema]:
    if operation.right is not None:
        yield REQUEST_HEADERS[ACTING_FOR]
    if operation.sent is not None:
        yield REQUEST_HEADERS[HEADER]
        if operation.request is None:
            yield REQUEST_HEADERS["If-Match"]
    if operation.conditional:
        yield REQUEST_HEADERS["If-None-Match"]
    if operation.waits:
        yield REQUEST_HEADERS[PREFER]
    if operation.is_stream:
        yield REQUEST_HEADERS[LAST_EVENT_ID]


def _request(operation: Operation, body: type[Struct], schema: Schema) -> Schema:
    """The schema of a body: the command without what the address says, or what leads to it."""
    fills = set(operation.path_parameters) & set(body.__struct_fields__)
    if not fills:
        return schema
    properties = {name: value for name, value in schema["properties"].items() if name not in fills}
    return {**schema, "properties": properties, "required": [name for name in schema["required"] if name not in fills]}
