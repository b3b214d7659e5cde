"""The page on which what was forgotten is added to a meeting on record."""

from collections.abc import Sequence
from functools import partial

from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import RefusedForm, key_of, put_on_record
from api.pages.meetings.answers import PARTS, Answers
from api.pages.meetings.form_page import screened, today_of
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.form_values import form_values
from api.pages.meetings.meeting_choices import choices_of
from api.pages.meetings.meeting_form import read_additions
from api.pages.meetings.recorded_meeting import RecordedMeeting, find_meeting
from api.pages.meetings.ways import meeting_address, not_yours


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, find_meeting(visit), Answers(), key_of(visit.form))


def _take(visit: Visit) -> PageAnswer:
    meeting, key = find_meeting(visit), visit.form.one("key")
    answers = Answers({name: visit.form.many(name) for name in visit.form.names()})
    step, _, rest = visit.form.one("do").partition("-")
    part, _, number = rest.partition("-")
    if step == "add" and part in PARTS:
        return _page(visit, meeting, answers.with_block(part)[0], key)
    if step == "remove" and part in PARTS:
        return _page(visit, meeting, answers.without_block(part, whole_number(number)), key)
    filled = read_additions(answers, choices_of(visit, meeting.partnership_id), today_of(visit))
    address = meeting_address(meeting.partnership_id, meeting.interaction_id)
    if filled.faults:
        is_sent = visit.recorded_before("add-to-interaction", key)
        return SeeOther(f"{address}?done=sent") if is_sent else _page(visit, meeting, answers, key, filled.faults)
    if set(screened(answers)) - set(answers.many("warned")):
        return _page(visit, meeting, answers, key)
    path = {"partnership_id": meeting.partnership_id, "interaction": meeting.interaction_id}
    errors_of = partial(refusal_errors, fields=filled.fields)
    outcome = put_on_record(visit, "add-to-interaction", filled.body, errors_of, path=path)
    if isinstance(outcome, RefusedForm):
        return _page(visit, meeting, answers, outcome.key, outcome.errors)
    return SeeOther(f"{address}?done=added")


def _page(
    visit: Visit, meeting: RecordedMeeting, answers: Answers, key: str, errors: Sequence[FieldError] = ()
) -> PageAnswer:
    if not may_record(visit, meeting.partnership_id):
        return not_yours(meeting.partnership_id, meeting.name)
    choices, warnings = choices_of(visit, meeting.partnership_id), screened(answers)
    values = form_values(choices, answers, today_of(visit), warnings, {error.field for error in errors})
    more = {
        "key": key,
        "happened": meeting.body.happened,
        "address": meeting_address(meeting.partnership_id, meeting.interaction_id),
    }
    return Shown(template="meetings/addition.html", title="Add to a meeting", values={**values, **more}, errors=errors)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/meetings/{interaction}/add",
        name="add-to-meeting",
        show=_show,
        take=_take,
        section="partnerships",
    ),
)
