"""Own calendar at the pages: secret links made and ended; and the calendar that a program reads at one."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from api.access.accounts import find_account
from api.access.calendar_links import (
    end_calendar_link,
    list_calendar_links,
    make_calendar_link,
    use_calendar_link,
)
from api.access.principal import OrganisationUnknown, principal_of_account
from api.access.user_roles import Right
from api.http.conditional import etag
from api.http.problems import Problem
from api.pages.ground.page import Download, FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.reading.calendars import MEDIA, calendar_of
from api.resources.me import Me

_ALL: Final = "all"
_ADDRESS: Final = "/calendars"
_NOT_THERE: Final = "There is no calendar at this address: the link was ended, or never was."


def _show(visit: Visit, errors: Sequence[FieldError] = (), secret: str | None = None) -> Shown:
    account_id, me = _account(visit), visit.ask("read-me")
    with visit.services.recorder.connections.borrow() as connection:
        links = list_calendar_links(connection, account_id)
    values = {
        "links": links,
        "names": {each.partnership_id: each.name or "A partnership without a name" for each in me.partnerships},
        "partnerships": [(str(each.partnership_id), each.name or "") for each in me.partnerships],
        "chosen": visit.form.one("about") if errors else "",
        "made": None if secret is None else f"{visit.services.public_url}{_ADDRESS}/{secret}",
        "key_of_form": key_of(visit.form) if errors else str(uuid4()),
    }
    return Shown(template="people/own_calendar.html", title="Your calendar", values=values, errors=errors)


def _make(visit: Visit) -> PageAnswer:
    account_id, about = _account(visit), visit.form.one("about")
    me: Me = visit.ask("read-me")
    if about != _ALL and about not in {str(each.partnership_id) for each in me.partnerships}:
        return _show(visit, [FieldError("about", "Choose what the calendar is to show")])
    partnership_id = None if about == _ALL else UUID(about)
    with visit.services.recorder.connections.borrow() as connection:
        token = make_calendar_link(connection, UUID(key_of(visit.form)), account_id, partnership_id)
    return SeeOther("/my-page/calendar") if token is None else _show(visit, secret=token)


def _show_end(visit: Visit) -> PageAnswer:
    link_id = visit.id_in_path("link")
    with visit.services.recorder.connections.borrow() as connection:
        if link_id not in {each.link_id for each in list_calendar_links(connection, _account(visit))}:
            raise Problem("not-found", "You have no calendar link with this id.")
    return Shown(template="people/end_calendar_link.html", title="End a calendar link")


def _end(visit: Visit) -> PageAnswer:
    with visit.services.recorder.connections.borrow() as connection:
        end_calendar_link(connection, visit.id_in_path("link"), _account(visit))
    return SeeOther("/my-page/calendar")


def _read(visit: Visit) -> PageAnswer:
    """The calendar at a link, as far as its holder's roles reach now; it dies with their account."""
    services = visit.services
    log = services.handler.recorder
    with log.connections.borrow() as connection:
        link = use_calendar_link(connection, visit.path["token"])
        account = None if link is None else find_account(connection, link.account_id)
    if link is None or account is None or account.closed_at is not None:
        raise Problem("not-found", _NOT_THERE)
    try:
        content = calendar_of(services, principal_of_account(log, account), link.partnership_id)
    except OrganisationUnknown:
        content = None
    if content is None:
        raise Problem("not-found", _NOT_THERE)
    headers = {
        "ETag": etag(hashlib.sha256(content).hexdigest()),
        "Cache-Control": "private, max-age=0, must-revalidate",
        "Content-Disposition": 'inline; filename="folkmoot.ics"',
    }
    return Download(content, MEDIA, "folkmoot.ics", headers)


def _account(visit: Visit) -> UUID:
    if visit.visitor.account_id is None:
        raise Problem("not-allowed", "Your key belongs to no account, and so has no calendar.")
    return visit.visitor.account_id


PAGES = (
    Page(
        path="/my-page/calendar",
        name="own-calendar",
        show=_show,
        take=_make,
        right=Right.READ_FIGURES,
        section="my-page",
    ),
    Page(
        path="/my-page/calendar/{link}/end",
        name="end-calendar-link",
        show=_show_end,
        take=_end,
        right=Right.OWN_KEYS,
        section="my-page",
    ),
    Page(path=f"{_ADDRESS}/{{token}}", name="calendar", show=_read, right=None),
)
