"""Looking after the record: methods published and read, texts taken out."""

from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from api.operations import Answer, Call, Operation
from api.recording import recording
from api.register import PageQuery, Register, RegisterEntry, RegisterPage
from domain.decisions.stewardship import PublishMethod, RedactText
from domain.events.stewardship import MethodPublished
from projections.scoring.method import method_sha256
from projections.scoring.method_document import default_method

_TAG = "Stewardship"
_REGISTER = Register("method", MethodPublished)


class ShippedMethod(Struct, frozen=True):
    """The method that comes with this release, used where a partnership has adopted none."""

    id: str
    method_sha256: str
    document: dict[str, Any]


def _shipped(_: Call) -> Answer:
    method = default_method()
    return Answer(content=ShippedMethod(method.id, method_sha256(method), msgspec.to_builtins(method)))


OPERATIONS = (
    recording("/v1/methods", PublishMethod, tag=_TAG, at="/v1/methods/{method}"),
    recording("/v1/records/{record}/redactions", RedactText, tag=_TAG),
    Operation(
        method="GET",
        path="/v1/methods",
        name="list-methods",
        summary="List the methods published here, oldest first.",
        tag=_TAG,
        handle=_REGISTER.listed,
        query=PageQuery,
        answers={200: RegisterPage},
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
    Operation(
        method="GET",
        path="/v1/methods/{method}",
        name="read-method",
        summary="Read one published method.",
        tag=_TAG,
        handle=partial(_REGISTER.one, parameter="method"),
        answers={200: RegisterEntry},
        conditional=True,
    ),
)
