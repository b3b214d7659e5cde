"""The service itself: its home, the description of the API, the meaning of problem codes, the catalogue of events."""

import importlib.metadata
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from api.http.operations import JSON, Call, Operation, OperationAnswer
from api.http.problems import FIELD_CODES, PROBLEMS, Problem, meaning_of
from api.http.reference_page import STYLES
from domain.decisions.refusals import Code
from domain.events import declarations
from domain.events.schema import all_schemas

_TAG = "Service"
_LINKS = {
    "description": "/openapi.json",
    "documentation": "/docs",
    "problems": "/problems",
    "events": "/events/catalogue",
    "me": "/v1/me",
    "partnerships": "/v1/partnerships",
    "parties": "/v1/parties",
    "places": "/v1/places",
    "methods": "/v1/methods",
    "projections": "/v1/projections",
}
HTML = "text/html"
CSS = "text/css"


class Home(Struct, frozen=True):
    """What is here, and where to go on."""

    name: str
    version: str
    links: dict[str, str]


class ProblemMeaning(Struct, frozen=True):
    """What the code of a problem, or of an error inside one, means and what to do."""

    code: str
    title: str
    advice: str


class EventType(Struct, frozen=True):
    """One type of event: what it records, and the schema of its body."""

    name: str
    version: int
    family: str
    question: str
    sentence: str
    sealed: tuple[str, ...]
    schema: dict[str, Any]


class EventCatalogue(Struct, frozen=True):
    """Every type of event, and the schemas they share."""

    events: tuple[EventType, ...]
    schemas: dict[str, Any]


def _home(call: Call) -> OperationAnswer:
    if call.media == HTML:
        return OperationAnswer(content=b"", status=303, media=HTML, headers={"Location": "/partnerships"})
    return OperationAnswer(content=Home("folkmoot", importlib.metadata.version("folkmoot"), _LINKS))


def _styles(_: Call) -> OperationAnswer:
    return OperationAnswer(content=STYLES, media=CSS)


def _problems(_: Call) -> OperationAnswer:
    return OperationAnswer(content=[_meaning(code) for code in (*PROBLEMS, *FIELD_CODES, *Code)])


def _problem(call: Call) -> OperationAnswer:
    return OperationAnswer(content=_meaning(call.path["code"]))


def _meaning(code: str) -> ProblemMeaning:
    meaning = meaning_of(code)
    if meaning is None:
        raise Problem("not-found", "No problem has this code.")
    return ProblemMeaning(code, *meaning)


def _catalogue(_: Call) -> OperationAnswer:
    refs, components = all_schemas("#/schemas/{name}")
    events = tuple(
        EventType(
            declaration.name,
            declaration.version,
            declaration.family.name,
            declaration.question,
            declaration.sentence,
            declaration.sealed,
            refs[declaration.name],
        )
        for declaration in declarations()
    )
    return OperationAnswer(content=EventCatalogue(events, dict(components)))


def _open(
    path: str,
    name: str,
    summary: str,
    handle: Callable[[Call], OperationAnswer],
    answers: dict[int, Any],
    *media: str,
) -> Operation:
    return Operation(
        method="GET",
        path=path,
        name=name,
        summary=summary,
        tag=_TAG,
        handle=handle,
        right=None,
        answers=answers,
        media=media or (JSON,),
    )


def service_operations(
    document: Callable[[Call], dict[str, Any]], page_of: Callable[[Call], bytes]
) -> tuple[Operation, ...]:
    """The operations that are open to anybody; two make the API's own description, as a document and as a page."""

    def described(call: Call) -> OperationAnswer:
        return OperationAnswer(content=document(call))

    def page(call: Call) -> OperationAnswer:
        return OperationAnswer(content=page_of(call), media=HTML)

    return (
        _open("/", "read-home", "Read what is here.", _home, {200: Home}, JSON, HTML),
        _open("/openapi.json", "read-openapi", "Read this API's description.", described, {200: dict[str, Any]}),
        _open("/docs", "read-docs", "Read this API's description as a page.", page, {200: str}, HTML),
        _open("/docs.css", "read-docs-styles", "Read how that page looks.", _styles, {200: str}, CSS),
        _open("/problems", "list-problems", "List what problem codes mean.", _problems, {200: list[ProblemMeaning]}),
        _open("/problems/{code}", "read-problem", "Read what one problem code means.", _problem, {200: ProblemMeaning}),
        _open("/events/catalogue", "read-catalogue", "Read which events there are.", _catalogue, {200: EventCatalogue}),
    )
