"""The reference page: the OpenAPI document as one page of plain HTML, without scripts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.http.problems import PROBLEMS
from api.http.shown_operations import BEFOREHAND, MAIN_JOB, chosen, shown_operations

_FOLDER: Final = Path(__file__).parent / "templates"
_PAGES: Final = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
STYLES: Final = (_FOLDER / "docs.css").read_bytes()


def reference_page(document: Mapping[str, Any]) -> str:
    """The page that describes the API."""
    schemas = [(name, {"required": (), **_whole(schema)}) for name, schema in document["components"]["schemas"].items()]
    operations = list(shown_operations(document))
    return _PAGES.get_template("docs.html.jinja").render(
        info=document["info"],
        tags=[tag["name"] for tag in document["tags"]],
        operations=operations,
        main_job=chosen(operations, MAIN_JOB),
        beforehand=chosen(operations, BEFOREHAND),
        problems=PROBLEMS,
        schemas=schemas,
    )


def _whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": "", "enum": (), "properties": {}, **schema}


def in_words(schema: Mapping[str, Any]) -> str:
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


def _with_code(text: str) -> Markup:
    """A text in which what stands between backticks is code."""
    return Markup("").join(  # every part is escaped as it is put in
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(text.split("`"))
    )


_PAGES.filters["with_code"] = _with_code
_PAGES.filters["slug"] = lambda text: text.lower().replace(" ", "-")
_PAGES.filters["in_words"] = in_words
