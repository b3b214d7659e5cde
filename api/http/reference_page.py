"""The reference page: the OpenAPI document as one page of plain HTML, without scripts."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER: Final = Path(__file__).parent / "templates"
_PAGES: Final = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
STYLES: Final = (_FOLDER / "docs.css").read_bytes()


def reference_page(document: Mapping[str, Any]) -> str:
    """The page that describes the API."""
    schemas = [(name, {"required": (), **_whole(schema)}) for name, schema in document["components"]["schemas"].items()]
    return _PAGES.get_template("docs.html.jinja").render(
        info=document["info"],
        tags=[tag["name"] for tag in document["tags"]],
        operations=list(_operations(document)),
        schemas=schemas,
    )


def _whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "", "enum": (), "properties": {}, **schema}


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": operation.get("description", ""),
                "tag": operation["tags"][0],
                "parameters": [{"required": False, "description": "", **each} for each in operation["parameters"]],
                "request": body.get("$ref", "").rpartition("/")[2],
                "statuses": list(operation["responses"]),
            }


def _in_words(schema: Mapping[str, Any]) -> str:
    """A field's description and kind in a few words."""
    description = schema.get("description", "")
    return f"{description} ({_kind(schema)})" if description else _kind(schema)


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if isinstance(schema.get("items"), dict) else "list"
    return str(schema.get("format", schema.get("type", "anything")))


_PAGES.filters["slug"] = lambda text: text.lower().replace(" ", "-")
_PAGES.filters["in_words"] = _in_words
