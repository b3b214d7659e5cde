"""The public page of a partnership's asks and what became of them: it names nobody and shows no sealed word."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from api.http.problems import Problem
from api.pages.ground.list_pages import PageOf, page_of
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.ground.page_templates import render
from api.pages.pictures.story_marks import story_marks
from api.pages.reports.told_stories import StoryNames, ThemeStories, kind_in_words, theme_in_words, told
from api.reading.public_stories import FEWEST, PublicStories, PublicStory
from domain.events.english import words

STORIES_A_PAGE: Final = 60
TITLE: Final = "You said, and what became of it"
PATH: Final = "/public/partnerships/{partnership_id}/what-became-of-it"
FILE: Final = "what-became-of-it.csv"


def _show(visit: Visit) -> PageAnswer:
    path, query = {"partnership_id": visit.path["partnership_id"]}, {"as_of": _day(visit)}
    if visit.query.get("format") == "csv":
        return visit.file("read-public-stories", path, {**query, "format": "csv"}, called=FILE)
    answer: PublicStories = visit.ask("read-public-stories", path, query)
    page = page_of(visit, answer.stories, STORIES_A_PAGE)
    values = {
        **public_values(answer, page.items),
        "page": page,
        "table": "?format=csv",
        "is_file": False,
    }
    return Shown(template="reports/public.html", title=_title(answer), values=values)


def _title(answer: PublicStories) -> str:
    return f"{answer.name}: you said, and what became of it"


def public_file(answer: PublicStories, asset_of: Callable[[str], str]) -> str:
    """The whole page as a file that stands alone; `asset_of` says where a file of ours lies, seen from there."""
    whole = PageOf(
        items=answer.stories, number=1, pages=1, first=1, last=0, in_all=len(answer.stories), before="", after=""
    )
    values = {**public_values(answer, answer.stories), "page": whole, "table": FILE, "is_file": True}
    ground = {"title": _title(answer), "errors": (), "is_signed_in": False, "is_by_link": True, "navigation": ()}
    return render("reports/public.html", {**values, **ground, "asset": asset_of})


def _day(visit: Visit) -> str | None:
    """The day asked about. Raises Problem 400 for anything that is none."""
    text = visit.query.get("stood-on") or None
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise Problem("invalid-query", "The day in the address is not a date.") from None


def public_values(answer: PublicStories, stories: Sequence[PublicStory]) -> dict[str, Any]:
    """The values of the page's template: its counts, and some of the stories by theme."""
    counts = (
        (answer.asks, "asks"),
        (answer.taken_up, "taken up, whole or in part"),
        (answer.declined, "declined"),
        (answer.unanswered, "older asks still without an answer"),
    )
    return {
        "heading": TITLE,
        "answer": answer,
        "fewest": FEWEST,
        "marks": story_marks(),
        "counts": [(f"Fewer than {FEWEST}" if count is None else f"{count:,}", what) for count, what in counts],
        "themes": list(_by_theme(stories, answer.as_of)),
    }


def _by_theme(stories: Sequence[PublicStory], today: date) -> Iterator[ThemeStories]:
    for theme, of_theme in groupby(stories, key=lambda story: story.theme):
        yield ThemeStories(name=theme_in_words(theme), stories=[told(each, _names(each), today) for each in of_theme])


def _names(story: PublicStory) -> StoryNames:
    asked_by = f", asked by {words(story.asked_by_side)}" if story.asked_by_side else ""
    return StoryNames(
        title=story.words or kind_in_words(story.kind, story.theme) + asked_by,
        holder=story.asked_of or "",
        spenders=story.spent_by,
        promisers=story.promised_by,
    )


PAGES = (Page(path=PATH, name="public-what-became-of-it", show=_show, right=None),)
