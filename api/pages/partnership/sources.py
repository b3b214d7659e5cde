"""The sources of a partnership's record: what each would note of what is owed, and the form that declares it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.in_words import day_in_words, sentence_case
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.partnership.whose import PartnershipVisit
from domain.events.english import when_in_words, words
from domain.values import first_day, last_day
from domain.vocabulary import SharingKind
from projections.views.impossible_orders import ImpossibleOrderRow
from projections.views.record_sources import CoverageBasis, SourceRow

_FIELDS: Final = {"/key": "source", "/mapping": "source", "/covers": "kinds", "/happened": "source"}
_KINDS: Final = {
    SharingKind.NOTES: "That notes of meetings were shared",
    SharingKind.REASONS: "That reasons for decisions were given",
    SharingKind.FEEDBACK: "That people consulted heard back",
}
_WORDS: Final = {"ends-before-it-starts": "The last day must not be before the first"}
_NONE: Final = "none"
_SHORT: Final = 8


class OutOfOrder(Struct, frozen=True, kw_only=True):
    """Two records of which the first names a day before that of the second, which it can only follow."""

    name: str
    claimed: str
    record: UUID
    follows: str
    follows_claimed: str
    follows_record: UUID


class SourceInWords(Struct, frozen=True, kw_only=True):
    """One source: what it is called, what it would note, how that is known, and the record that says so."""

    value: str
    name: str
    notes: Sequence[tuple[str, str]]
    known: str
    record: UUID


def _show(visit: Visit) -> PageAnswer:
    return _page(PartnershipVisit(visit), FormFields(), ())


def _take(visit: Visit) -> PageAnswer:
    here, form = PartnershipVisit(visit), visit.form
    begins = entered_date(form, "from", "The first day")
    ends = entered_date(form, "until", "The last day")
    errors = [entered.fault for entered in (begins, ends) if entered.fault is not None]
    which, _, name = form.one("source").partition(":")
    if which not in {"key", "mapping"} or not name:
        errors.insert(0, FieldError("source", "Choose a source"))
    kinds = form.many("kinds")
    if not kinds:
        errors.append(FieldError("kinds", "Choose what it would note, or none of these"))
    elif _NONE in kinds and len(kinds) > 1:
        errors.append(FieldError("kinds", "Choose what it would note, or only none of these"))
    if errors:
        return _page(here, form, errors)
    line = {
        "bodies": form.many("bodies"),
        **({"covered_from": first_day(begins.when).isoformat()} if begins.when else {}),
        **({"covered_until": last_day(ends.when).isoformat()} if ends.when else {}),
    }
    body = {which: name, "covers": [{"kind": kind, **line} for kind in kinds if kind != _NONE]}
    fields = _FIELDS | {f"/covers/{index}/covered_until": "until-day" for index in range(len(kinds))}
    errors = faults_in_recording(
        visit, "declare-coverage", body, fields, path=here.path, otherwise="source", words=_WORDS
    )
    if errors:
        return _page(here, form, errors)
    return SeeOther(f"{here.address}/sources?recorded=yes")


def _page(here: PartnershipVisit, form: FormFields, errors: Sequence[FieldError]) -> PageAnswer:
    view = here.visit.ask("read-record-sources", here.path)
    orders = here.visit.ask("read-impossible-orders", here.path)
    values = {
        "partnership": here.entry,
        "address": here.address,
        "sources": list(_sources(view.rows, view.names)),
        "out_of_order": list(_out_of_order(orders.rows, orders.labels)),
        "kinds": [(kind.value, text) for kind, text in _KINDS.items()],
        "members": here.seated(),
        "form": form,
        "key": key_of(form),
        "may_declare": here.visit.visitor.may(Right.LOOK_AFTER, here.visit.id_in_path("partnership_id")),
        "is_recorded": here.visit.query.get("recorded") == "yes" and not errors,
    }
    title = f"Sources of this record: {here.entry.name}"
    return Shown(template="partnership/sources.html", title=title, values=values, errors=tuple(errors))


def _sources(rows: Sequence[SourceRow], names: Mapping[UUID, str]) -> Iterator[SourceInWords]:
    for (mapping, key_id), own in groupby(rows, key=lambda row: (row.mapping, row.key_id)):
        lines = list(own)
        first = lines[0]
        side = sentence_case(words(first.recorded_by))
        yield SourceInWords(
            value=f"mapping:{mapping}" if mapping else f"key:{key_id}",
            name=f"Imports by {mapping}" if mapping else f"{side}: the key {(key_id or '')[:_SHORT]}",
            notes=[
                (_KINDS[kind], "; ".join(_line(row, names) for row in of_kind))
                for kind, of_kind in groupby(lines, key=lambda row: row.kind)
            ],
            known=_known(first),
            record=first.causes[0],
        )


def _out_of_order(rows: Sequence[ImpossibleOrderRow], labels: Mapping[UUID, str]) -> Iterator[OutOfOrder]:
    for row in rows:
        yield OutOfOrder(
            name=sentence_case(labels.get(row.record_id, "a record")),
            claimed=when_in_words(row.claimed),
            record=row.record_id,
            follows=labels.get(row.follows_record_id, "another record"),
            follows_claimed=when_in_words(row.follows_claimed),
            follows_record=row.follows_record_id,
        )


def _line(row: SourceRow, names: Mapping[UUID, str]) -> str:
    if not row.is_covered:
        return "would not be noted"
    of = f" of {' and '.join(names.get(each, 'somebody') for each in row.party_ids)}" if row.party_ids else ""
    begins = f" from {day_in_words(row.covered_from)}" if row.covered_from else ""
    ends = f" until {day_in_words(row.covered_until)}" if row.covered_until else ""
    return f"would be noted{of}{begins}{ends}"


def _known(row: SourceRow) -> str:
    day = day_in_words(row.in_use_from)
    match row.basis:
        case CoverageBasis.DECLARED:
            return "Somebody who looks after the record said so."
        case CoverageBasis.KEY_IN_USE:
            return f"Nobody said what it would note. In use here since {day}, it could note everything from then on."
        case _:
            return f"Nobody said what it would note. First imported here on {day}; this is what it was seen to note."


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/sources",
        name="partnership-sources",
        show=_show,
        take=_take,
        section="partnerships",
    ),
)
