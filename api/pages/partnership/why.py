"""Why the figure moved: two days that stay in the address, one sentence, causes that add up, and how sure it is."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict

from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.partnership.whose import PartnershipVisit
from api.pages.partnership.why_health import why_health_moved
from api.pages.partnership.why_trust import WhyMoved, why_trust_moved
from domain.values import day_of

_FROM, _TO = "from", "to"
_NAMES = {_FROM: "The earlier day", _TO: "The later day"}


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    fields = FormFields(visit.query)
    ends = _in_address(visit, _TO) or here.past.as_of
    begins = _in_address(visit, _FROM) or _a_year_before(ends)
    errors: list[FieldError] = []
    if f"{_TO}-year" in fields:
        days, errors = _entered(fields, day_of(visit.services.recorder.head().now))
        if not errors:
            return SeeOther(_address(visit, days))
    elif begins > ends:
        errors = [FieldError(f"{_FROM}-day", "The earlier day must be before the later day")]
        begins = ends
    try:
        why = _why(here, begins, ends)
    except Problem as problem:
        return here.nothing_by_then(problem)
    values = {
        "why": why,
        "sent": fields if f"{_TO}-year" in fields else _preset(begins, ends),
        "others": {**here.past.in_address, **why.fields},
        "begins": begins,
        "ends": ends,
    }
    answer = here.shown("partnership/why.html", f"Why the figure moved: {why.about.removesuffix('.')}", values)
    return replace(answer, errors=errors) if errors and isinstance(answer, Shown) else answer


def _why(here: PartnershipVisit, begins: date, ends: date) -> WhyMoved:
    if "dimension" in here.visit.query:
        return why_health_moved(here, begins, ends)
    return why_trust_moved(here, begins, ends)


def _in_address(visit: Visit, name: str) -> date | None:
    text = visit.query.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Problem("invalid-query", f"{_NAMES[name]} in the address is not a date: {text[:20]}") from None
    if day > day_of(visit.services.recorder.head().now):
        raise Problem("invalid-query", f"{_NAMES[name]} must be today or in the past.")
    return day


def _a_year_before(day: date) -> date:
    return date(max(day.year - 1, date.min.year), day.month, min(day.day, 28))


def _entered(fields: FormFields, today: date) -> tuple[dict[str, str], list[FieldError]]:
    """The days that were entered, or what is wrong with them."""
    days: dict[str, str] = {}
    errors: list[FieldError] = []
    for name, words in _NAMES.items():
        entered = entered_date(fields, name, words, month_until=date.min)
        if entered.fault is not None:
            errors.append(entered.fault)
        elif entered.when is None:
            errors.append(FieldError(f"{name}-day", f"Enter {words[:1].lower()}{words[1:]}"))
        elif date.fromisoformat(entered.when) > today:
            errors.append(FieldError(f"{name}-day", f"{words} must be today or in the past"))
        else:
            days[name] = entered.when
    if not errors and days[_FROM] >= days[_TO]:
        errors.append(FieldError(f"{_FROM}-day", "The earlier day must be before the later day"))
    return days, errors


def _address(visit: Visit, days: dict[str, str]) -> str:
    own = tuple(f"{name}-{part}" for name in _NAMES for part in ("day", "month", "year"))
    others = [(name, text) for name, text in visit.query.multi_items() if name not in (*own, *_NAMES) and text]
    return f"{visit.address.partition('?')[0]}?{urlencode([*others, *days.items()])}"


def _preset(begins: date, ends: date) -> FormFields:
    days = {_FROM: begins, _TO: ends}
    parts = ("day", "month", "year")
    return FormFields(
        ImmutableMultiDict({f"{name}-{part}": str(getattr(day, part)) for name, day in days.items() for part in parts})
    )


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/why", name="partnership-why", show=_show, section="partnerships", dear=True
    ),
)
