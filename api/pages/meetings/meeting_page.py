"""A meeting on its own page: what was recorded, minutes approved with one press, notes shared, ways to mend it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import uuid4

from api.pages.documents.attached_documents import attaching_address, documents_of
from api.pages.ground.in_words import day_in_words
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import RefusedForm, put_on_record
from api.pages.meetings.answers import Answers
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.kinds import kind_in_words
from api.pages.meetings.likely_slips import likely_slips
from api.pages.meetings.recorded_meeting import RecordedMeeting, find_meeting
from api.pages.meetings.ways import meeting_address, meetings_address, not_yours
from domain.decisions.authority import may_record as may_record_event
from domain.events import EventBody, name_of
from domain.events.interactions import MinutesApproved, NotesShared
from domain.values import day_of
from domain.vocabulary import Side

_SIDES: Final = {
    Side.RESIDENTS: "Residents",
    Side.GOVERNMENT: "Government, councils included",
    Side.AGENCY: "Public agencies",
    Side.COMMUNITY_SECTOR: "Community and voluntary organisations",
    Side.FUNDER: "Funders",
    Side.BUSINESS: "Businesses",
    Side.OTHER: "Others",
}
_SAID: Final = {
    "already": "This meeting is already recorded.",
    "sent": "This form is recorded already, as it was first sent.",
    "added": "What you added is recorded.",
    "corrected": "The meeting was put right. What it said before can still be seen.",
    "approved": "The minutes are approved. What came up at this meeting counts as agreed by the sides that were there.",
    "attached": "The document is attached.",
    "shared": "It is recorded that the notes were shared.",
}


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, find_meeting(visit), Answers())


def _take(visit: Visit) -> PageAnswer:
    meeting = find_meeting(visit)
    if not may_record(visit, meeting.partnership_id):
        return not_yours(meeting.partnership_id, meeting.name)
    answers = Answers({name: visit.form.many(name) for name in visit.form.names()})
    if visit.form.one("do") == "approve":
        return _approve(visit, meeting, answers)
    return _share(visit, meeting, answers)


def _approve(visit: Visit, meeting: RecordedMeeting, answers: Answers) -> PageAnswer:
    approved_at = answers.one("approved-at")
    if approved_at not in {later.interaction_id for later in meeting.later}:
        words = "Select the meeting at which they were approved"
        return _page(visit, meeting, answers, [FieldError("approved-at", words)])
    fields = {"": "approved-at", "/approved_at": "approved-at", "/happened": "approved-at"}
    return _recorded(visit, meeting, answers, "approve-minutes", {"approved_at": approved_at}, fields, "approved")


def _share(visit: Visit, meeting: RecordedMeeting, answers: Answers) -> PageAnswer:
    sides = [side for side in answers.many("shared-with") if side in set(_SIDES)]
    if not sides:
        return _page(visit, meeting, answers, [FieldError("shared-with", "Select who got the notes")])
    body: dict[str, Any] = {"shared_with": sides}
    if answers.one("document"):
        body["document"] = answers.one("document")
    fields = {"/document": "document", "/shared_with": "shared-with"}
    return _recorded(visit, meeting, answers, "share-notes", body, fields, "shared")


def _recorded(
    visit: Visit,
    meeting: RecordedMeeting,
    answers: Answers,
    operation: str,
    body: Mapping[str, Any],
    fields: Mapping[str, str],
    outcome: str,
) -> PageAnswer:
    path = {"partnership_id": meeting.partnership_id, "interaction": meeting.interaction_id}
    errors_of = partial(refusal_errors, fields=fields, otherwise=next(iter(fields.values())))
    refused = put_on_record(visit, operation, body, errors_of, path=path)
    if isinstance(refused, RefusedForm):
        return _page(visit, meeting, answers, refused.errors)
    return SeeOther(f"{meeting_address(meeting.partnership_id, meeting.interaction_id)}?done={outcome}")


def _page(visit: Visit, meeting: RecordedMeeting, answers: Answers, errors: Sequence[FieldError] = ()) -> Shown:
    body = meeting.body
    kind = kind_in_words(body.kind)
    heading = f"{kind} of {day_in_words(body.happened)}"
    last = meeting.later[0].interaction_id if meeting.later else ""
    values = {
        "meeting": meeting,
        "heading": heading,
        "kind": kind,
        "address": meeting_address(meeting.partnership_id, meeting.interaction_id),
        "back": f"/partnerships/{meeting.partnership_id}",
        "another": f"{meetings_address(meeting.partnership_id)}/new",
        "done": visit.query.get("done", ""),
        "said": _SAID.get(visit.query.get("done", ""), ""),
        "slips": likely_slips(visit.services, meeting.record) if visit.query.get("done") == "recorded" else [],
        "may_record": may_record(visit, meeting.partnership_id),
        "may_approve": _may_say(visit, MinutesApproved),
        "may_share": _may_say(visit, NotesShared),
        "answers": answers,
        "sides": [{"value": str(side), "text": text} for side, text in _SIDES.items()],
        "later": [
            {
                "value": later.interaction_id,
                "text": f"{kind_in_words(later.kind)} of {day_in_words(later.happened)}",
            }
            for later in meeting.later
        ],
        "approved_at": answers.one("approved-at") or last,
        "documents": documents_of(visit, meeting.partnership_id, meeting.interaction_id),
        "attach": attaching_address(meeting.partnership_id, "interaction", meeting.interaction_id),
        "recorded_on": day_of(meeting.recorded_at),
        "key": str(uuid4()),
    }
    return Shown(template="meetings/meeting.html", title=heading, values=values, errors=errors)


def _may_say(visit: Visit, event: type[EventBody]) -> bool:
    """The word of the visitor's own body may stand as such an event."""
    actor = visit.visitor.actor
    return actor.steward or may_record_event(name_of(event), actor.party.side)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/meetings/{interaction}",
        name="meeting",
        show=_show,
        take=_take,
        section="partnerships",
    ),
)
