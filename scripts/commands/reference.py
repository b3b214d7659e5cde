"""The generated pages of the reference, as the declarations in the code have them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from domain.checkout import ROOT
from scripts.documentation.access_page import access_page
from scripts.documentation.api_page import api_page, shapes_page
from scripts.documentation.database_roles_page import database_roles_page
from scripts.documentation.declared_provider import provider_file_page
from scripts.documentation.events import data_dictionary_page, events_page, vocabulary_page
from scripts.documentation.example_server import record_examples
from scripts.documentation.methods import methods_page
from scripts.documentation.pages import authority_page, commands_page, extracts_page, projections_page, settings_page
from scripts.documentation.served_pages import served_pages_page
from scripts.support.exits import Exit

HELP = "write the generated pages under docs/reference"

FOLDER: Final = ROOT / "docs" / "reference"
PAGES: Final[dict[str, Callable[[], str]]] = {
    "api.md": api_page,
    "api-shapes.md": shapes_page,
    "events.md": events_page,
    "vocabulary.md": vocabulary_page,
    "data-dictionary.md": data_dictionary_page,
    "commands.md": commands_page,
    "authority.md": authority_page,
    "access.md": access_page,
    "database-roles.md": database_roles_page,
    "projections.md": projections_page,
    "extracts.md": extracts_page,
    "pages.md": served_pages_page,
    "settings.md": settings_page,
    "provider-file.md": provider_file_page,
    "methods.md": methods_page,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--examples",
        action="store_true",
        help="send the API's example requests to a server again, and keep the answers",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is out of date")


def run(args: argparse.Namespace) -> int:
    """Write the pages, or say which are out of date."""
    if args.examples:
        record_examples()
    stale = stale_pages(FOLDER)
    if args.check:
        print(f"Out of date: {', '.join(stale)}. Run folkmoot reference." if stale else "All pages are up to date.")
        return Exit.UNEXPECTED if stale else Exit.DONE
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(PAGES[name](), "utf-8")
    print(f"Wrote {', '.join(stale)}." if stale else "All pages were up to date.")
    return Exit.DONE


def stale_pages(folder: Path) -> list[str]:
    """List the pages that differ from what the declarations say."""
    return [
        name
        for name, page in PAGES.items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != page()
    ]
