"""Pictures of every page, taken from the demonstration in a real browser: those that the documentation shows."""

import argparse
import sys
from pathlib import Path
from typing import Final

from api.pages.ground.guards import HOME
from api.runtime.logs import configure_logging
from domain.checkout import ROOT
from scripts.demonstration.opened import (
    administrator_link,
    open_demonstration,
    show_demonstration,
    steward_link,
    without_a_trace,
)
from scripts.documentation.screenshots import take_pictures
from scripts.support.chromium import NoChromium, open_chromium
from scripts.support.exits import CommandFailed, Exit
from scripts.support.page_walk import PageWalker
from scripts.support.services import settings_in_force

HELP = "take a picture of every page of the demonstration, for the documentation"

_FOLDER: Final = ROOT / "docs" / "pictures"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--out", type=Path, metavar="DIR", default=_FOLDER, help="by default docs/pictures")


def run(args: argparse.Namespace) -> int:
    """Open the demonstration without a trace, and take a picture of every page that links lead to."""
    configure_logging(sys.stderr)
    try:
        with (
            open_chromium() as chromium,
            without_a_trace(settings_in_force()) as settings,
            open_demonstration(settings) as demonstration,
            show_demonstration(settings, demonstration) as visitor,
        ):
            stranger, steward, administrator = (PageWalker(visitor.base) for _ in range(3))
            steward.look_at(steward_link(demonstration))
            administrator.look_at(administrator_link(demonstration))
            walks = (
                (stranger, ("/sign-in",)),
                (visitor, demonstration.first_addresses),
                (administrator, ("/people", "/my-page")),
                (steward, (HOME,)),
            )
            names: set[str] = set()
            for who, begins in walks:
                pages = {name: page for name, page in who.walk(*begins).items() if name not in names}
                names |= pages.keys()
                for file in take_pictures(chromium, visitor.base, who.cookies, pages, args.out):
                    print(f"{file.stat().st_size:>9,} bytes  {file}")
    except NoChromium as missing:
        raise CommandFailed(Exit.CONFIGURATION, str(missing)) from None
    return Exit.DONE
