"""Pages about the API: the main job first, then every operation with an example to copy; and the shapes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.http.problems import PROBLEMS
from api.http.reference_page import in_words
from api.http.shown_operations import BEFOREHAND, MAIN_JOB, ShownOperation, chosen, shown_operations
from api.resources import described
from scripts.documentation.markdown import capital, page, table, title

_PREFACE: Final = (
    "Send a key with every request: `Authorization: Bearer fm_…` ([Let people in](../how-to/let-people-in.md) says how",
    "one is made). Recording needs an `Idempotency-Key`, the same one when you try again, so that nothing is recorded",
    "twice. A time is given as precisely as it is known: `2026`, `2026-03`, `2026-03-27` or `2026-03-27T19:00:00Z`. A",
    "service describes itself at `/openapi.json` and, with the same examples, at `/docs`.",
    "",
    "Every example here is sent to a server by a test, one after another: together they tell one story, and ids stand",
    "for those that your own server answers with. Long answers are cut. In Python they use a client of one",
    "folder, `api/client/`: [Use the API from Python](../how-to/use-the-api-from-python.md).",
    "",
)

_MOST_LINES: Final = 30
"""The most lines of an answer on the page; the whole stands in the description."""


def api_page() -> str:
    """Describe every operation of the API."""
    document = described()
    operations = list(shown_operations(document))
    lines = [*title("The API"), *_PREFACE, "## The main job", ""]
    for number, (purpose, operation) in enumerate(chosen(operations, MAIN_JOB), start=1):
        lines += [f"{number}. {purpose}: [{operation.name}](#{operation.name})."]
    lines += ["", "Before that, once:", ""]
    lines += [f"* {purpose}: [{each.name}](#{each.name})." for purpose, each in chosen(operations, BEFOREHAND)]
    lines += [""]
    for purpose, operation in chosen(operations, MAIN_JOB):
        lines += [f"### {purpose}", "", *_block("sh", operation.curl)]
    for tag in dict.fromkeys(operation.tag for operation in operations):
        lines += [f"## {capital(tag)}", ""]
        for operation in operations:
            if operation.tag == tag:
                lines += _operation(operation)
    lines += _problems()
    return page(lines)


def shapes_page() -> str:
    """Describe every shape and code list of the API."""
    lines = [*title("Shapes of the API"), "What requests and answers are made of; [the API](api.md) says where.", ""]
    for name, schema in described()["components"]["schemas"].items():
        lines += _shape(name, schema)
    return page(lines)


def _operation(operation: ShownOperation) -> Iterator[str]:
    yield from (f"### {operation.name}", "", f"`{operation.method} {operation.path}`", "")
    yield from (f"{operation.summary} {operation.description}".strip(), "")
    rows = [
        (f"`{parameter['name']}`", parameter["in"], "yes" if parameter["required"] else "", parameter["description"])
        for parameter in operation.parameters
    ]
    if rows:
        yield from table(("Parameter", "In", "Needed", "Meaning"), rows)
    if operation.request:
        yield f"* Send: {_to_shape(operation.request)}"
    statuses = [status for status in operation.statuses if status < "4"]
    yield f"* Answers: {', '.join(statuses)}{f', as {_to_shape(operation.answer)}' if operation.answer else ''}"
    yield f"* Problems: {', '.join(f'[{code}](#{code})' for code in operation.problems)}"
    yield ""
    yield from _block("sh", operation.curl)
    yield from _block("python", operation.python)
    lines = operation.answered.splitlines()
    excerpt = lines[:_MOST_LINES] + (["…"] if len(lines) > _MOST_LINES else [])
    yield from _block("json" if operation.answered[:1] in "{[" else "text", "\n".join(excerpt))


def _problems() -> Iterator[str]:
    yield from (
        "## Problems",
        "",
        "What goes wrong is answered as `application/problem+json` (RFC 9457), by its code.",
        "",
    )
    for code, kind in PROBLEMS.items():
        yield from (f"### {code}", "", f"{kind.status}: {kind.title}. {kind.advice}", "")


def _shape(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"## {name}", "")
    if "description" in schema:
        yield from (" ".join(schema["description"].split()), "")
    if "enum" in schema:
        yield from (f"One of: {', '.join(f'`{value}`' for value in schema['enum'])}.", "")
    required = schema.get("required", ())
    rows = [
        (f"`{field}`", "yes" if field in required else "", in_words(field_schema))
        for field, field_schema in schema.get("properties", {}).items()
    ]
    if rows:
        yield from table(("Field", "Needed", "Meaning"), rows)


def _to_shape(name: str) -> str:
    return f"[{name}](api-shapes.md#{name.lower()})"


def _block(language: str, text: str) -> Iterator[str]:
    yield from (f"```{language}", *text.rstrip().splitlines(), "```", "")
