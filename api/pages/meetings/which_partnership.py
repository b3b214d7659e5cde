"""The page that asks whose meeting is to be recorded, where that is not said by the address."""

from api.pages.ground.known_partnerships import partnership_names
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.meetings.ways import form_key, meetings_address


def _show(visit: Visit) -> PageAnswer:
    partnerships = _partnerships(visit)
    if len(partnerships) == 1 and "choose" not in visit.query:
        return _go_on(partnerships[0][0])
    return _page(partnerships)


def _take(visit: Visit) -> PageAnswer:
    partnerships = _partnerships(visit)
    choice = visit.form.one("partnership")
    if choice not in {partnership_id for partnership_id, _ in partnerships}:
        return _page(partnerships, FieldError("partnership", "Select which partnership met"))
    return _go_on(choice)


def _page(partnerships: list[tuple[str, str]], *errors: FieldError) -> Shown:
    items = [{"value": partnership_id, "text": name} for partnership_id, name in partnerships]
    values = {"items": items}
    return Shown(
        template="meetings/which_partnership.html", title="Which partnership met?", values=values, errors=errors
    )


def _go_on(partnership_id: str) -> SeeOther:
    key = form_key(partnership_id)
    return SeeOther("/partnerships" if key is None else f"{meetings_address(key)}/new")


def _partnerships(visit: Visit) -> list[tuple[str, str]]:
    """Where the visitor may record, by name: where their bodies sit, or everywhere for who looks after the record."""
    seats = visit.ask("read-me").partnerships
    if not visit.visitor.actor.steward:
        return [(str(seat.partnership_id), seat.name or "") for seat in seats]
    own = {str(seat.partnership_id) for seat in seats}
    pairs = [(str(partnership_id), name) for partnership_id, name in partnership_names(visit).items()]
    return sorted(pairs, key=lambda pair: pair[0] not in own)


PAGES = (Page(path="/meetings/new", name="which-partnership-met", show=_show, take=_take, section="record"),)
