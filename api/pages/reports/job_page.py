"""A job on a review: how far it has come, what it found, its files to take away, and a button that stops it."""

from uuid import uuid4

from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.reports.job_words import called, is_under_way, standing
from api.pages.reports.own_reviews import may_work_on
from api.resources.review_jobs import JobAnswer


def _show(visit: Visit) -> PageAnswer:
    job: JobAnswer = visit.ask("read-job", {"job": visit.id_in_path("job")})
    review = visit.ask("read-review", {"review": job.review_id})
    values = {
        "job": job,
        "called": called(job),
        "standing": standing(job),
        "is_under_way": is_under_way(job),
        "may_stop": is_under_way(job) and may_work_on(visit, job.review_id),
        "key": str(uuid4()),
        "question": review.registered.question,
    }
    return Shown(template="reports/job_page.html", title=f"{called(job)}: {review.registered.question}", values=values)


def _download(visit: Visit) -> PageAnswer:
    name = visit.path["file"]
    return visit.file("read-job-file", {"job": visit.id_in_path("job"), "file": name}, called=name)


PAGES = (
    Page(path="/reports/jobs/{job}", name="review-job", show=_show, section="reports"),
    Page(path="/reports/jobs/{job}/files/{file}", name="review-job-file", show=_download, section="reports"),
)
