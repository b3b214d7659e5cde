"""The page on which a meeting is recorded: one form, saved at once or kept as a draft while more is added to it."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from api.http.problems import Problem
from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.rights import may_record
from api.pages.meetings.answers import FIRST_FIELDS, PARTS, Answers
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.form_values import form_values
from api.pages.meetings.meeting_choices import Choices, choices_of
from api.pages.meetings.meeting_form import ANOTHER_DAY, TODAY, YESTERDAY, FilledForm, read_meeting, texts_written
from api.pages.meetings.named_people import people_named
from api.pages.meetings.ways import (
    FORM,
    RECORDING,
    check_address,
    drafts_of,
    form_address,
    form_key,
    meeting_address,
    meetings_address,
    not_yours,
    own_draft,
    recorded_under,
)
from domain.personal_identifiers import personal_identifiers
from domain.values import day_of
from domain.vocabulary import InteractionKind


def _show(visit: Visit) -> PageAnswer:
    partnership_id, key = visit.id_in_path("partnership_id"), form_key(visit.query.get("form", ""))
    if key is None:
        plan = visit.query.get("plan", "")
        more = f"&plan={plan}" if form_key(plan) else ""
        return SeeOther(f"{form_address(partnership_id, uuid4())}{more}")
    choices = choices_of(visit, partnership_id)
    if not may_record(visit, partnership_id):
        return not_yours(partnership_id, choices.name)
    draft = own_draft(visit, partnership_id, key)
    if draft is None and (meeting_id := recorded_under(visit, partnership_id, key)) is not None:
        return already_recorded(partnership_id, meeting_id)
    answers = _of_plan(visit, choices) if draft is None else Answers(draft.answers)
    return _form(visit, choices, settled_on(answers, today_of(visit)), key, is_draft=draft is not None)


def _take(visit: Visit) -> PageAnswer:
    partnership_id, key = visit.id_in_path("partnership_id"), form_key(visit.form.one("key"))
    if key is None:
        raise Problem("not-found", "This form is not one of ours. Open it again.")
    choices = choices_of(visit, partnership_id)
    if not may_record(visit, partnership_id):
        return not_yours(partnership_id, choices.name)
    answers = settled_on(Answers({name: visit.form.many(name) for name in visit.form.names()}), today_of(visit))
    step, _, rest = visit.form.one("do").partition("-")
    if step in {"save", "check"}:
        return _finish(visit, choices, answers, key, is_checked=step == "check")
    if step == "discard":
        drafts_of(visit).drop(key)
        return SeeOther(f"/partnerships/{partnership_id}")
    meeting_id = recorded_under(visit, partnership_id, key)
    if meeting_id is not None:
        return already_recorded(partnership_id, meeting_id)
    answers, place = _changed(answers, choices, step, rest)
    keep_draft(visit, partnership_id, key, answers)
    return SeeOther("/my-page" if step == "keep" else form_address(partnership_id, key, place))


def _changed(answers: Answers, choices: Choices, step: str, rest: str) -> tuple[Answers, str]:
    """The answers after a press that changes the form, and the field to go on to."""
    if step == "last":
        last = choices.last_meeting(answers.one("kind"))
        offered = {body.party_id for body in choices.bodies}
        came = [party_id for party_id in last.came if party_id in offered] if last else []
        return answers.with_texts(came=came, as_last=[last.happened if last else ""]), "came"
    if step == "untick":
        return answers.with_texts(came=[], as_last=[]), "came"
    part, _, number = rest.partition("-")
    if step == "add" and part in PARTS:
        answers, block = answers.with_block(part)
        return answers, f"{part}-{block}-{FIRST_FIELDS[part]}"
    if step == "remove" and part in PARTS:
        return answers.without_block(part, whole_number(number)), f"part-{part}"
    return answers, ""


def _finish(visit: Visit, choices: Choices, answers: Answers, key: UUID, *, is_checked: bool) -> PageAnswer:
    """Record what was filled in, or let it be checked first: also where it seems to hold what leads to one person."""
    filled = read_meeting(answers, choices, today_of(visit))
    if filled.faults:
        keep_draft(visit, choices.partnership_id, key, answers)
        return _form(visit, choices, answers, key, errors=filled.faults)
    if is_checked or screened(answers):
        keep_draft(visit, choices.partnership_id, key, answers)
        return SeeOther(check_address(choices.partnership_id, key))
    return recorded(visit, choices, answers, filled, key)


def recorded(visit: Visit, choices: Choices, answers: Answers, filled: FilledForm, key: UUID) -> PageAnswer:
    """Record a meeting once, whatever was pressed twice, and go on to it; else the form with what stands in the way."""
    partnership_id = choices.partnership_id
    head = visit.services.recorder.head().position
    try:
        receipt = visit.record(RECORDING, filled.body, path={"partnership_id": partnership_id}, key=str(key))
    except Problem as problem:
        meeting_id = recorded_under(visit, partnership_id, key) if problem.code == "idempotency-key-reused" else None
        if meeting_id is not None:
            return already_recorded(partnership_id, meeting_id)
        return _form(visit, choices, answers, key, errors=refusal_errors(problem, filled.fields))
    drafts_of(visit).drop(key)
    [meeting] = receipt.created["interaction"]
    outcome = "recorded" if receipt.position > head else "already"
    return SeeOther(f"{meeting_address(partnership_id, meeting)}?done={outcome}")


def already_recorded(partnership_id: UUID, meeting_id: UUID) -> Shown:
    """The page that says that a form was recorded before."""
    values = {
        "meeting": meeting_address(partnership_id, meeting_id),
        "another": f"{meetings_address(partnership_id)}/new",
        "back": f"/partnerships/{partnership_id}",
    }
    return Shown(template="meetings/already.html", title="This meeting is already recorded", values=values)


def keep_draft(visit: Visit, partnership_id: UUID, key: UUID, answers: Answers) -> None:
    """Keep what stands in the form. Raises Problem 404 for a form that another began."""
    names = people_named(visit, partnership_id, answers)
    if not drafts_of(visit).save(key, partnership_id, FORM, answers.texts(), names):
        raise Problem("not-found", "This form is not yours. Open a new one.")


def screened(answers: Answers) -> dict[str, str]:
    """By field: what its text seems to hold that leads to one person, in a sentence's words."""
    findings = {field: personal_identifiers(text) for field, text in texts_written(answers)}
    return {field: " and ".join(kind.in_words for kind in kinds) for field, kinds in findings.items() if kinds}


def settled_on(answers: Answers, today: date) -> Answers:
    """The answers with today and yesterday as they were meant on the day when the form was shown."""
    when = answers.one("when")
    try:
        shown_on = date.fromisoformat(answers.one("asked-on"))
        day = shown_on - timedelta(days=when == YESTERDAY)
    except (ValueError, OverflowError):
        return answers
    if shown_on >= today or when not in {TODAY, YESTERDAY}:
        return answers.with_texts(asked_on=[today.isoformat()])
    parts = {"held_day": [str(day.day)], "held_month": [str(day.month)], "held_year": [str(day.year)]}
    return answers.with_texts(when=[ANOTHER_DAY], asked_on=[today.isoformat()], **parts)


def _of_plan(visit: Visit, choices: Choices) -> Answers:
    """A form with nothing in it but the likeliest kind, or the kind and day of the planned meeting that was pressed."""
    plan = next((plan for plan in choices.plans if plan.interaction_id == visit.query.get("plan")), None)
    if plan is None or plan.day > today_of(visit):
        return Answers({"kind": [str(InteractionKind.MEETING)]})
    parts = {"held-day": plan.day.day, "held-month": plan.day.month, "held-year": plan.day.year}
    return Answers({"kind": [str(plan.kind)], "when": [ANOTHER_DAY], **{name: [str(n)] for name, n in parts.items()}})


def _form(
    visit: Visit,
    choices: Choices,
    answers: Answers,
    key: UUID,
    *,
    errors: Sequence[FieldError] = (),
    is_draft: bool = False,
) -> Shown:
    values = form_values(choices, answers, today_of(visit), screened(answers), {error.field for error in errors})
    more = {"key": str(key), "is_draft": is_draft or bool(errors)}
    return Shown(template="meetings/form.html", title="Record a meeting", values={**values, **more}, errors=errors)


def today_of(visit: Visit) -> date:
    """The day it is where the partnerships are."""
    return day_of(visit.services.now())


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/meetings/new",
        name="record-meeting",
        show=_show,
        take=_take,
        section="record",
    ),
)
