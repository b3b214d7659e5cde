"""How the service is running, for whoever looks after it: readiness, how far lists have come, how the nights went."""

from typing import Final

from msgspec import Struct

from api.access.user_roles import Right
from api.pages.ground.in_words import count_of, moment_in_words, sentence_case
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.resources.status import Readiness, RecentRuns, ServiceStatus
from projections.engine.runs import ProjectionRun

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STATES: Final = {
    "running": "Under way",
    "done": "Done",
    "failed": "Failed",
    "given-up": "Broken off",
}


class RunInWords(Struct, frozen=True, kw_only=True):
    """One night's run, as its row shows it."""

    started: str
    lasted: str
    what: str
    outcome: str
    needs_looking_at: bool
    events: int
    rows: int


def _show(visit: Visit) -> PageAnswer:
    readiness: Readiness = visit.ask("readyz")
    status: ServiceStatus = visit.ask("read-status")
    recent: RecentRuns = visit.ask("read-runs")
    values = {
        "readiness": readiness,
        "faults": [f"{name}: {words}" for name, words in readiness.checks.items() if words != "ok"],
        "status": status,
        "lists": [(each, in_time(each.lag_seconds)) for each in status.projections],
        "runs": [run_in_words(run) for run in recent.runs],
    }
    return Shown(template="how_it_runs.html", title="How this service is running", values=values)


def run_in_words(run: ProjectionRun) -> RunInWords:
    """One run in words."""
    end = run.ended_at
    findings = [
        f"{count_of(run.drifted, 'difference')} found" if run.drifted else "",
        f"{count_of(run.parked, 'partnership')} set aside" if run.parked else "",
        run.fault or "",
    ]
    remarks = ", ".join(each for each in findings if each)
    state = _STATES.get(run.state, sentence_case(run.state))
    return RunInWords(
        started=moment_in_words(run.started_at),
        lasted="" if end is None else in_time((end - run.started_at).total_seconds()),
        what="Check" if run.is_check else "Rebuild",
        outcome=f"{state}: {remarks}" if remarks else state,
        needs_looking_at=bool(remarks),
        events=run.events,
        rows=run.rows,
    )


def in_time(seconds: float) -> str:
    """A length of time in its largest unit."""
    for length, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length:
            return count_of(round(seconds / length), unit)
    return count_of(round(seconds), "second")


PAGES = (Page(path="/operations", name="operations", show=_show, right=Right.OPERATE, section="operations"),)
