"""The form that registers a review: what is asked, of whom and over which days, before the outcome is seen."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from api.access.user_roles import Right
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.field_errors import field_errors
from api.pages.ground.known_partnerships import partnership_names
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import RefusedForm, key_of, put_on_record
from projections.method.document import default_method, shipped_method, shipped_methods
from projections.method.method import method_sha256

_FIELDS: Final = {
    "/question": "question",
    "/cohort": "cohort",
    "/comparison": "comparison",
    "/window_start_on": "starts-day",
    "/window_end_on": "ends-day",
    "/baseline_start_on": "baseline-day",
    "/outcomes": "outcomes",
    "/method": "method",
}
_ERRORS_OF: Final = partial(field_errors, fields=_FIELDS, otherwise="question")
_DATES: Final = {
    "window_start_on": ("starts", "The first day"),
    "window_end_on": ("ends", "The last day"),
    "baseline_start_on": ("baseline", "The first day to compare with"),
}


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, FormFields(), ())


def _take(visit: Visit) -> PageAnswer:
    form = visit.form
    errors = list(_missing(form))
    body: dict[str, Any] = {
        "question": form.one("question"),
        "cohort": form.many("cohort"),
        "comparison": form.many("comparison"),
        "outcomes": [line.strip() for line in form.one("outcomes").splitlines() if line.strip()],
        "retrospective": bool(form.one("retrospective")),
    }
    for field, (prefix, name) in _DATES.items():
        entered = entered_date(form, prefix, name, month_until=date.min)
        if entered.fault is not None:
            errors.append(entered.fault)
        elif entered.when is not None:
            body[field] = entered.when
        elif prefix != "baseline":
            errors.append(FieldError(f"{prefix}-day", f"Enter {name.lower()}"))
    if errors:
        return _page(visit, form, errors)
    body |= _method_named(form.one("method"))
    outcome = put_on_record(visit, "register-review", body, _ERRORS_OF)
    if isinstance(outcome, RefusedForm):
        return _page(visit, form, outcome.errors)
    return SeeOther(f"/reports/{outcome.created['review'][0]}")


def _method_named(text: str) -> dict[str, str]:
    """The method of a review as a command names it: a published one by its id, a shipped one by its SHA-256."""
    shipped = shipped_method(text) if text else default_method()
    return {"method": text} if shipped is None else {"method_sha256": method_sha256(shipped)}


def _missing(form: FormFields) -> Iterator[FieldError]:
    if not form.one("question"):
        yield FieldError("question", "Enter the question")
    if not form.many("cohort"):
        yield FieldError("cohort", "Choose the partnerships that the review is about")


def _page(visit: Visit, form: FormFields, errors: Sequence[FieldError]) -> Shown:
    published = [each.details for each in visit.ask("list-methods").data]
    earlier = [(method.id, f"{method.title}, as shipped") for method in reversed(shipped_methods()[:-1])]
    values = {
        "partnerships": [(str(each), name) for each, name in partnership_names(visit).items()],
        "methods": [*earlier, *((str(each["method_id"]), each["title"]) for each in published)],
        "shipped": default_method().title,
        "form": form,
        "key": key_of(form),
    }
    return Shown(template="reports/register_review.html", title="Register a review", values=values, errors=errors)


PAGES = (
    Page(path="/reports/new", name="register-review", show=_show, take=_take, right=Right.REVIEW, section="reports"),
)
