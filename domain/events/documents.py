"""Documents: minutes, photographs and other papers kept with the record, their content sealed beside it."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, event
from domain.events.families import DOCUMENTS
from domain.values import Label, Sha256, Text
from domain.vocabulary import DocumentFormat, DocumentKind

WITH_CONTENT: Final = "salt"
"""The text whose key is that of the content, and which is opened with the content alone."""


@event(
    family=DOCUMENTS,
    begins="document_id",
    sentence="A document was attached ({kind}): {name}",
)
class DocumentAttached(EventBody, frozen=True, kw_only=True):
    """A document was put beside a meeting, a decision, an award or an ask; its content lies sealed in the vault.

    The content is sealed under the key of `salt`, and goes with it. `sha256` is of the 32 bytes that the salt writes in
    hexadecimal, followed by the content: so nobody guesses from the log what an erased document said.
    """

    document_id: UUID
    name: Text
    kind: DocumentKind
    format: DocumentFormat
    size: Annotated[int, Meta(ge=1)]
    sha256: Sha256
    salt: Text
    interaction_id: UUID | None = None
    decision_id: UUID | None = None
    award_id: UUID | None = None
    ask_id: UUID | None = None


@event(family=DOCUMENTS, about="document_id", sentence="A document was erased")
class DocumentErased(EventBody, frozen=True, kw_only=True):
    """The content and the name of a document were destroyed; that it was there, and its SHA-256, stay."""

    document_id: UUID
    ground: Label
