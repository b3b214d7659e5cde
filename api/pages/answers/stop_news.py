"""Stopping the news of an ask by the link in its mail, without signing in; a program may do it in one click."""

from api.access.ask_wishes import end_wish
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.reading.mail_links import STOP_NEWS, news_stopped_by

_GONE = 410


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, "stop", is_good=news_stopped_by(visit.services, visit.path["token"]) is not None)


def _take(visit: Visit) -> PageAnswer:
    wish_id = news_stopped_by(visit.services, visit.path["token"])
    if wish_id is None:
        return _page(visit, "stop", is_good=False)
    with visit.services.recorder.connections.borrow() as connection:
        end_wish(connection, wish_id)
    return _page(visit, "stopped", is_good=True)


def _page(visit: Visit, step: str, *, is_good: bool) -> Shown:
    title = {"stop": "Stop news of what you asked for", "stopped": "You will hear no more of it"}[step]
    return Shown(
        template="answers/stop_news.html",
        title=title if is_good else "This link cannot be used",
        values={"step": step, "is_good": is_good},
        status=None if is_good else _GONE,
        refuses_credential=not is_good and not visit.is_head,
    )


PAGES = (
    Page(path=f"{STOP_NEWS}/{{token}}", name="stop-news", show=_show, take=_take, right=None, takes_one_click=True),
)
