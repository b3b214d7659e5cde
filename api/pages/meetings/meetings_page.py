"""The meetings of a partnership: those recorded, the latest first, and the way to those planned."""

from typing import Final

from api.pages.ground.in_words import count_of, day_in_words
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.meetings.kinds import kind_in_words
from api.pages.meetings.meeting_choices import EarlierMeeting, choices_of
from api.pages.meetings.ways import may_record, meeting_address, meetings_address

_PAGE: Final = 20


def _show(visit: Visit) -> PageAnswer:
    partnership_id = visit.id_in_path("partnership_id")
    choices = choices_of(visit, partnership_id)
    meetings = list(reversed(choices.meetings))
    skipped = _skipped(visit.query.get("after", ""), len(meetings))
    shown = meetings[skipped : skipped + _PAGE]
    values = {
        "name": choices.name,
        "back": f"/partnerships/{partnership_id}",
        "meetings": [(meeting_address(partnership_id, meeting.interaction_id), *_words(meeting)) for meeting in shown],
        "count": len(meetings),
        "planned": len(choices.plans),
        "earlier": skipped + _PAGE if skipped + _PAGE < len(meetings) else None,
        "later": max(skipped - _PAGE, 0) if skipped else None,
        "here": meetings_address(partnership_id),
        "may_record": may_record(visit, partnership_id),
    }
    return Shown(template="meetings/meetings.html", title=f"Meetings of {choices.name}", values=values)


def _words(meeting: EarlierMeeting) -> tuple[str, str]:
    kind = kind_in_words(meeting.kind)
    came = count_of(len(meeting.came), "organisation or group", "organisations and groups")
    return f"{kind} of {day_in_words(meeting.happened)}", came


def _skipped(text: str, count: int) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(count))
    return min(int(text), count) if is_number else 0


PAGES = (Page(path="/partnerships/{partnership_id}/meetings", name="meetings", show=_show, section="partnerships"),)
