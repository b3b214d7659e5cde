"""The seeding of an empty log with the invented county, once; a start that was broken off is resumed."""

import sys
from typing import Final

from api.runtime.settings import Settings
from domain.handling.handler import Handler
from domain.log.recorder import begin_seeding
from scripts.demonstration.county import CountyPlan
from scripts.demonstration.play import is_begun, is_played, play
from scripts.support.exits import CommandFailed, Exit
from scripts.support.garbage import seldom_collected
from scripts.support.progress import progress_bar
from scripts.support.services import open_services_over

SEED: Final = 2026


def seed(settings: Settings, dsn: str, plan: CountyPlan) -> None:
    """Make sure that the log holds the demonstration. Raises CommandFailed where it holds something else."""
    with open_services_over(settings, dsn, command="seed") as services:
        handler = services.handler
        if is_played(plan, handler):
            return
        if services.recorder.head().position == 0:
            begin_seeding(dsn)
        elif not is_begun(plan, handler):
            message = "this database holds other records than the demonstration: choose an empty one, or another --data"
            raise CommandFailed(Exit.CONFIGURATION, message)
        _play(plan, handler)


def _play(plan: CountyPlan, handler: Handler) -> None:
    if not sys.stderr.isatty():
        print("Recording ten invented years; this takes some seconds, once ...", file=sys.stderr, flush=True)
    count = len(plan.acts)
    with progress_bar("Recording ten invented years", count) as show_progress, seldom_collected():
        play(plan, handler, lambda act_count: show_progress(act_count, count))
