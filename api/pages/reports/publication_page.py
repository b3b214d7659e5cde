"""The page that opens a partnership's asks to anybody: a preview, the public words of every ask, and the switch."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import faults_in_recording, key_of
from api.pages.partnership.whose import PartnershipVisit
from api.pages.reports.public_page import PATH, public_values
from api.pages.reports.told_stories import theme_in_words
from domain.vocabulary import PublicReport

_PAGE: Final = "/partnerships/{partnership_id}/publication"
_OPEN, _CLOSED = "open", "closed"
_IN_WORDS, _BY_THEME, _KEPT_BACK = "words", "theme", "kept-back"


def _show(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    here = PartnershipVisit(visit)
    decisions = visit.ask("read-publications", here.path).rows
    answer = visit.ask("preview-public-stories", here.path)
    view = visit.ask("read-ask-stories", here.path, {"causes": 0})
    in_force = next((row for row in decisions if row.is_in_force), None)
    values = {
        **public_values(answer, answer.stories),
        "partnership": here.entry,
        "address": here.address,
        "public_address": PATH.format(partnership_id=here.partnership_id),
        "in_force": in_force,
        "asks": [
            (row.ask_id, view.labels.get(row.ask_id, ""), row.public_wording, row.is_kept_back) for row in view.rows
        ],
        "may_decide": may_record(visit, here.partnership_id),
        "is_recorded": visit.query.get("recorded") == "yes" and not errors,
        "form": visit.form,
        "key": key_of(visit.form),
    }
    title = f"What anybody may read: {here.entry.name}"
    return Shown(template="reports/publication.html", title=title, values=values, errors=errors)


def _take(visit: Visit) -> PageAnswer:
    choice = visit.form.one("publish")
    opens = entered_date(visit.form, "opens", "The day from which anybody may read it", month_until=date.min)
    errors = [] if choice in (_OPEN, _CLOSED) else [FieldError("publish", "Choose whether anybody may read it")]
    errors += [opens.fault] if opens.fault is not None else []
    if errors:
        return _show(visit, errors)
    is_open = choice == _OPEN
    body = {
        "reports": [PublicReport.WHAT_BECAME_OF_ASKS.value] if is_open else [],
        **({"opens": opens.when} if is_open and opens.when else {}),
    }
    path = {"partnership_id": visit.path["partnership_id"]}
    fields = {"/opens": "opens-day", "/reports": "publish"}
    errors = faults_in_recording(visit, "decide-publication", body, fields, path=path, otherwise="publish")
    return _show(visit, errors) if errors else SeeOther(f"{_PAGE.format_map(path)}?recorded=yes")


def _show_words(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    here = PartnershipVisit(visit)
    view = visit.ask("read-ask-stories", here.path, {"causes": 0})
    row = next((row for row in view.rows if str(row.ask_id) == visit.query.get("ask")), None)
    if row is None:
        raise Problem("not-found", "There is no ask with this id here.")
    telling = _KEPT_BACK if row.is_kept_back else _IN_WORDS if row.public_wording else _BY_THEME
    values = {
        "partnership": here.entry,
        "address": here.address,
        "ask": row.ask_id,
        "theme": theme_in_words(row.theme),
        "own_words": view.labels.get(row.ask_id, ""),
        "telling": visit.form.one("telling") or telling,
        "wording": visit.form.one("wording") if visit.form else row.public_wording,
        "may_decide": may_record(visit, here.partnership_id),
        "key": key_of(visit.form),
    }
    return Shown(template="reports/public_words.html", title="Words for everybody", values=values, errors=errors)


def _take_words(visit: Visit) -> PageAnswer:
    telling, wording = visit.form.one("telling"), visit.form.one("wording")
    if telling == _IN_WORDS and not wording:
        return _show_words(visit, [FieldError("wording", "Write the words in which anybody may read of it")])
    body = {"kept_back": telling == _KEPT_BACK, **({"wording": wording} if telling == _IN_WORDS else {})}
    path = {"partnership_id": visit.path["partnership_id"], "ask": visit.query.get("ask", "")}
    errors = faults_in_recording(
        visit, "word-ask-for-public", body, {"/wording": "wording"}, path=path, otherwise="telling"
    )
    return _show_words(visit, errors) if errors else SeeOther(f"{_PAGE.format_map(path)}?recorded=yes")


PAGES = (
    Page(path=_PAGE, name="publication", show=_show, take=_take, section="reports"),
    Page(path=f"{_PAGE}/words", name="public-words", show=_show_words, take=_take_words, section="reports"),
)
