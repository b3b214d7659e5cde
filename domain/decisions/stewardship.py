"""Deciding about the record itself: publishing methods, forgetting people, taking texts out."""

import hashlib
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.records import RecordCommand
from domain.decisions.references import PersonRef
from domain.decisions.refusals import Code
from domain.decisions.registries import kept_entry
from domain.events import declaration_of
from domain.events.declaration import clear_texts
from domain.events.records import RecordCorrected
from domain.events.registries import PeopleFoundSame
from domain.events.stewardship import MethodPublished, SubjectErased, TextRedacted
from domain.values import Label, Sha256, When


@command
class PublishMethod(Command, frozen=True, kw_only=True):
    """Write a scoring method down whole: the canonical text of its document, and the SHA-256 of that text."""

    refuses: ClassVar = (Code.INVALID_METHOD,)
    within_partnership: ClassVar[bool] = False

    title: Label
    document: Annotated[str, Meta(min_length=2, max_length=50_000)]
    method_sha256: Sha256
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the method; that it makes sense as one is for the scoring to say."""
        try:
            msgspec.json.decode(self.document)
        except msgspec.DecodeError as error:
            case.fault(Code.INVALID_METHOD, "document", f"this is not JSON: {error}")
        if hashlib.sha256(self.document.encode()).hexdigest() != self.method_sha256:
            case.fault(Code.INVALID_METHOD, "method_sha256", "this is not the SHA-256 of the document")
        case.record(
            MethodPublished(
                happened=case.happened(self.happened),
                method_id=case.identity("method"),
                title=self.title,
                method_sha256=self.method_sha256,
                document=self.document,
            ),
        )


@command
class ForgetPerson(Command, frozen=True, kw_only=True):
    """Forget a person, under every entry found to be theirs: with this, the keys of their name and texts go.

    From then on nothing opens them. The bytes of those keys leave the database's pages when the operator scrubs the
    vault, which is done every night, and its write-ahead log and dumps as these expire.
    """

    refuses: ClassVar = (Code.KEPT_ENTRY_ONLY,)
    within_partnership: ClassVar[bool] = False
    stewards_only: ClassVar[bool] = True

    person: PersonRef

    def decide(self, case: Case) -> None:
        """Record the erasure of each entry."""
        person_id = kept_entry(case, self.person, "person")
        if person_id is None:
            return
        findings = case.facts.about("kept_person_id", person_id, PeopleFoundSame)
        for subject_id in dict.fromkeys((person_id, *(body.duplicate_person_id for _, body in findings))):
            case.record(SubjectErased(happened=case.happened(None), subject_id=subject_id))


@command
class RedactText(RecordCommand, frozen=True, kw_only=True):
    """Take one text out of a record, because it should never have been written down.

    A sealed text is destroyed. One that stands readable, such as a name or a theme, is left out of everything that is
    answered, listed and exported from then on, of the past too; its bytes stay in the log, which never changes. A
    record that was withdrawn keeps its texts until then. May be repeated: a later correction can bring a text back.
    """

    refuses: ClassVar = (Code.NOT_WITH_THIS_KIND,)
    stewards_only: ClassVar[bool] = True

    field: Label
    ground: Label

    def decide(self, case: Case) -> None:
        """Record which text, and on what ground; with this, its key goes."""
        record = self.find_record(case, even_withdrawn=True)
        if record is None:
            return
        texts = [*declaration_of(record.body).sealed, *sorted(clear_texts(type(record.body)))]
        if self.field not in texts or isinstance(record.body, RecordCorrected | TextRedacted):
            detail = f"the texts of this kind of record are: {', '.join(texts) or 'none'}"
            case.fault(Code.NOT_WITH_THIS_KIND, "field", detail)
        case.record(
            TextRedacted(
                happened=case.happened(None),
                record_id=self.record,
                field=self.field,
                ground=self.ground,
            ),
            at="record",
        )
