"""The meetings of a partnership: those recorded, the latest first, and the way to those planned."""

from typing import Final

from api.pages.ground.in_words import count_of, day_in_words
from api.pages.ground.list_pages import page_of
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.meetings.kinds import kind_in_words
from api.pages.meetings.meeting_choices import EarlierMeeting, choices_of
from api.pages.meetings.ways import meeting_address, meetings_address

_PAGE: Final = 20


def _show(visit: Visit) -> PageAnswer:
    partnership_id = visit.id_in_path("partnership_id")
    choices = choices_of(visit, partnership_id)
    page = page_of(visit, list(reversed(choices.meetings)), _PAGE)
    values = {
        "name": choices.name,
        "back": f"/partnerships/{partnership_id}",
        "meetings": [
            (meeting_address(partnership_id, meeting.interaction_id), *_words(meeting)) for meeting in page.items
        ],
        "page": page,
        "planned": len(choices.plans),
        "here": meetings_address(partnership_id),
        "may_record": may_record(visit, partnership_id),
    }
    return Shown(template="meetings/meetings.html", title=f"Meetings of {choices.name}", values=values)


def _words(meeting: EarlierMeeting) -> tuple[str, str]:
    kind = kind_in_words(meeting.kind)
    came = count_of(len(meeting.came), "organisation or group", "organisations and groups")
    return f"{kind} of {day_in_words(meeting.happened)}", came


PAGES = (Page(path="/partnerships/{partnership_id}/meetings", name="meetings", show=_show, section="partnerships"),)
