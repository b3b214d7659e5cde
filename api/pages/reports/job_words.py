"""Jobs on reviews in words: how far each has come, what it found, and the files it made."""

from typing import Final

from api.jobs.kept_jobs import UNDER_WAY, JobKind, JobState
from api.pages.ground.in_words import count_of, day_in_words
from api.resources.review_jobs import JobAnswer

_KINDS: Final = {
    JobKind.FREEZE: "Tables frozen",
    JobKind.RERUN: "Tables made again",
    JobKind.DIFF: "Tables compared",
}


def called(job: JobAnswer) -> str:
    """The name of a job by what it does, with the day that it is about."""
    return f"{_KINDS[job.kind]}, as things stood on {day_in_words(job.as_of)}"


def standing(job: JobAnswer) -> str:
    """How far a job has come, or what it found."""
    match job.state:
        case JobState.WAITING:
            return "Waits for its turn."
        case JobState.RUNNING:
            return f"Under way: {job.done} of {count_of(job.total, 'partnership')}." if job.total else "Under way."
        case JobState.FAILED:
            return f"Not done: {job.problem}"
        case JobState.CANCELLED:
            return "It was stopped."
        case JobState.LOST:
            return "It was broken off. Ask for it again."
        case JobState.DONE:
            return _found(job)


def _found(job: JobAnswer) -> str:
    if job.rerun is not None:
        count = count_of(job.rerun.files, "file")
        if job.rerun.identical:
            return f"The same to the byte: {count}."
        return f"Not the same: {', '.join(job.rerun.differing)} of {count}."
    if job.diff is not None:
        return job.diff.in_words
    return f"Done: {count_of(len(job.files), 'file')} to take away."


def is_under_way(job: JobAnswer) -> bool:
    """A job may still come further by itself."""
    return job.state in UNDER_WAY
