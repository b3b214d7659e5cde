"""Looking after the record: methods published and read, texts taken out."""

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.register import Register
from api.recording.command_route import command_route
from domain.decisions.refusals import Code
from domain.decisions.source_coverage import DeclareCoverage
from domain.decisions.stewardship import PublishMethod, RedactText
from domain.events.stewardship import MethodPublished
from domain.structs import NotAsDeclared, read_value
from projections.method.document import MethodInvalid, default_method, load_method, shipped_method, shipped_methods
from projections.method.method import Method, MethodId, method_sha256

_TAG = "Stewardship"
_DOCUMENT: Final = "#/document"
_REGISTER = Register("method", MethodPublished)


class ShippedMethod(Struct, frozen=True):
    """A method that comes with this release; the newest of them is used where a partnership has adopted none.

    `document` is its canonical text, of which `method_sha256` is the SHA-256; others are written in the same way. A
    question about an earlier position is answered by the newest that had been published by then.
    """

    id: str
    method_sha256: str
    document: str
    published_on: date


class ShippedMethods(Struct, frozen=True):
    """Every method that comes with this release, in the order in which they were published."""

    data: tuple[ShippedMethod, ...]


def _as_shipped(method: Method) -> ShippedMethod:
    return ShippedMethod(method.id, method_sha256(method), _canonical(method), method.published_on)


def _newest(_: Call) -> OperationAnswer:
    return OperationAnswer(content=_as_shipped(default_method()))


def _all_shipped(_: Call) -> OperationAnswer:
    return OperationAnswer(content=ShippedMethods(tuple(map(_as_shipped, shipped_methods()))))


def _named(call: Call) -> OperationAnswer:
    method = shipped_method(call.path["method_name"])
    if method is None:
        raise Problem("not-found", "No method of this name or SHA-256 comes with this release.")
    return OperationAnswer(content=_as_shipped(method))


def _canonical(method: Method) -> str:
    return msgspec.json.encode(method, order="deterministic").decode()


def document_faults(command: PublishMethod) -> list[ProblemFault]:
    """Faults of a document that no figure could be made by, or of which others would make another digest."""
    try:
        method = load_method(command.document.encode())
    except MethodInvalid as error:
        return [
            ProblemFault(
                code=Code.INVALID_METHOD, detail=f"{fault.pointer or 'the whole'}: {fault.detail}", pointer=_DOCUMENT
            )
            for fault in error.faults
        ]
    except RecursionError:
        return [ProblemFault(code=Code.INVALID_METHOD, detail="it is nested too deeply", pointer=_DOCUMENT)]
    try:
        read_value(msgspec.json.decode(command.document), Any)
        read_value(method.id, MethodId)
    except NotAsDeclared as error:
        return [ProblemFault(code=Code.INVALID_METHOD, detail=str(error), pointer=_DOCUMENT)]
    if _canonical(method) != command.document:
        detail = "write it as those shipped are written: in that order, without spaces"
        return [ProblemFault(code=Code.INVALID_METHOD, detail=detail, pointer=_DOCUMENT)]
    return []


OPERATIONS = (
    command_route("/v1/methods", PublishMethod, tag=_TAG, at="/v1/methods/{method}", check=document_faults),
    command_route("/v1/records/{record}/redactions", RedactText, tag=_TAG, right=Right.FORGET),
    command_route("/v1/partnerships/{partnership_id}/source-coverage", DeclareCoverage, tag=_TAG),
    _REGISTER.listing(
        "/v1/methods", name="list-methods", summary="List the methods published here, oldest first.", tag=_TAG
    ),
    Operation(
        method="GET",
        path="/v1/methods/shipped",
        name="read-shipped-method",
        summary="Read the newest method that comes with this release.",
        tag=_TAG,
        handle=_newest,
        answers={200: ShippedMethod},
    ),
    Operation(
        method="GET",
        path="/v1/shipped-methods",
        name="list-shipped-methods",
        summary="List the methods that come with this release, oldest first.",
        tag=_TAG,
        handle=_all_shipped,
        answers={200: ShippedMethods},
    ),
    Operation(
        method="GET",
        path="/v1/shipped-methods/{method_name}",
        name="read-shipped-method-called",
        summary="Read a method that comes with this release, by its name or its SHA-256.",
        tag=_TAG,
        handle=_named,
        answers={200: ShippedMethod},
    ),
    _REGISTER.reading("/v1/methods/{method}", name="read-method", summary="Read one published method.", tag=_TAG),
)
