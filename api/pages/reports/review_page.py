"""One review: what was registered, its frozen tables, and the jobs that freeze, make again and compare them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from api.http.problems import Problem
from api.pages.ground import perform
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.field_errors import field_errors
from api.pages.ground.known_partnerships import partnership_names
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.reports.job_words import called, standing
from api.pages.reports.own_reviews import may_work_on
from api.resources.review_jobs import JobAnswer
from api.resources.reviews import Review

_FIELDS: Final = {"/as_of": "frozen-day", "/manifest_sha256": "one", "/other_manifest_sha256": "other"}
_FREEZE, _AGAIN, _COMPARE = "freeze", "again", "compare"


def _show(visit: Visit) -> PageAnswer:
    return _page(visit, FormFields(), ())


def _take(visit: Visit) -> PageAnswer:
    if visit.form.one("do") == "stop":
        return _stop(visit)
    form, errors = visit.form, list[FieldError]()
    body: dict[str, Any] = {}
    match form.one("do"):
        case "freeze":
            name = "freeze-review"
            entered = entered_date(form, "frozen", "The day", month_until=date.min)
            errors += [entered.fault] if entered.fault else []
            body = {"as_of": entered.when} if entered.when else {}
        case "again":
            name, body = "rerun-review", {"manifest_sha256": form.one("one")}
        case "compare":
            name = "diff-reviews"
            body = {"manifest_sha256": form.one("one"), "other_manifest_sha256": form.one("other")}
            if form.one("one") == form.one("other"):
                errors.append(FieldError("other", "Choose two different sets of tables"))
        case _:
            raise Problem("not-found", "There is no such form here.")
    if errors:
        return _page(visit, form, errors)
    try:
        job: JobAnswer = perform.send(visit.call(name, {"review": visit.id_in_path("review")}), body, form.one("key"))
    except Problem as problem:
        return _page(visit, form, field_errors(problem, _FIELDS, otherwise="frozen-day"))
    return SeeOther(f"/reports/jobs/{job.job_id}")


def _stop(visit: Visit) -> PageAnswer:
    """Stop a job on the review, by the button on the job's own page."""
    job_id = visit.form.one("job")
    perform.send(visit.call("cancel-job", {"job": job_id}), {}, visit.form.one("key"))
    return SeeOther(f"/reports/jobs/{job_id}")


def _page(visit: Visit, form: FormFields, errors: Sequence[FieldError]) -> Shown:
    path = {"review": visit.id_in_path("review")}
    review: Review = visit.ask("read-review", path)
    jobs = visit.ask("list-review-jobs", path).data
    names = partnership_names(visit)
    values = {
        "review": review,
        "registered": review.registered,
        "cohort": _named(names, review.registered.cohort_partnership_ids),
        "comparison": _named(names, review.registered.comparison_partnership_ids),
        "jobs": [(job, called(job), standing(job)) for job in jobs],
        "may_work": may_work_on(visit, path["review"]),
        "form": form,
        "keys": {name: str(uuid4()) for name in (_FREEZE, _AGAIN, _COMPARE)},
    }
    return Shown(template="reports/review_page.html", title=review.registered.question, values=values, errors=errors)


def _named(names: dict[UUID, str], ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    return [(each, names.get(each, "A partnership that was withdrawn")) for each in ids]


PAGES = (Page(path="/reports/{review}", name="review", show=_show, take=_take, section="reports"),)
