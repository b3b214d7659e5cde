"""The pages on which any record is put right, withdrawn, said to be right or disputed, with the reasons."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.pointed_out import identifiers_in_words, to_point_out
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.records.mendable_fields import MendableField, as_recorded, mendable_fields, read_changes
from api.resources.records import RecordAnswer

MENDED_ELSEWHERE: Final = frozenset({"interaction-recorded"})
"""Records with pages of their own on which they are put right and withdrawn."""
NOT_MENDED: Final = frozenset(
    {"record-corrected", "record-withdrawn", "subject-erased", "text-redacted", "document-erased"}
)
_RIGHT, _WRONG, _REASONS = "right", "wrong", "reasons"


class RecordInHand(Struct, frozen=True, kw_only=True):
    """A record that stands in the affairs of a partnership."""

    record_id: UUID
    said: str
    type: str
    stands: Mapping[str, Any]
    pen: UUID | None

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"/records/{self.record_id}"


def in_hand(answer: RecordAnswer) -> RecordInHand | None:
    """The record, where it stands and something can be said of it."""
    record = answer.record
    if answer.stands is None or answer.partnership_id is None or record.type in NOT_MENDED:
        return None
    word = record.provenance.on_behalf_of
    return RecordInHand(
        record_id=record.event_id,
        said=answer.sentences[record.event_id],
        type=record.type,
        stands=answer.stands,
        pen=None if word is None else UUID(str(word["party_id"])),
    )


def is_own(visit: Visit, record: RecordInHand) -> bool:
    """The visitor may mend the record here: it is their own word, or they look after the record."""
    visitor = visit.visitor
    if record.type in MENDED_ELSEWHERE:
        return False
    return visitor.may(Right.RECORD) and (visitor.actor.steward or record.pen in visitor.speaks_for)


def _find_to_say(visit: Visit) -> RecordInHand:
    """The record that the visitor may say to be right or wrong. Raises Problem 403 and 404."""
    answer = visit.ask("read-record", {"record": visit.id_in_path("record")})
    if answer.partnership_id is not None and not may_record(visit, answer.partnership_id):
        raise Problem("not-allowed", "Only who records for a body at the table says that a record is right or wrong.")
    return _find(visit)


def _find(visit: Visit, *, is_mended: bool = False) -> RecordInHand:
    """The record that the address names; with `is_mended` one that is mended here. Raises Problem 404."""
    record = in_hand(visit.ask("read-record", {"record": visit.id_in_path("record")}))
    if record is None or (is_mended and record.type in MENDED_ELSEWHERE):
        raise Problem("not-found", "This record is not put right here, or was withdrawn.")
    return record


def _own(visit: Visit) -> RecordInHand:
    """The record, if the visitor may mend it. Raises Problem 403 and 404."""
    record = _find(visit, is_mended=True)
    if not is_own(visit, record):
        raise Problem("not-allowed", "Another organisation recorded this. Only that one puts it right or withdraws it.")
    return record


def _address(visit: Visit) -> str:
    return f"/records/{visit.id_in_path('record')}"


def _is_sent(visit: Visit, operation: str) -> bool:
    """This very form was recorded before: a second press changes nothing, and finds the record changed."""
    return bool(visit.recorded_before(operation, visit.form.one("key")))


def _shown(
    visit: Visit,
    name: str,
    title: str,
    record: RecordInHand,
    form: FormFields,
    errors: Sequence[FieldError],
    **more: Any,  # noqa: ANN401 - values of templates
) -> Shown:
    values = {
        "record": record,
        "form": form,
        "key": key_of(form),
        "looks_like": identifiers_in_words(form, [_REASONS, *more.pop("changed", ())]),
        "is_own": is_own(visit, record),
        **more,
    }
    return Shown(template=f"records/{name}.html", title=f"{title}: {record.said}", values=values, errors=errors)


def _show_withdrawal(visit: Visit) -> PageAnswer:
    return _shown(visit, "withdrawal", "Withdraw", _find(visit, is_mended=True), FormFields(), ())


def _take_withdrawal(visit: Visit) -> PageAnswer:
    if _is_sent(visit, "withdraw-record"):
        return SeeOther(_address(visit))
    record, form = _own(visit), visit.form
    errors = [] if form.one("reasons") else [FieldError("reasons", "Enter why it should not have been recorded")]
    body = {"reasons": form.one("reasons")}
    if not errors and not to_point_out(form, [_REASONS]):
        errors = _sent(visit, record, "withdraw-record", body, {"/reasons": _REASONS})
        if not errors:
            return SeeOther(record.address)
    return _shown(visit, "withdrawal", "Withdraw", record, form, errors)


def _show_correction(visit: Visit) -> PageAnswer:
    record = _find(visit, is_mended=True)
    fields = mendable_fields(record.type, record.stands)
    return _correction(visit, record, fields, as_recorded(fields, record.stands), ())


def _take_correction(visit: Visit) -> PageAnswer:
    if _is_sent(visit, "correct-record"):
        return SeeOther(f"{_address(visit)}#mended")
    record, form = _own(visit), visit.form
    fields = mendable_fields(record.type, record.stands)
    changes, errors = read_changes(fields, form, as_recorded(fields, record.stands))
    if not form.one("reasons"):
        errors.append(FieldError("reasons", "Enter what was wrong"))
    elif not changes and not errors:
        first = fields[0].first_input if fields else "reasons"
        errors.append(FieldError(first, "Nothing reads otherwise than it does on record. Change what is wrong"))
    if not errors and not to_point_out(form, [_REASONS, *changes]):
        at = {f"/changes/{field.name}": field.first_input for field in fields} | {"/reasons": _REASONS}
        errors = _sent(visit, record, "correct-record", {"changes": changes, "reasons": form.one("reasons")}, at)
        if not errors:
            return SeeOther(f"{record.address}#mended")
    return _correction(visit, record, fields, form, errors, changes)


def _correction(
    visit: Visit,
    record: RecordInHand,
    fields: list[MendableField],
    form: FormFields,
    errors: Sequence[FieldError],
    changed: Iterable[str] = (),
) -> Shown:
    return _shown(visit, "correction", "Put right", record, form, errors, fields=fields, changed=changed)


def _show_saying(visit: Visit) -> PageAnswer:
    return _saying(visit, _find_to_say(visit), FormFields(), ())


def _take_saying(visit: Visit) -> PageAnswer:
    record, form = _find_to_say(visit), visit.form
    verdict, body = form.one("said"), form.one("body")
    errors = [] if verdict in {_RIGHT, _WRONG} else [FieldError("said", "Choose whether it is right or wrong")]
    if not body:
        errors.append(FieldError("body", "Choose who says so"))
    if verdict == _WRONG and not form.one("reasons"):
        errors.append(FieldError("reasons", "Enter what is wrong with it"))
    if not errors and not to_point_out(form, [_REASONS]):
        if verdict == _RIGHT:
            errors = _sent(visit, record, "confirm-record", {"confirmed_by": body}, {"/confirmed_by": "body"})
        else:
            dispute = {"disputed_by": body, "reasons": form.one("reasons")}
            at = {"/disputed_by": "body", "/reasons": _REASONS}
            errors = _sent(visit, record, "dispute-record", dispute, at)
        if not errors:
            return SeeOther(f"{record.address}#since")
    return _saying(visit, record, form, errors)


def _saying(visit: Visit, record: RecordInHand, form: FormFields, errors: Sequence[FieldError]) -> Shown:
    me = visit.ask("read-me")
    bodies = [(str(each.party_id), each.name or "") for each in me.bodies]
    return _shown(visit, "saying", "Right or wrong", record, form, errors, bodies=bodies)


def _sent(
    visit: Visit, record: RecordInHand, operation: str, body: Mapping[str, object], fields: Mapping[str, str]
) -> list[FieldError]:
    """The faults in what is put on record about a record, at its fields."""
    path = {"record": record.record_id}
    return faults_in_recording(visit, operation, body, fields, path=path, otherwise=_REASONS)


PAGES = (
    Page(
        path="/records/{record}/withdraw",
        name="withdraw-record",
        show=_show_withdrawal,
        take=_take_withdrawal,
        right=Right.RECORD,
        section="partnerships",
    ),
    Page(
        path="/records/{record}/correct",
        name="correct-record",
        show=_show_correction,
        take=_take_correction,
        right=Right.RECORD,
        section="partnerships",
    ),
    Page(
        path="/records/{record}/say",
        name="say-of-record",
        show=_show_saying,
        take=_take_saying,
        right=Right.RECORD,
        section="partnerships",
    ),
)
