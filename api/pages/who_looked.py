"""Who looked: who opened names and texts, whose, when and on which ground, for information governance and auditors."""

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.in_words import count_of, moment_in_words, sentence_case
from api.pages.ground.page import FieldError, Page, PageAnswer, Shown, Visit
from domain.vault import Ground

_AT_ONCE: Final = 50
_NOBODY: Final = "No person whose records you may follow has this reference. Copy it from a record that names them"
_IN_WORDS: Final = {
    Ground.SEAT: "A seat at the table",
    Ground.OWN_ENTRY: "An entry of their own",
    Ground.OWN_DRAFT: "A draft of their own",
    Ground.CARE: "The care of the record",
    Ground.INFORMATION_GOVERNANCE: "Information governance",
    Ground.IMPORT: "An import that compared texts",
    Ground.MAIL: "An address that mail was sent to",
    Ground.LINK: "A link to answer for this promise",
}


class LookedLine(Struct, frozen=True, kw_only=True):
    """One request that opened names or texts, as its row shows it."""

    number: int
    when: str
    who: str
    with_what: str
    asked_for: str
    grounds: str
    opened: str
    is_bulk: bool


def _show(visit: Visit) -> PageAnswer:
    person = visit.query.get("person", "").strip()
    only_bulk = visit.query.get("bulk") == "yes"
    sees_all = visit.visitor.may_everywhere(Right.READ_TRAILS)
    errors, answer = [], None
    if person or sees_all:
        try:
            answer = _answer(visit, person, is_bulk=only_bulk)
        except Problem as problem:
            if problem.code != "not-found":
                raise
            errors = [FieldError("person", _NOBODY)]
    values = {
        "person": person,
        "only_bulk": only_bulk,
        "sees_all": sees_all,
        "lines": [_line(each, answer.names) for each in answer.data] if answer else [],
        "is_asked": answer is not None,
        "older": _older(visit, answer.next) if answer else "",
    }
    return Shown(template="who_looked.html", title="Who looked", values=values, errors=errors)


def _answer(visit: Visit, person: str, *, is_bulk: bool) -> Any:  # noqa: ANN401 - as the API answers
    query = {"bulk": is_bulk, "limit": _AT_ONCE, "cursor": visit.query.get("cursor")}
    if person:
        return visit.ask("list-openings-of-person", {"person": person}, query)
    return visit.ask("list-openings", query=query)


def _line(entry: Any, names: dict[Any, str]) -> LookedLine:  # noqa: ANN401 - as the API answers
    return LookedLine(
        number=entry.number,
        when=moment_in_words(entry.opened_at),
        who=names.get(entry.organisation_id, "No organisation"),
        with_what=f"{'Account' if entry.account_id else 'Key'} {entry.account_id or entry.opened_by}",
        asked_for=sentence_case(entry.operation.replace("-", " ")),
        grounds=", ".join(_IN_WORDS[each] for each in entry.grounds),
        opened=f"{count_of(entry.texts, 'text')} that may name {count_of(entry.people, 'person', 'people')}",
        is_bulk=entry.bulk,
    )


def _older(visit: Visit, address: str | None) -> str:
    """The address of the page of older lines; empty after the last."""
    if address is None:
        return ""
    cursor = dict(part.partition("=")[::2] for part in urlsplit(address).query.split("&"))["cursor"]
    kept = {name: text for name, text in visit.query.multi_items() if name != "cursor"}
    return f"?{urlencode({**kept, 'cursor': cursor})}"


PAGES = (Page(path="/who-looked", name="who-looked", show=_show, right=Right.READ_TRAILS, section="reports"),)
