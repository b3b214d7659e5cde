"""Documents as they are read: what the log says of each, and their contents, chunk by chunk, for one reader."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.http.auth import no_partnership
from api.http.operations import Call
from api.http.problems import Problem
from api.reading.access import may_read_words
from api.reading.names_and_texts import NamesAndTexts, ShownText
from api.runtime.services import Services
from domain.decisions.references import READS
from domain.documents.screened_document import SUFFIX_OF
from domain.events.documents import DocumentAttached
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.selection import on
from domain.handling.sealing import opening_request
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import ContentsCipher, Erased, Ground, OpeningRequest, chunks_of, content_of

NO_DOCUMENT: Final = "There is no document with this id."
ERASED: Final = "This document was erased: what it held is gone for good."


class AttachedDocument(Struct, frozen=True):
    """A document as it stands: its fact, what the fact says, and whether its content is gone."""

    fact: Effective
    body: DocumentAttached
    is_erased: bool

    @property
    def stands_at(self) -> tuple[str, UUID]:
        """The kind and the id of what it belongs to."""
        things = ((kind, getattr(self.body, f"{kind}_id")) for kind in ("interaction", "decision", "award", "ask"))
        return next((kind, id_) for kind, id_ in things if id_ is not None)


class OpenedDocument(Struct, frozen=True):
    """A document opened for a reader: its name, its salt in hexadecimal, and what opens its chunks."""

    document: AttachedDocument
    name: str
    salt: str
    key_id: UUID
    cipher: ContentsCipher

    def chunks(self, log: LogRecorder) -> Iterator[bytes]:
        """The content, chunk by chunk. Raises ContentsMissing where it was erased meanwhile."""
        size = self.document.body.size
        for number in range(chunks_of(size)):
            with log.connections.borrow() as connection:
                chunk = content_of(connection, self.cipher, self.key_id, number, size)
            yield chunk


def attached(services: Services, facts: Sequence[tuple[Effective, DocumentAttached]]) -> list[AttachedDocument]:
    """The documents that some facts attached. Raises VaultBehind."""
    keys = {body.salt.key_id for _, body in facts if isinstance(body.salt, Sealed)}
    with services.recorder.transaction() as cursor:
        destroyed_ids = services.vault.destroyed(cursor, keys)
    return [
        AttachedDocument(fact, body, isinstance(body.salt, Sealed) and body.salt.key_id in destroyed_ids)
        for fact, body in facts
    ]


def document_in_path(call: Call) -> tuple[AttachedDocument, list[Recorded]]:
    """The document in the address, as it stands now, and the records about it. Raises Problem 404."""
    log, document_id = call.services.recorder, call.id_in_path("document")
    partnership_id = call.id_in_path("partnership_id")
    records = find_records(log, frozenset({on("document", document_id, *READS["document"], within=partnership_id)}))
    standing = [(fact, fact.body) for fact in resolve(records)[0] if isinstance(fact.body, DocumentAttached)]
    if not standing:
        raise Problem("not-found", NO_DOCUMENT)
    [document] = attached(call.services, standing)
    return document, records


def documents_of(call: Call) -> tuple[list[AttachedDocument], list[Recorded]]:
    """The documents of the partnership in the address as they stand now, and the records about them.

    Raises Problem 404 where there is no such partnership.
    """
    log, partnership_id = call.services.recorder, call.id_in_path("partnership_id")
    records = find_records(log, frozenset({on("partnership", partnership_id, PartnershipFormed, *READS["document"])}))
    if not any(isinstance(each.body, PartnershipFormed) for each in records):
        raise no_partnership()
    standing = [(fact, fact.body) for fact in resolve(records)[0] if isinstance(fact.body, DocumentAttached)]
    return attached(call.services, standing), records


def ground_of_reader(call: Call) -> Ground:
    """The ground on which the asker reads the documents of the partnership in the address. Raises Problem 403."""
    ground = may_read_words(call.services.recorder, call.asker, call.id_in_path("partnership_id"))
    if ground is None:
        raise Problem("not-allowed", "Documents are read by those at the table, and by who reads all words.")
    return ground


def opened(
    call: Call, document: AttachedDocument, records: Sequence[Recorded], ground: Ground
) -> OpenedDocument | None:
    """A document opened for the asker, which is recorded; None once it is erased. Raises what the vault raises."""
    salt = document.body.salt
    if document.is_erased or not isinstance(salt, Sealed):
        return None
    request = _request(document, records, salt)
    services = call.services
    with services.recorder.transaction() as cursor:
        [words] = services.vault.open(cursor, [request], services.reading, ground)
        key = services.vault.key_of(cursor, salt.key_id, services.reading, ground)
    if isinstance(words, Erased) or isinstance(key, Erased):
        return None
    return OpenedDocument(
        document=document,
        name=name_of_file(names_of(call, [document], records, ground)[document.body.document_id], document),
        salt=words,
        key_id=salt.key_id,
        cipher=ContentsCipher(key, request.event_id, salt.key_id),
    )


def names_of(
    call: Call, documents: Sequence[AttachedDocument], records: Sequence[Recorded], ground: Ground | None
) -> dict[UUID, ShownText]:
    """The names of documents, by id, for a reader on a ground, or for one without any."""
    texts = NamesAndTexts(call.services, entitled=ground).texts([each.fact for each in documents], records)
    return {each.body.document_id: texts[each.body.name] for each in documents if isinstance(each.body.name, Sealed)}


def name_of_file(name: ShownText, document: AttachedDocument) -> str:
    """The name under which a document is handed out: its own, else its kind."""
    return name.text or f"{document.body.kind}.{SUFFIX_OF[document.body.format]}"


def _request(document: AttachedDocument, records: Sequence[Recorded], salt: Sealed) -> OpeningRequest:
    by_id = {each.event_id: each for each in records}
    corrections = [by_id[each] for each in document.fact.corrected_by]
    return opening_request(document.fact.recorded, corrections, "salt", salt)
