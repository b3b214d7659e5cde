"""Proofs: what of the log anybody can check without reading it, in the hashing of RFC 9162."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault

_TAG = "Proofs"
_HEX = "in hexadecimal digits"


TreeSize = Annotated[int, Meta(ge=1, le=10**15, description="Over how many events the root is, from the first one")]


class TreeSizeQuery(Struct, frozen=True, kw_only=True):
    """The size of the tree that is asked about; that of all events there are where nothing is said."""

    size: TreeSize | None = None


class Checkpoint(Struct, frozen=True, kw_only=True):
    """The log in one number: the root over its first events. Keep it, and ask for the same size again later.

    `text` is the body of a checkpoint as tlog-checkpoint writes it, without signatures. `recorded_at` is when the last
    of these events was recorded.
    """

    log_id: UUID
    size: Annotated[int, Meta(description="Over how many events it is")]
    root_sha256: Annotated[str, Meta(description=f"The root, {_HEX}")]
    recorded_at: datetime | None
    text: Annotated[str, Meta(description="The same as a tlog-checkpoint writes it: origin, size, root")]


class RecordProof(Struct, frozen=True, kw_only=True):
    """The proof that a record is in the log, at one index of the tree whose root the checkpoint has.

    Begin with `leaf_sha256`. For each hash of `path`, from the first: where the node's index is odd, or the last of its
    row, it is the left one, else the right one; hash the byte 1, the left and the right. It ends with the root.
    """

    record_id: UUID
    index: Annotated[int, Meta(description="Where its leaf is, counted from 0")]
    leaf_sha256: Annotated[str, Meta(description=f"The hash of the record as it was stored, {_HEX}")]
    path: Annotated[tuple[str, ...], Meta(description=f"The hashes beside the way to the root, {_HEX}")]
    checkpoint: Annotated[Checkpoint, Meta(description="The root that the way leads to, and over how many events")]


def _checkpoint(call: Call) -> OperationAnswer:
    size = _size(call)
    return OperationAnswer(content=_at(call, size, call.services.recorder.root(size)))


def _proof(call: Call) -> OperationAnswer:
    record_id, log = call.id_in_path("record"), call.services.recorder
    event = log.find(record_id)
    if event is None or event.position is None:
        raise Problem("not-found", "There is no record with this id.")
    size = _size(call)
    if size < event.position:
        detail = f"size: the record is at position {event.position}, so ask for that or more"
        fault = ProblemFault(code="out-of-bounds", detail=detail, parameter="size")
        raise Problem("invalid-query", f"{detail}.", [fault])
    proof = log.proof(event.position, size)
    content = RecordProof(
        record_id=record_id,
        index=proof.index,
        leaf_sha256=proof.leaf.hex(),
        path=tuple(each.hex() for each in proof.path),
        checkpoint=_at(call, size, proof.root),
    )
    return OperationAnswer(content=content)


def _size(call: Call) -> int:
    return call.services.recorder.head().position if call.query.size is None else call.query.size


def _at(call: Call, size: int, root: bytes) -> Checkpoint:
    log = call.services.recorder
    head = log.head()
    return Checkpoint(
        log_id=head.log_id,
        size=size,
        root_sha256=root.hex(),
        recorded_at=log.recorded_at(size),
        text=f"folkmoot/{head.log_id}\n{size}\n{b64encode(root).decode()}\n",
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/checkpoint",
        name="read-checkpoint",
        summary="Read the root of the log, over all events or the first so many.",
        tag=_TAG,
        handle=_checkpoint,
        right=Right.READ_PROOFS,
        query=TreeSizeQuery,
        answers={200: Checkpoint},
    ),
    Operation(
        method="GET",
        path="/v1/records/{record}/proof",
        name="read-proof",
        summary="Read the proof that a record is in the log.",
        tag=_TAG,
        handle=_proof,
        right=Right.READ_PROOFS,
        query=TreeSizeQuery,
        answers={200: RecordProof},
    ),
)
