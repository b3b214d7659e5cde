"""Documents: attached, listed, taken away as files, erased for good; and all of a partnership's in one archive."""

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from msgspec import Meta, Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.limits.request_sizes import DOCUMENT_BODY_BYTES
from api.reading.access import may_read_words
from api.reading.document_archive import archived
from api.reading.kept_documents import (
    ERASED,
    AttachedDocument,
    document_in_path,
    documents_of,
    ground_of_reader,
    names_of,
    opened,
)
from api.reading.names_and_texts import ShownText
from api.recording.command_route import command_route
from domain.decisions.documents import AttachDocument, EraseDocument
from domain.vocabulary import DocumentFormat, DocumentKind

_TAG: Final = "Documents"
_DOCUMENTS: Final = "/v1/partnerships/{partnership_id}/documents"
_DOCUMENT: Final = f"{_DOCUMENTS}/{{document}}"
ANY_FILE: Final = "application/octet-stream"
ZIP: Final = "application/zip"
DOWNLOAD: Final = {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"}
"""What browsers are told beside that it is a file to be kept: whoever shows it all the same lets nothing in it act."""


class DocumentsQuery(Struct, frozen=True, kw_only=True):
    """Which documents are asked for."""

    thing: Annotated[UUID, Meta(description="Only those that stand at this meeting, decision, award or ask")] | None = (
        None
    )


class KeptDocument(Struct, frozen=True, kw_only=True):
    """A document as the log has it. `sha256` is of its salt, which comes with the file, and of the file."""

    document_id: UUID
    record: UUID
    position: int
    happened: str
    recorded_at: datetime
    name: ShownText
    kind: DocumentKind
    format: DocumentFormat
    size: int
    sha256: str
    stands_at: str
    thing_id: UUID
    is_erased: bool


class KeptDocuments(Struct, frozen=True, kw_only=True):
    """The documents of a partnership, in the order in which they were attached, erased ones as erased."""

    data: tuple[KeptDocument, ...]


def _list(call: Call) -> OperationAnswer:
    documents, records = documents_of(call)
    matching = [each for each in documents if call.query.thing in (None, each.stands_at[1])]
    ground = may_read_words(call.services.recorder, call.asker, call.id_in_path("partnership_id"))
    names = names_of(call, matching, records, ground)
    content = KeptDocuments(data=tuple(_kept(each, names[each.body.document_id]) for each in matching))
    return OperationAnswer(content=content, personal=True)


def _kept(document: AttachedDocument, name: ShownText) -> KeptDocument:
    record, body = document.fact.recorded, document.body
    kind, thing_id = document.stands_at
    return KeptDocument(
        document_id=body.document_id,
        record=record.event_id,
        position=record.position,
        happened=body.happened,
        recorded_at=record.recorded_at,
        name=name,
        kind=body.kind,
        format=body.format,
        size=body.size,
        sha256=body.sha256,
        stands_at=kind,
        thing_id=thing_id,
        is_erased=document.is_erased,
    )


def _download(call: Call) -> OperationAnswer:
    ground = ground_of_reader(call)
    document, records = document_in_path(call)
    file = opened(call, document, records, ground)
    if file is None:
        raise Problem("not-found", ERASED)
    headers = {
        **DOWNLOAD,
        "Content-Disposition": attachment(file.name),
        "Content-Length": str(document.body.size),
        "Document-Salt": file.salt,
        "Document-Sha256": document.body.sha256,
    }
    content = file.chunks(call.services.recorder)
    return OperationAnswer(content=content, media=ANY_FILE, headers=headers, personal=True)


def _archive(call: Call) -> OperationAnswer:
    ground = ground_of_reader(call)
    documents, records = documents_of(call)
    files = [(each, opened(call, each, records, ground)) for each in documents]
    headers = {**DOWNLOAD, "Content-Disposition": attachment("documents.zip")}
    content = archived(call.services.recorder, call.id_in_path("partnership_id"), files)
    return OperationAnswer(content=content, media=ZIP, headers=headers, personal=True)


def attachment(name: str) -> str:
    """The header by which a browser keeps a file under a name and does not show it (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


OPERATIONS = (
    command_route(_DOCUMENTS, AttachDocument, tag=_TAG, body_bytes=DOCUMENT_BODY_BYTES),
    Operation(
        method="GET",
        path=_DOCUMENTS,
        name="list-documents",
        summary="List the documents of a partnership: what each is, where it stands, and whether it was erased.",
        tag=_TAG,
        handle=_list,
        query=DocumentsQuery,
        answers={200: KeptDocuments},
    ),
    Operation(
        method="GET",
        path=f"{_DOCUMENT}/content",
        name="download-document",
        summary="Take a document away as a file. Its salt comes with it, as a header.",
        tag=_TAG,
        handle=_download,
        right=Right.READ_WORDS,
        media=(ANY_FILE,),
        answers={200: dict[str, Any]},
    ),
    Operation(
        method="GET",
        path=f"{_DOCUMENTS}/archive",
        name="download-documents",
        summary="Take all documents of a partnership away as one zip file, with a manifest; erased ones as erased.",
        tag=_TAG,
        handle=_archive,
        right=Right.READ_WORDS,
        media=(ZIP,),
        answers={200: dict[str, Any]},
    ),
    command_route(f"{_DOCUMENT}/erasures", EraseDocument, tag=_TAG, right=Right.FORGET),
)
