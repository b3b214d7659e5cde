"""The pages on which a meeting is put right or withdrawn, with the reasons; what it said before stays to be seen."""

from collections.abc import Sequence
from functools import partial

from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import RefusedForm, key_of, put_on_record
from api.pages.meetings.answers import Answers
from api.pages.meetings.correction import answers_on_record, read_correction
from api.pages.meetings.form_page import today_of
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.form_values import form_values
from api.pages.meetings.meeting_choices import Choices, choices_of
from api.pages.meetings.recorded_meeting import RecordedMeeting, find_meeting
from api.pages.meetings.ways import meeting_address, not_yours
from domain.events.records import RecordWithdrawn
from domain.personal_identifiers import personal_identifiers


def _show_correction(visit: Visit) -> PageAnswer:
    meeting = find_meeting(visit)
    choices = choices_of(visit, meeting.partnership_id)
    return _correction(visit, meeting, choices, answers_on_record(meeting.body), key_of(visit.form))


def _take_correction(visit: Visit) -> PageAnswer:
    meeting, key = find_meeting(visit), visit.form.one("key")
    answers = Answers({name: visit.form.many(name) for name in visit.form.names()})
    choices = choices_of(visit, meeting.partnership_id)
    filled = read_correction(answers, meeting.body, choices, today_of(visit), visit.services.vault)
    if filled.faults and visit.recorded_before("correct-record", key):
        return SeeOther(f"{_address(meeting)}?done=sent")
    if filled.faults:
        return _correction(visit, meeting, choices, answers, key, filled.faults)
    errors_of = partial(refusal_errors, fields=filled.fields)
    outcome = put_on_record(visit, "correct-record", filled.body, errors_of, path={"record": meeting.record_id})
    if isinstance(outcome, RefusedForm):
        return _correction(visit, meeting, choices, answers, outcome.key, outcome.errors)
    return SeeOther(f"{_address(meeting)}?done=corrected")


def _correction(
    visit: Visit,
    meeting: RecordedMeeting,
    choices: Choices,
    answers: Answers,
    key: str,
    errors: Sequence[FieldError] = (),
) -> PageAnswer:
    if not may_record(visit, meeting.partnership_id):
        return not_yours(meeting.partnership_id, meeting.name)
    warnings = _warnings(answers.one("reasons"))
    values = form_values(choices, answers, today_of(visit), warnings, {error.field for error in errors})
    more = {"key": key, "happened": meeting.body.happened, "address": _address(meeting)}
    return Shown(
        template="meetings/correction.html", title="Put a meeting right", values={**values, **more}, errors=errors
    )


def _show_withdrawal(visit: Visit) -> PageAnswer:
    return _withdrawal(visit, find_meeting(visit), "", key_of(visit.form))


def _take_withdrawal(visit: Visit) -> PageAnswer:
    key, reasons = visit.form.one("key"), visit.form.one("reasons")
    for withdrawn in visit.recorded_before("withdraw-record", key):
        if isinstance(withdrawn.body, RecordWithdrawn):
            return SeeOther(f"/records/{withdrawn.body.record_id}")
    meeting = find_meeting(visit)
    if not reasons:
        error = FieldError("reasons", "Enter why it should not have been recorded")
        return _withdrawal(visit, meeting, reasons, key, [error])
    errors_of = partial(refusal_errors, fields={"/reasons": "reasons"}, otherwise="reasons")
    path = {"record": meeting.record_id}
    outcome = put_on_record(visit, "withdraw-record", {"reasons": reasons}, errors_of, path=path)
    if isinstance(outcome, RefusedForm):
        return _withdrawal(visit, meeting, reasons, outcome.key, outcome.errors)
    values = {
        "name": meeting.name,
        "back": f"/partnerships/{meeting.partnership_id}",
        "record": f"/records/{meeting.record_id}",
    }
    return Shown(template="meetings/withdrawn.html", title="The meeting was withdrawn", values=values)


def _withdrawal(
    visit: Visit, meeting: RecordedMeeting, reasons: str, key: str, errors: Sequence[FieldError] = ()
) -> PageAnswer:
    if not may_record(visit, meeting.partnership_id):
        return not_yours(meeting.partnership_id, meeting.name)
    values = {
        "meeting": meeting,
        "key": key,
        "reasons": reasons,
        "warnings": _warnings(reasons),
        "address": _address(meeting),
    }
    return Shown(template="meetings/withdrawal.html", title="Withdraw a meeting", values=values, errors=errors)


def _warnings(reasons: str) -> dict[str, str]:
    kinds = " and ".join(kind.in_words for kind in personal_identifiers(reasons))
    return {"reasons": kinds} if kinds else {}


def _address(meeting: RecordedMeeting) -> str:
    return meeting_address(meeting.partnership_id, meeting.interaction_id)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/meetings/{interaction}/correct",
        name="correct-meeting",
        show=_show_correction,
        take=_take_correction,
        section="partnerships",
    ),
    Page(
        path="/partnerships/{partnership_id}/meetings/{interaction}/withdraw",
        name="withdraw-meeting",
        show=_show_withdrawal,
        take=_take_withdrawal,
        section="partnerships",
    ),
)
