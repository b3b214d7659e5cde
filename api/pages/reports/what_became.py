"""You said, and what became of it: every ask of a partnership by theme, with its whole story and the latest word."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from api.http.problems import Problem
from api.pages.ground.list_pages import page_of
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.story_marks import story_marks
from api.pages.reports.told_stories import StoryNames, ThemeStories, kind_in_words, theme_in_words, told
from api.reading.formats import FORMS_OF_TABLES
from projections.lifecycles.asks import AskState
from projections.views.ask_stories import AskStoryRow, StoryFacts

STORIES_A_PAGE: Final = 40
_TAKEN_UP: Final = frozenset({AskState.ADOPTED, AskState.ADAPTED})
_UNANSWERED: Final = frozenset({AskState.NOBODY_HAS_IT, AskState.OVERDUE})


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        if visit.query.get("format") in FORMS_OF_TABLES:
            return here.table("read-ask-stories", "what-became-of-it")
        view = here.ask("read-ask-stories", causes=0)
    except Problem as problem:
        return here.nothing_by_then(problem)
    theme = visit.query.get("theme", "")
    page = page_of(visit, [row for row in view.rows if not theme or row.theme == theme], STORIES_A_PAGE)
    values = {
        "marks": story_marks(),
        "counts": story_counts(view.rows, view.as_of),
        "chosen": theme,
        "themes_asked": [(row, theme_in_words(row)) for row in dict.fromkeys(row.theme for row in view.rows) if row],
        "page": page,
        "themes": list(_by_theme(page.items, view)),
    }
    return here.shown("reports/what_became.html", f"You said, and what became of it: {here.entry.name}", values)


def story_counts(stories: Sequence[StoryFacts], today: date) -> list[tuple[str, str]]:
    """The four counts that head the stories, in words."""
    late = [each for each in stories if each.state in _UNANSWERED and each.due_on < today]
    counts = (
        (len(stories), "ask" if len(stories) == 1 else "asks"),
        (sum(each.state in _TAKEN_UP for each in stories), "taken up, whole or in part"),
        (sum(each.state is AskState.DECLINED for each in stories), "declined, with the reason"),
        (len(late), "older asks still without an answer"),
    )
    return [(f"{count:,}", words) for count, words in counts]


def _by_theme(rows: Sequence[AskStoryRow], view: Any) -> Iterator[ThemeStories]:  # noqa: ANN401 - made from its projection
    for theme, of_theme in groupby(rows, key=lambda row: row.theme):
        stories = [told(row, _names(row, view), view.as_of) for row in of_theme]
        yield ThemeStories(name=theme_in_words(theme), stories=stories)


def _names(row: AskStoryRow, view: Any) -> StoryNames:  # noqa: ANN401 - made from its projection
    def text(place: Any) -> str:  # noqa: ANN401 - a place or none
        words = view.texts.get(place.event_id, {}).get(place.field) if place else None
        return (words.text if words else None) or ""

    def named(ids: Sequence[Any], words: Any) -> list[str]:  # noqa: ANN401 - ids and what they are called
        return [words[each] for each in ids if each in words]

    return StoryNames(
        title=text(row.text) or kind_in_words(row.kind, row.theme),
        holder=view.names.get(row.holder_party_id, "") if row.holder_party_id else "",
        reasons=text(row.reasons),
        decisions=named(row.decision_ids, view.labels),
        promises=named(row.commitment_ids, view.labels),
        spenders=named(row.spent_by_party_ids, view.names),
        promisers=named(row.promised_by_party_ids, view.names),
        record=row.text.event_id if row.text else None,
    )


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/what-became-of-it", name="what-became-of-it", show=_show, section="reports"
    ),
)
