"""Operations as pages of the API show them: each with its example as curl, as Python and as answered."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from shlex import quote
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import Struct

from api.http.problems import PROBLEMS

BEFOREHAND: Final = {
    "register-party": "Register a body, if nobody has yet",
    "form-partnership": "Set up the partnership, if nobody has yet",
}
"""The operations that come before the main job, once, and what each is for."""

MAIN_JOB: Final = {
    "record-interaction": "Record a meeting, with what was asked and promised there",
    "correct-record": "Put right what was recorded wrongly",
    "read-trust": "Read trust, as it stood on a day",
    "read-timeline": "Page through the record",
    "make-account": "Let a second person in: make their account",
    "give-role": "Give them a role that reaches no further than they need",
    "make-account-key": "Make their first key, which they replace by one of their own",
    "read-me": "See with that key what it may do; anything else is refused",
}
"""The operations of the main job, in their order, and what each is for."""

_WIDTH: Final = 100
_JSON: Final = "application/json"
_JSON_TEXT: Final = partial(json.dumps, ensure_ascii=False)


class ShownOperation(Struct, frozen=True, kw_only=True):
    """One operation with its example."""

    name: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Mapping[str, Any], ...]
    request: str
    """The name of the shape of the body; empty where there is none."""
    answer: str
    """The name of the shape of the answer; empty where it is no JSON."""
    statuses: tuple[str, ...]
    problems: tuple[str, ...]
    """The codes of problems it can meet."""
    curl: str
    python: str
    answered: str
    """The answer to the example, as text."""


def shown_operations(document: Mapping[str, Any]) -> Iterator[ShownOperation]:
    """The operations of a description, in its order."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            yield _shown(document, method.upper(), path, described)


def chosen(operations: Sequence[ShownOperation], purposes: Mapping[str, str]) -> list[tuple[str, ShownOperation]]:
    """The operations of the main job, or those before it, each with what it is for."""
    by_name = {operation.name: operation for operation in operations}
    return [(purpose, by_name[name]) for name, purpose in purposes.items()]


def _shown(document: Mapping[str, Any], method: str, path: str, described: Mapping[str, Any]) -> ShownOperation:
    content = described.get("requestBody", {}).get("content", {}).get(_JSON, {})
    answers = [
        media
        for status, response in described["responses"].items()
        if status < "4"
        for media in response.get("content", {}).items()
    ]
    shape = next((answer["schema"].get("$ref", "") for media, answer in answers if media == _JSON), "")
    answer = next((answer["example"] for _, answer in answers if "example" in answer), "")
    refs = [response["$ref"].rpartition("/")[2] for response in described["responses"].values() if "$ref" in response]
    return ShownOperation(
        name=described["operationId"],
        method=method,
        path=path,
        tag=described["tags"][0],
        summary=described["summary"],
        description=described.get("description", ""),
        parameters=tuple({"required": False, "description": "", **each} for each in described["parameters"]),
        request=content.get("schema", {}).get("$ref", "").rpartition("/")[2],
        answer=shape.rpartition("/")[2],
        statuses=tuple(described["responses"]),
        problems=tuple(code for code in PROBLEMS if code.title().replace("-", "") in refs),
        curl=_curl(f"{document['servers'][0]['url']}{path}", method, described, content.get("example")),
        python=_python(described, content.get("example")),
        answered=answer if isinstance(answer, str) else _written(answer),
    )


def _sent(described: Mapping[str, Any], where: str) -> dict[str, str]:
    return {
        parameter["name"]: parameter["example"]
        for parameter in described["parameters"]
        if parameter["in"] == where and "example" in parameter
    }


def _curl(address: str, method: str, described: Mapping[str, Any], body: object) -> str:
    query = _sent(described, "query")
    in_path = {each["name"]: f"{{{each['name']}}}" for each in described["parameters"]} | _sent(described, "path")
    address = address.format_map(in_path) + (f"?{urlencode(query)}" if query else "")
    lines = [f"curl {quote(address)}" if method == "GET" else f"curl -X {method} {quote(address)}"]
    if described.get("security") != []:
        lines.append('-H "Authorization: Bearer $FOLKMOOT_KEY"')
    if body is not None:
        lines += [
            '-H "Idempotency-Key: $(date +%s)-$RANDOM"',
            f"-H 'Content-Type: {_JSON}'",
            f"-d {quote(_written(body))}",
        ]
    return " \\\n  ".join(lines)


def _python(described: Mapping[str, Any], body: object) -> str:
    member = described["operationId"].upper().replace("-", "_")
    values = {**_sent(described, "path"), **_sent(described, "query")}
    plain = {name: value for name, value in values.items() if name.isidentifier() and name != "from"}
    rest = {name: value for name, value in values.items() if name not in plain}
    parameters = [f"{name}={_python_text(value)}" for name, value in plain.items()]
    parameters += [f"**{_python_text(rest)}"] if rest else []
    if body is None:
        verb, arguments = "read", [f"Reading.{member}", *parameters]
    else:
        verb, kind = _way(described)
        arguments = [f"{kind}.{member}", _written(body, _python_text).replace("\n", "\n    "), *parameters]
    on_one_line = f"folkmoot.{verb}({', '.join(arguments)})"
    if len(on_one_line) <= _WIDTH:
        return on_one_line
    return "\n    ".join([f"folkmoot.{verb}(", *(f"{each}," for each in arguments)]) + "\n)"


def _way(described: Mapping[str, Any]) -> tuple[str, str]:
    """The method of the client, and its list, for an operation with a body: what it answers tells which."""
    if "202" in described["responses"]:
        return "begin", "Beginning"
    schema = described["responses"]["201"]["content"][_JSON]["schema"]
    return ("record", "Recording") if schema.get("$ref", "").endswith("/Receipt") else ("arrange", "Arranging")


def _python_text(value: object) -> str:
    match value:
        case str():
            return _JSON_TEXT(value)
        case dict():
            return f"{{{', '.join(f'{_python_text(name)}: {_python_text(each)}' for name, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(_python_text, value))}]"
        case _:
            return repr(value)


def _written(value: object, write: Callable[[object], str] = _JSON_TEXT) -> str:
    """A JSON value, whatever fits into a line on one; `write` writes what holds nothing else."""
    on_one_line = write(value)
    if len(on_one_line) <= _WIDTH or not isinstance(value, (dict, list)):
        return on_one_line
    if isinstance(value, dict):
        members, (begin, end) = [f"{write(name)}: {_written(each, write)}" for name, each in value.items()], "{}"
    else:
        members, (begin, end) = [_written(each, write) for each in value], "[]"
    inner = ",\n".join(members).replace("\n", "\n  ")
    return f"{begin}\n  {inner}\n{end}"
