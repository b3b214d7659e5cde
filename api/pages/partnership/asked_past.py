"""The past that a page of a partnership asks about: two dates, and whose word the second is, all in its address."""

from datetime import date
from urllib.parse import urlencode

from msgspec import Struct
from starlette.datastructures import ImmutableMultiDict

from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, FormFields, SeeOther, Visit
from domain.values import day_of, end_of_day
from projections.history.claimed_record import SourceDay

STOOD, KNOWN = "stood", "known"
BY, RECORD, SOURCES = "known-by", "record", "sources"
_NAMES = {STOOD: "The day things stood", KNOWN: "The day of what we knew"}


class AskedPast(Struct, frozen=True, kw_only=True):
    """How things stood at the end of one day, by what was known at the end of another; both are today by default.

    `of_sources`: known is what sources say they knew, rather than what was on record here.
    """

    as_of: date
    known_on: date
    of_sources: bool
    position: int
    in_address: dict[str, str]

    @property
    def query(self) -> dict[str, object]:
        """The same past, as an operation of the API is asked about it."""
        knowledge = (
            {"known_by": str(SourceDay(self.known_on, self.position))}
            if self.of_sources
            else {"known_at": self.position}
        )
        return {"as_of": self.as_of.isoformat(), **knowledge}

    @property
    def is_past(self) -> bool:
        """The day asked about is another than the present."""
        return bool(self.in_address)

    def at(self, path: str, **more: str) -> str:
        """The address of a page about the same past; empty parameters are left out."""
        parameters = {**self.in_address, **{name: text for name, text in more.items() if text}}
        return f"{path}?{urlencode(parameters)}" if parameters else path


def asked_past(visit: Visit) -> AskedPast:
    """The past that the address of a page asks about, at one position of the log. Raises Problem 400."""
    head = visit.services.recorder.head()
    today = day_of(head.now)
    days = {name: _day(visit, name, today) for name in (STOOD, KNOWN)}
    known_on = days[KNOWN] or today
    end = end_of_day(known_on)
    of_sources = _of_sources(visit)
    is_all_known = of_sources or head.recorded_at is None or end > head.recorded_at
    in_address = {f"{name}-on": day.isoformat() for name, day in days.items() if day and day != today}
    return AskedPast(
        as_of=days[STOOD] or today,
        known_on=known_on,
        of_sources=of_sources,
        position=head.position if is_all_known else visit.services.recorder.position_at(end),
        in_address={**in_address, BY: SOURCES} if of_sources else in_address,
    )


def _of_sources(visit: Visit) -> bool:
    if (whose := visit.query.get(BY, "")) not in ("", RECORD, SOURCES):
        raise Problem("invalid-query", f"Whose word says what was known can only be {RECORD} or {SOURCES}.")
    return whose == SOURCES


def _day(visit: Visit, name: str, today: date) -> date | None:
    text = visit.query.get(f"{name}-on", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Problem("invalid-query", f"{_NAMES[name]} in the address is not a date: {text[:20]}") from None
    if day > today:
        raise Problem("invalid-query", f"{_NAMES[name]} must be today or in the past.")
    return day


class DatesForm(Struct, frozen=True, kw_only=True):
    """The form in which dates are entered: what stands in its fields, what else is asked for, and what is wrong."""

    sent: FormFields
    others: tuple[tuple[str, str], ...] = ()
    errors: tuple[FieldError, ...] = ()


def changed_dates(visit: Visit, past: AskedPast) -> SeeOther | DatesForm:
    """The page about the dates that were entered; the form with its faults, or untouched, where none were."""
    fields = FormFields(visit.query)
    own = (f"{STOOD}-", f"{KNOWN}-")
    others = tuple((name, text) for name, text in visit.query.multi_items() if not name.startswith(own) and text)
    if f"{STOOD}-year" not in fields:
        return DatesForm(sent=_preset(past), others=others)
    today = day_of(visit.services.recorder.head().now)
    changed, errors = {}, []
    for name, words in _NAMES.items():
        entered = entered_date(fields, name, words, month_until=date.min)
        if entered.fault is not None:
            errors.append(entered.fault)
        elif entered.when is not None and date.fromisoformat(entered.when) > today:
            errors.append(FieldError(f"{name}-day", f"{words} must be today or in the past"))
        elif entered.when is not None and entered.when != today.isoformat():
            changed[f"{name}-on"] = entered.when
    if past.of_sources:
        changed[BY] = SOURCES
    if errors:
        return DatesForm(sent=fields, others=others, errors=tuple(errors))
    path, query = visit.address.partition("?")[0], urlencode([*others, *changed.items()])
    return SeeOther(f"{path}?{query}" if query else path)


def _preset(past: AskedPast) -> FormFields:
    days = {STOOD: past.as_of, KNOWN: past.known_on}
    parts = ("day", "month", "year")
    dates = {f"{name}-{part}": str(getattr(day, part)) for name, day in days.items() for part in parts}
    return FormFields(ImmutableMultiDict({**dates, BY: SOURCES if past.of_sources else RECORD}))
