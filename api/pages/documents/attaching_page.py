"""The form that attaches a document to a meeting, a decision, an award or an ask, and the one that erases it."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.documents.attached_documents import KINDS, attaching_address, documents_of, telling_most
from api.pages.ground.field_errors import field_errors
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import RefusedForm, faults_in_recording, key_of, put_on_record
from api.pages.partnership.whose import PartnershipVisit
from api.reading.timeline_entries import TimelineEntry

_THINGS: Final = ("interaction", "decision", "award", "ask")
_IN_WORDS: Final = {"interaction": "a meeting", "decision": "a decision", "award": "an award", "ask": "an ask"}
_WORDS: Final = {
    "unfit-text": "The name of the file holds a sign that cannot be kept. Give the file another name",
    "out-of-bounds": "The name of the file is too long. Give the file another name",
}
_FIELDS: Final = {"/name": "file", "/content": "file", "/media_type": "file", "/kind": "kind"}


class ThingInHand(Struct, frozen=True, kw_only=True):
    """The thing that a document is to be attached to: what kind of thing, and the record that began it."""

    kind: str
    thing_id: UUID
    record: TimelineEntry

    def address_in(self, here: PartnershipVisit) -> str:
        """The address of its page."""
        if self.kind == "interaction":
            return f"{here.address}/meetings/{self.thing_id}"
        return f"/records/{self.record.event_id}"


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    return _form(here, _thing(here), FormFields(), ())


def _take(visit: Visit) -> PageAnswer:
    here, form = PartnershipVisit(visit), visit.form
    thing = _thing(here)
    errors = []
    if form.file is None:
        errors.append(FieldError("file", "Choose the file"))
    if form.one("kind") not in set(KINDS):
        errors.append(FieldError("kind", "Choose what it is"))
    if errors or form.file is None:
        return _form(here, thing, form, errors)
    body = {
        "name": form.file.name,
        "media_type": form.file.media_type,
        "content": form.file.content,
        "kind": form.one("kind"),
        thing.kind: str(thing.thing_id),
    }
    errors_of = partial(field_errors, fields=_FIELDS, otherwise="file", words=_WORDS)
    refused = put_on_record(visit, "attach-document", body, errors_of, path=here.path)
    if isinstance(refused, RefusedForm):
        return _form(here, thing, form, refused.errors, refused.key)
    return SeeOther(f"{thing.address_in(here)}?done=attached#documents")


def _thing(here: PartnershipVisit) -> ThingInHand:
    """The thing that the address names. Raises Problem 404."""
    things = [(kind, here.visit.query[kind]) for kind in _THINGS if kind in here.visit.query]
    try:
        [(kind, thing_id)] = [(kind, UUID(text)) for kind, text in things]
    except ValueError:
        raise Problem("not-found", "There is nothing here to attach a document to.") from None
    story = here.ask("read-timeline", thing=thing_id).data
    if not story:
        raise Problem("not-found", f"There is no such {kind} in this partnership.")
    return ThingInHand(kind=kind, thing_id=thing_id, record=telling_most(story))


def _form(
    here: PartnershipVisit, thing: ThingInHand, form: FormFields, errors: Sequence[FieldError], key: str = ""
) -> Shown:
    values: dict[str, Any] = {
        "partnership": here.entry,
        "address": here.address,
        "action": attaching_address(here.partnership_id, thing.kind, thing.thing_id),
        "back": thing.address_in(here),
        "thing": thing,
        "of": _IN_WORDS[thing.kind],
        "kinds": [{"value": str(kind), "text": words} for kind, words in KINDS.items()],
        "form": form,
        "key": key or key_of(form),
        "may_record": may_record(here.visit, here.partnership_id),
        "is_closed": here.is_closed,
    }
    return Shown(template="documents/attaching.html", title="Attach a document", values=values, errors=errors)


def _show_erasure(visit: Visit) -> PageAnswer:
    return _erasure(visit, FormFields(), ())


def _take_erasure(visit: Visit) -> PageAnswer:
    ground = visit.form.one("ground")
    errors = [] if ground else [FieldError("ground", "Enter why it is erased")]
    if not errors:
        path = {name: visit.id_in_path(name) for name in ("partnership_id", "document")}
        fields = {"/ground": "ground"}
        errors = faults_in_recording(visit, "erase-document", {"ground": ground}, fields, path=path, otherwise="ground")
    if errors:
        return _erasure(visit, visit.form, errors)
    return SeeOther(f"/partnerships/{visit.id_in_path('partnership_id')}/documents?done=erased")


def _erasure(visit: Visit, form: FormFields, errors: Sequence[FieldError]) -> Shown:
    here, document_id = PartnershipVisit(visit), visit.id_in_path("document")
    listed = documents_of(visit, here.partnership_id)
    document = next((each for each in listed if each.document_id == document_id), None)
    if document is None or document.is_erased:
        raise Problem("not-found", "There is no document here to erase.")
    values = {
        "partnership": here.entry,
        "address": here.address,
        "document": document,
        "form": form,
        "key": key_of(form),
    }
    return Shown(template="documents/erasing.html", title="Erase a document", values=values, errors=errors)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/documents/new",
        name="attach-document",
        show=_show,
        take=_take,
        right=Right.RECORD,
        section="partnerships",
        takes_file=True,
    ),
    Page(
        path="/partnerships/{partnership_id}/documents/{document}/erase",
        name="erase-document",
        show=_show_erasure,
        take=_take_erasure,
        right=Right.FORGET,
        section="partnerships",
    ),
)
