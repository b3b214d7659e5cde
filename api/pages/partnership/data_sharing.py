"""The arrangements on record by which members tell each other things and keep them, and the form that records one."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.pointed_out import identifiers_in_words, to_point_out
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.partnership.whose import PartnershipVisit
from api.reading.names_and_texts import ShownText
from domain.values import day_of
from projections.rows import TextAt
from projections.views.data_sharing import DataSharingRow

_FIELDS: Final = {
    "/covers": "covers",
    "/between": "between",
    "/whereabouts": "whereabouts",
    "/review_due": "review-day",
    "/happened": "agreed-day",
}
_TEXTS: Final = ("covers", "whereabouts")
_ALL, _SOME = "all", "some"


def _show(visit: Visit) -> PageAnswer:
    return _page(PartnershipVisit(visit), FormFields(), ())


def _take(visit: Visit) -> PageAnswer:
    here, form = PartnershipVisit(visit), visit.form
    today = day_of(visit.services.recorder.head().now)
    agreed = entered_date(form, "agreed", "The day it was agreed", month_until=today)
    review = entered_date(form, "review", "When it is to be looked at again")
    errors = [date.fault for date in (agreed, review) if date.fault is not None]
    if agreed.when is None and agreed.fault is None:
        errors.insert(0, FieldError("agreed-day", "Enter the day it was agreed"))
    if not form.one("covers"):
        errors.append(FieldError("covers", "Enter what it covers"))
    if form.one("who") not in {_ALL, _SOME}:
        errors.append(FieldError("who", "Choose who agreed"))
    if form.one("who") == _SOME and not form.many("between"):
        errors.append(FieldError("between", "Choose the organisations and groups that agreed"))
    if errors or to_point_out(form, _TEXTS):
        return _page(here, form, errors)
    body = {
        "covers": form.one("covers"),
        "between": form.many("between") if form.one("who") == _SOME else [],
        "happened": agreed.when,
        **({"whereabouts": form.one("whereabouts")} if form.one("whereabouts") else {}),
        **({"review_due": review.when} if review.when else {}),
    }
    errors = faults_in_recording(visit, "record-data-sharing", body, _FIELDS, path=here.path, otherwise="covers")
    if errors:
        return _page(here, form, errors)
    return SeeOther(f"{here.address}/data-sharing?recorded=yes")


def _page(here: PartnershipVisit, form: FormFields, errors: Sequence[FieldError]) -> PageAnswer:
    arrangements = here.visit.ask("read-data-sharing", here.path)
    names = arrangements.names
    values = {
        "partnership": here.entry,
        "address": here.address,
        "arrangements": [_in_words(row, arrangements.texts, names) for row in reversed(arrangements.rows)],
        "members": here.seated(),
        "form": form,
        "looks_like": identifiers_in_words(form, _TEXTS),
        "key": key_of(form),
        "may_record": may_record(here.visit, here.partnership_id),
        "is_recorded": here.visit.query.get("recorded") == "yes" and not errors,
    }
    title = f"Data sharing: {here.entry.name}"
    return Shown(template="partnership/data_sharing.html", title=title, values=values, errors=tuple(errors))


def _in_words(
    row: DataSharingRow, texts: Mapping[UUID, Mapping[str, ShownText]], names: Mapping[UUID, str]
) -> dict[str, object]:
    def text(at: TextAt | None) -> ShownText | None:
        return None if at is None else texts.get(at.event_id, {}).get(at.field)

    return {
        "record": row.causes[0],
        "agreed": row.agreed,
        "between": [names.get(each, "") for each in row.between_party_ids],
        "covers": text(row.covers),
        "whereabouts": text(row.whereabouts),
        "review_on": row.review_on,
        "is_in_force": row.is_in_force,
    }


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/data-sharing",
        name="partnership-data-sharing",
        show=_show,
        take=_take,
        section="partnerships",
    ),
)
