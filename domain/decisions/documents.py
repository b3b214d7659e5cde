"""Deciding about documents: attaching them to what they belong to, and erasing them for good."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.facts import Facts, KnownEvent
from domain.decisions.references import AskRef, AwardRef, DecisionRef, DocumentRef, InteractionRef, PersonRef
from domain.decisions.refusals import Code
from domain.documents.screened_document import ScreenedDocument, screened
from domain.documents.unfit import UnfitDocument
from domain.events import EventBody, asks, decisions, funding
from domain.events.documents import DocumentAttached, DocumentErased
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Recorded
from domain.events.selection import Selection, Selections, on
from domain.events.stewardship import TextRedacted
from domain.values import Label, Name, Plain, When
from domain.vocabulary import DocumentKind

_STANDS_AT: Final[Mapping[str, tuple[type[EventBody], ...]]] = {
    "interaction": (InteractionRecorded,),
    "decision": (decisions.DecisionTaken,),
    "award": (funding.FundingApplied, funding.FundingAwarded),
    "ask": (asks.AskRaised,),
}
"""What a document stands at, with the events that begin it."""


@command
class AttachDocument(Command, frozen=True, kw_only=True):
    """Attach a document to a meeting, a decision, an award or an ask: PDF, PNG, JPEG, ODT or DOCX, up to 10 MB.

    `content` is the file in base64. Its name, its type and its bytes must agree, and nothing in it may act when it is
    opened. Of photographs the picture is kept, and not what the camera wrote beside it. `people` are those it names or
    shows, beside those of what it stands at: once one of them is forgotten, it is gone.
    """

    refuses: ClassVar = (Code.EXACTLY_ONE, Code.UNFIT_DOCUMENT)

    name: Name
    kind: DocumentKind
    content: Annotated[bytes, Meta(description="The file, in base64")]
    media_type: Annotated[str, Meta(max_length=200, description="The type that its sender says it has")] | None = None
    interaction: InteractionRef | None = None
    decision: DecisionRef | None = None
    award: AwardRef | None = None
    ask: AskRef | None = None
    people: Annotated[tuple[PersonRef, ...], Meta(max_length=100)] = ()
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the document once it is looked through, with the hash of what is kept of it."""
        thing = self._thing(case)
        for index, person in enumerate(self.people):
            case.person(person, f"people/{index}")
        document = self._screened(case)
        if document is None or thing is None:
            return
        kind, entry = thing
        case.inherit(entry)
        salt = case.context.salt
        case.record(
            DocumentAttached(
                happened=case.happened(self.happened),
                document_id=case.identity("document"),
                name=Plain(self.name),
                kind=self.kind,
                format=document.format,
                size=len(document.content),
                sha256=salted_sha256(salt, document.content),
                salt=Plain(salt.hex()),
                **{f"{kind}_id": getattr(entry.body, f"{kind}_id")},
            ),
            follows=entry,
            content=document.content,
        )

    def _thing(self, case: Case) -> tuple[str, KnownEvent] | None:
        """The one thing that the document stands at, and the event that began it; a fault where there is none."""
        things = [(kind, getattr(self, kind)) for kind in _STANDS_AT if getattr(self, kind) is not None]
        if len(things) != 1:
            detail = "name the one thing it belongs to: an interaction, a decision, an award or an ask"
            case.fault(Code.EXACTLY_ONE, "", detail)
            return None
        [(kind, reference)] = things
        entry = case.find(kind, reference, kind, *_STANDS_AT[kind])
        return None if entry is None else (kind, entry[0])

    def _screened(self, case: Case) -> ScreenedDocument | None:
        try:
            return screened(self.name, self.media_type, self.content)
        except UnfitDocument as unfit:
            case.fault(Code.UNFIT_DOCUMENT, unfit.part, str(unfit))
            return None


@command
class EraseDocument(Command, frozen=True, kw_only=True):
    """Erase a document for good: its content and its name are destroyed. That it was there stays, with its SHA-256.

    Refuses nothing of its own: erasing again does no harm.
    """

    stewards_only: ClassVar[bool] = True
    after_closure: ClassVar[bool] = True

    document: DocumentRef
    ground: Label
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record that its two texts are taken out, which destroys their keys, and that the document is gone."""
        entry = case.find("document", self.document, "document", DocumentAttached)
        if entry is None:
            return
        happened = case.happened(self.happened)
        case.record(
            DocumentErased(happened=happened, document_id=entry[1].document_id, ground=self.ground), follows=entry[0]
        )
        for field in ("salt", "name"):
            case.record(
                TextRedacted(happened=happened, record_id=entry[0].event_id, field=field, ground=self.ground),
                follows=entry[0],
            )


def salted_sha256(salt: bytes, content: bytes) -> str:
    """The hash by which the log knows a document: SHA-256 of its salt and its content, in hexadecimal."""
    digest = hashlib.sha256(salt)
    digest.update(content)
    return digest.hexdigest()


def minutes_attached(facts: Facts, interaction_id: UUID) -> dict[str, Any]:
    """The fields of an approval that name the minutes at a meeting: those attached last, erased ones left out."""
    attached = [
        body
        for _, body in facts.about("interaction_id", interaction_id, DocumentAttached)
        if body.kind is DocumentKind.MINUTES and not facts.about("document_id", body.document_id, DocumentErased)
    ]
    return {"document_id": attached[-1].document_id, "sha256": attached[-1].sha256} if attached else {}


def documents_at(records: Sequence[Recorded], interaction_ids: Iterable[UUID]) -> Selections:
    """Selections of the documents attached to meetings, and of the erasures of those that were read."""
    selections: set[Selection] = {on("interaction", each, DocumentAttached) for each in interaction_ids}
    attached = (record.body for record in records if isinstance(record.body, DocumentAttached))
    selections |= {on("document", body.document_id, DocumentErased) for body in attached}
    return frozenset(selections)
