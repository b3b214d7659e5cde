"""The page on which answers are checked before they are recorded, with a way back to each."""

from uuid import UUID

from api.http.problems import Problem
from api.pages.ground.drafts import FormDraft
from api.pages.ground.page import Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.meetings.answers import Answers
from api.pages.meetings.form_page import already_recorded, recorded, screened, settled_on, today_of
from api.pages.meetings.meeting_choices import choices_of
from api.pages.meetings.meeting_form import read_meeting
from api.pages.meetings.summary import answer_rows
from api.pages.meetings.ways import form_address, form_key, not_yours, own_draft, recorded_under


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, visit.query.get("form", ""))


def _take(visit: Visit) -> PageAnswer:
    return _page(visit, visit.form.one("key"))


def _page(visit: Visit, text: str) -> PageAnswer:
    partnership_id, key = visit.id_in_path("partnership_id"), form_key(text)
    draft = None if key is None else own_draft(visit, partnership_id, key)
    if key is None or draft is None:
        return _gone(visit, partnership_id, key)
    choices = choices_of(visit, partnership_id)
    if not may_record(visit, partnership_id):
        return not_yours(partnership_id, choices.name)
    answers = settled_on(Answers(draft.answers), today_of(visit))
    filled = read_meeting(answers, choices, today_of(visit))
    if filled.faults:
        return SeeOther(form_address(partnership_id, key))
    if visit.form and visit.form.one("saved-at") == _saved_at(draft):
        return recorded(visit, choices, answers, filled, key)
    rows = answer_rows(answers, filled, choices, screened(answers))
    values = {
        "name": choices.name,
        "key": str(key),
        "saved_at": _saved_at(draft),
        "has_changed": bool(visit.form),
        "rows": rows,
        "form": form_address(partnership_id, key),
    }
    return Shown(template="meetings/check.html", title="Check your answers", values=values)


def _gone(visit: Visit, partnership_id: UUID, key: UUID | None) -> PageAnswer:
    """Where a draft is no more: the meeting that was recorded with it, else nothing."""
    meeting_id = None if key is None else recorded_under(visit, partnership_id, key)
    if meeting_id is None:
        raise Problem("not-found", "There is no such draft. It was thrown away, or nobody saved it for 90 days.")
    return already_recorded(partnership_id, meeting_id)


def _saved_at(draft: FormDraft) -> str:
    return draft.saved_at.isoformat()


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/meetings/check",
        name="check-meeting",
        show=_show,
        take=_take,
        section="record",
    ),
)
