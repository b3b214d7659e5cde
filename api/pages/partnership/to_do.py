"""Everything that waits to be done in a partnership."""

from typing import Final

from api.http.problems import Problem
from api.pages.ground.list_pages import page_of
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.tasks import HEADINGS, tasks_in
from api.pages.partnership.whose import PartnershipVisit

_ON_A_PAGE: Final = 100


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        worklist = here.ask("read-worklist")
    except Problem as problem:
        return here.nothing_by_then(problem)
    tasks = tasks_in(worklist)
    body, kind = visit.query.get("body", ""), visit.query.get("kind", "")
    selection = [
        task for task in tasks if (not body or str(task.party_id) == body) and (not kind or task.task.value == kind)
    ]
    page = page_of(visit, selection, _ON_A_PAGE)
    groups = [(HEADINGS[kind], [task for task in page.items if task.task is kind]) for kind in HEADINGS]
    bodies = sorted(
        {task.party_id for task in tasks if task.party_id}, key=lambda party_id: worklist.names.get(party_id, "")
    )
    values = {
        "groups": [group for group in groups if group[1]],
        "count": len(selection),
        "bodies": [(str(each), worklist.names.get(each, "")) for each in bodies],
        "kinds": [(each.value, HEADINGS[each]) for each in HEADINGS if any(task.task is each for task in tasks)],
        "body": body,
        "kind": kind,
        "page": page,
    }
    return here.shown("partnership/to_do.html", f"What needs doing: {here.entry.name}", values)


PAGES = (
    Page(path="/partnerships/{partnership_id}/to-do", name="partnership-to-do", show=_show, section="partnerships"),
)
