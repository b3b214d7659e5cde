"""The figures of the demonstration at a glance: how much they say, and where each early warning held, planted or not.

The county is played into a database of the bench's own. On each 31 October a partnership has ended a year, once it has
begun; a warning holds in it or does not.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from domain.handling.handler import Handler
from domain.log.recorder import LogRecorder, begin_seeding
from domain.vault import Vault, WrappingKey
from projections.engine.replay import known_partnership
from projections.history.history import History
from projections.method.document import default_method, shipped_method
from projections.method.method import Method
from projections.scoring.early_warnings.warning_row import EarlyWarningRule, EarlyWarningState
from projections.scoring.trust.shown_trust import shown_trust
from projections.views.early_warnings import early_warnings
from projections.views.trust import trust
from scripts.benchmarks.databases import database, server
from scripts.demonstration.county import CountyPlan, plan_county
from scripts.demonstration.play import play
from scripts.demonstration.seeding import SEED
from scripts.support.exits import CommandFailed, Exit
from scripts.support.garbage import seldom_collected

HELP = "play the demonstration; count how many figures there is enough to say of, and where warnings held at year ends"

PLANTED_AS: Final = {
    EarlyWarningRule.PROMISES_OVERDUE: "council-stops",
    EarlyWarningRule.FEW_DO_MOST: "few-people",
    EarlyWarningRule.ASKS_PASSED_ON: "asks-passed-on",
    EarlyWarningRule.TRUST_FELL: "agency-wins-back",
}
"""The story that each warning is about; of the others none was planted."""

_LAST: Final = date(2026, 10, 31)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare by which method, and over how many years."""
    parser.add_argument("--method", metavar="NAME", help="by this shipped method; the newest if none")
    parser.add_argument("--years", type=int, default=10, help="how many year ends, back from October 2026 (default 10)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Play the county, and count."""
    method = default_method() if args.method is None else shipped_method(args.method)
    if method is None:
        raise CommandFailed(Exit.USAGE, f"--method: {args.method} is not shipped")
    plan = plan_county(SEED)
    with server() as postgres, LogRecorder(database(postgres, "county")) as log:
        begin_seeding(postgres.dsn("county"))
        with seldom_collected():
            play(plan, Handler(log, Vault(WrappingKey.generate())))
            return {"method": method.id} | county_figures(log, plan, method, args.years)


def county_figures(log: LogRecorder, plan: CountyPlan, method: Method, years: int) -> dict[str, object]:
    """The grades of all figures of one side about one body, and the year ends at which each warning held."""
    grades: Counter[str] = Counter()
    held: dict[bool, Counter[EarlyWarningRule]] = {True: Counter(), False: Counter()}
    year_ends = less_certain = 0
    for neighbourhood in plan.neighbourhoods:
        stories = {name for name, places in plan.stories.items() if neighbourhood in places}
        for history in _year_ends(log, neighbourhood.partnership_id, years):
            year_ends += 1
            for rule in {row.rule for row in early_warnings(history, method) if row.state is EarlyWarningState.HOLDS}:
                held[PLANTED_AS.get(rule) in stories][rule] += 1
        rows = trust(known_partnership(log, neighbourhood.partnership_id, as_of=_LAST).history, method)
        figures = [shown.figure for shown in shown_trust(rows, method) if shown.truster_id is None]
        grades.update(figure.status.value for figure in figures)
        less_certain += sum(figure.is_less_certain for figure in figures)
    return {
        "figures": grades.total(),
        "of_grade": dict(sorted(grades.items())),
        "less_certain": less_certain,
        "year_ends": year_ends,
        "warned_where_planted": {rule.value: held[True][rule] for rule in PLANTED_AS},
        "warned_elsewhere": {rule.value: held[False][rule] for rule in EarlyWarningRule},
    }


def _year_ends(log: LogRecorder, partnership_id: UUID, years: int) -> Iterator[History]:
    """The partnership as of each 31 October on which anything had happened."""
    for year in range(_LAST.year - years + 1, _LAST.year + 1):
        history = known_partnership(log, partnership_id, as_of=_LAST.replace(year=year)).history
        if history.facts:
            yield history
