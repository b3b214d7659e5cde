"""Planning: a meeting or a series put in the diary, moved and called off, and recorded once it took place."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.in_words import count_of, day_in_words
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.ground.sent_forms import RefusedForm, key_of, put_on_record
from api.pages.meetings.answers import Answers
from api.pages.meetings.form_page import today_of
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.kinds import kind_in_words, kind_items
from api.pages.meetings.meeting_choices import Choices, PlannedMeeting, choices_of
from api.pages.meetings.series import MOST, Rhythm, days_of_series
from api.pages.meetings.ways import meetings_address, not_yours
from domain.values import last_day
from domain.vocabulary import InteractionKind

_RHYTHMS: Final = {
    Rhythm.ONCE: "Once",
    Rhythm.WEEKLY: "Every week",
    Rhythm.FORTNIGHTLY: "Every two weeks",
    Rhythm.MONTHLY: "Every month, on the same weekday",
    Rhythm.QUARTERLY: "Every three months, on the same weekday",
}
_SAID: Final = {
    "moved": "The meeting was moved.",
    "called-off": "The meeting was called off.",
}
_FIELDS: Final = {"/planned_for": "first-day", "/kind": "kind", "/convened_by": "convened-by", "/reasons": "reasons"}
_ERRORS_OF: Final = partial(refusal_errors, fields=_FIELDS, otherwise="first-day")


def _plans_address(partnership_id: UUID) -> str:
    return f"/partnerships/{partnership_id}/plans"


def _show_plans(visit: Visit) -> PageAnswer:
    partnership_id = visit.id_in_path("partnership_id")
    choices, today = choices_of(visit, partnership_id), today_of(visit)
    plans = sorted(choices.plans, key=lambda plan: plan.day)
    outcome = visit.query.get("done", "")
    count = whole_number(outcome)
    planned = "" if count is None else f"{count_of(count, 'meeting')} planned."
    values = {
        **_shared(visit, choices),
        "coming": [_row(partnership_id, plan) for plan in plans if plan.day >= today],
        "unrecorded": [_row(partnership_id, plan) for plan in plans if plan.day < today],
        "said": _SAID.get(outcome, planned),
    }
    return Shown(template="meetings/plans.html", title="Meetings planned", values=values)


def _row(partnership_id: UUID, plan: PlannedMeeting) -> dict[str, Any]:
    return {
        "words": f"{kind_in_words(plan.kind)} on {plan.day:%A} {day_in_words(plan.day)}",
        "address": f"{_plans_address(partnership_id)}/{plan.interaction_id}",
        "record": f"{meetings_address(partnership_id)}/new?plan={plan.interaction_id}",
    }


def _show_new(visit: Visit) -> PageAnswer:
    choices = choices_of(visit, visit.id_in_path("partnership_id"))
    answers = Answers({"kind": [str(InteractionKind.MEETING)], "rhythm": [str(Rhythm.ONCE)]})
    return _new_plan(visit, choices, answers, key_of(visit.form))


def _take_new(visit: Visit) -> PageAnswer:
    partnership_id, key = visit.id_in_path("partnership_id"), visit.form.one("key")
    choices = choices_of(visit, partnership_id)
    if not may_record(visit, partnership_id):
        return not_yours(partnership_id, choices.name)
    answers = Answers({name: visit.form.many(name) for name in visit.form.names()})
    days, faults = _days(answers, today_of(visit))
    kind, convened_by = answers.one("kind"), answers.one("convened-by")
    if kind not in set(InteractionKind):
        faults = [*faults, FieldError("kind", "Select what kind of contact it will be")]
    if faults:
        return _new_plan(visit, choices, answers, key, faults)
    for index, day in enumerate(days):
        body = {"kind": kind, "planned_for": day, **({"convened_by": convened_by} if convened_by else {})}
        path = {"partnership_id": partnership_id}
        outcome = put_on_record(visit, "plan-interaction", body, _ERRORS_OF, path=path, part=str(index))
        if isinstance(outcome, RefusedForm):
            return _new_plan(visit, choices, answers, outcome.key, outcome.errors)
    return SeeOther(f"{_plans_address(partnership_id)}?done={len(days)}")


def _days(answers: Answers, today: date) -> tuple[list[str], list[FieldError]]:
    """The days of the series that was asked for, or what is wrong with it."""
    first = entered_date(answers, "first", "Date of the meeting")
    faults = [] if first.fault is None else [first.fault]
    rhythm = answers.one("rhythm")
    if first.when is None and first.fault is None:
        faults.append(FieldError("first-day", "Enter the date of the meeting"))
    elif first.when is not None and last_day(first.when) < today:
        faults.append(FieldError("first-day", "Date of the meeting must be today or in the future"))
    if rhythm not in set(Rhythm):
        faults.append(FieldError("rhythm", "Select how often it repeats"))
    elif rhythm != Rhythm.ONCE and first.when is not None and len(first.when) < len("2026-03-27"):
        faults.append(FieldError("first-day", "Date of the first meeting must include a day"))
    count = _count(answers.one("times")) if rhythm != Rhythm.ONCE else 1
    if count is None:
        faults.append(FieldError("times", f"How many meetings must be a whole number from 2 to {MOST}"))
    if faults or first.when is None or count is None:
        return [], faults
    if rhythm == Rhythm.ONCE:
        return [first.when], []
    try:
        days = days_of_series(date.fromisoformat(first.when), Rhythm(rhythm), count)
    except (ValueError, OverflowError):
        return [], [FieldError("times", "These meetings go on for longer than the calendar does. Plan fewer")]
    return [day.isoformat() for day in days], []


def _count(text: str) -> int | None:
    count = whole_number(text)
    return count if count is not None and 1 < count <= MOST else None


def _new_plan(
    visit: Visit, choices: Choices, answers: Answers, key: str, errors: Sequence[FieldError] = ()
) -> PageAnswer:
    if not may_record(visit, choices.partnership_id):
        return not_yours(choices.partnership_id, choices.name)
    values = {
        **_shared(visit, choices),
        "answers": answers,
        "key": key,
        "kinds": kind_items(list(InteractionKind)),
        "rhythms": [{"value": str(rhythm), "text": text} for rhythm, text in _RHYTHMS.items()],
        "bodies": [{"value": body.party_id, "text": body.name} for body in choices.bodies],
    }
    return Shown(template="meetings/new_plan.html", title="Plan a meeting", values=values, errors=errors)


def _show_plan(visit: Visit) -> PageAnswer:
    choices, plan = _plan(visit)
    parts = {"first-day": plan.day.day, "first-month": plan.day.month, "first-year": plan.day.year}
    return _one_plan(visit, choices, plan, Answers({name: [str(part)] for name, part in parts.items()}))


def _take_plan(visit: Visit) -> PageAnswer:
    choices, plan = _plan(visit)
    if not may_record(visit, choices.partnership_id):
        return not_yours(choices.partnership_id, choices.name)
    answers = Answers({name: visit.form.many(name) for name in visit.form.names()})
    path = {"partnership_id": choices.partnership_id, "interaction": plan.interaction_id}
    body: dict[str, Any]
    if visit.form.one("do") == "move":
        days, faults = _days(answers.with_texts(rhythm=[Rhythm.ONCE]), today_of(visit))
        if faults:
            return _one_plan(visit, choices, plan, answers, faults)
        operation, body, outcome = "reschedule-interaction", {"planned_for": days[0]}, "moved"
    else:
        reasons = answers.one("reasons")
        operation, body, outcome = "cancel-interaction", {"reasons": reasons} if reasons else {}, "called-off"
    refused = put_on_record(visit, operation, body, _ERRORS_OF, path=path)
    if isinstance(refused, RefusedForm):
        return _one_plan(visit, choices, plan, answers, refused.errors)
    return SeeOther(f"{_plans_address(choices.partnership_id)}?done={outcome}")


def _plan(visit: Visit) -> tuple[Choices, PlannedMeeting]:
    choices = choices_of(visit, visit.id_in_path("partnership_id"))
    interaction_id = str(visit.id_in_path("interaction"))
    plan = next((plan for plan in choices.plans if plan.interaction_id == interaction_id), None)
    if plan is None:
        raise Problem("not-found", "No such meeting is planned. It may have taken place, or was called off.")
    return choices, plan


def _one_plan(
    visit: Visit, choices: Choices, plan: PlannedMeeting, answers: Answers, errors: Sequence[FieldError] = ()
) -> PageAnswer:
    if not may_record(visit, choices.partnership_id):
        return not_yours(choices.partnership_id, choices.name)
    row = _row(choices.partnership_id, plan)
    may_be_recorded = plan.day <= today_of(visit)
    values = {
        **_shared(visit, choices),
        "answers": answers,
        "key": str(uuid4()),
        "plan": row,
        "may_be_recorded": may_be_recorded,
    }
    return Shown(template="meetings/plan.html", title=row["words"], values=values, errors=errors)


def _shared(visit: Visit, choices: Choices) -> dict[str, Any]:
    return {
        "name": choices.name,
        "back": f"/partnerships/{choices.partnership_id}",
        "plans": _plans_address(choices.partnership_id),
        "may_record": may_record(visit, choices.partnership_id),
    }


_PLANS: Final = "/partnerships/{partnership_id}/plans"
PAGES = (
    Page(path=_PLANS, name="plans", show=_show_plans, section="partnerships"),
    Page(path=f"{_PLANS}/new", name="plan-meeting", show=_show_new, take=_take_new, section="partnerships"),
    Page(path=f"{_PLANS}/{{interaction}}", name="plan", show=_show_plan, take=_take_plan, section="partnerships"),
)
