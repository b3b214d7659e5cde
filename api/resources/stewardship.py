"""Looking after the record: methods published and read, texts taken out."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import ProblemFault
from api.reading.register import Register
from api.recording.command_route import command_route
from domain.decisions.refusals import Code
from domain.decisions.source_coverage import DeclareCoverage
from domain.decisions.stewardship import PublishMethod, RedactText
from domain.events.stewardship import MethodPublished
from domain.structs import NotAsDeclared, read_value
from projections.method.document import MethodInvalid, default_method, load_method
from projections.method.method import Method, MethodId, method_sha256

_TAG = "Stewardship"
_DOCUMENT: Final = "#/document"
_REGISTER = Register("method", MethodPublished)


class ShippedMethod(Struct, frozen=True):
    """The method that comes with this release, used where a partnership has adopted none.

    `document` is its canonical text, of which `method_sha256` is the SHA-256; others are written in the same way.
    """

    id: str
    method_sha256: str
    document: str


def _shipped(_: Call) -> OperationAnswer:
    method = default_method()
    return OperationAnswer(content=ShippedMethod(method.id, method_sha256(method), _canonical(method)))


def _canonical(method: Method) -> str:
    return msgspec.json.encode(method, order="deterministic").decode()


def _document_faults(command: PublishMethod) -> list[ProblemFault]:
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
        detail = "write it as the shipped one is written: every field, in that order, without spaces"
        return [ProblemFault(code=Code.INVALID_METHOD, detail=detail, pointer=_DOCUMENT)]
    return []


OPERATIONS = (
    command_route("/v1/methods", PublishMethod, tag=_TAG, at="/v1/methods/{method}", check=_document_faults),
    command_route("/v1/records/{record}/redactions", RedactText, tag=_TAG),
    command_route("/v1/partnerships/{partnership_id}/source-coverage", DeclareCoverage, tag=_TAG),
    _REGISTER.listing(
        "/v1/methods", name="list-methods", summary="List the methods published here, oldest first.", tag=_TAG
    ),
    Operation(
        method="GET",
        path="/v1/methods/shipped",
        name="read-shipped-method",
        summary="Read the method that comes with this release.",
        tag=_TAG,
        handle=_shipped,
        answers={200: ShippedMethod},
    ),
    _REGISTER.reading("/v1/methods/{method}", name="read-method", summary="Read one published method.", tag=_TAG),
)
