"""Publishing: the reports that partnerships opened to anybody, written as files that any web server can hand out."""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from api.access.reach import known_partnerships
from api.http.problems import Problem
from api.pages.ground.page_templates import ASSETS, asset
from api.pages.reports.public_page import FILE, PATH, public_file
from api.reading.formats import csv_of
from api.reading.public_stories import PublicStories, PublicStory, public_stories, require_open
from api.runtime.services import Services
from domain.values import day_of
from domain.vocabulary import PublicReport
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_services, settings_in_force

HELP = "write the reports that partnerships opened to anybody as files"

_ASSETS: Final = "assets"
_PAGE: Final = "index.html"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where they go, and what is no longer open goes from"
    )


def run(args: argparse.Namespace) -> int:
    """Take away what is open no longer, whatever befalls the rest; then write every open report, and name the files."""
    folder: Path = args.folder
    if folder.exists() and not folder.is_dir():
        raise CommandFailed(Exit.USAGE, f"{folder} is no folder: name one, or a place for a new one")
    with open_services(settings_in_force(), command="publish", changes=False) as services:
        is_open = list(_open(services))
    for place in _gone(folder, {_place(folder, each) for each in is_open}):
        print(f"gone: {place}")
    for name in ASSETS:
        _put(folder / _ASSETS / name, asset(name)[0])
    files = [file for each in is_open for file in _write(folder, each)]
    for file in files:
        print(file)
    return Exit.DONE


def _open(services: Services) -> Iterator[PublicStories]:
    """The stories of each partnership that opened them, one after the other."""
    log = services.handler.recorder
    today = day_of(log.head().now)
    for partnership_id in known_partnerships(log):
        try:
            require_open(log, partnership_id, PublicReport.WHAT_BECAME_OF_ASKS, today)
            stories = public_stories(services, partnership_id, None)
        except Problem:
            continue
        yield stories


def _place(folder: Path, stories: PublicStories) -> Path:
    return folder / PATH.format(partnership_id=stories.partnership_id).strip("/")


def _write(folder: Path, stories: PublicStories) -> list[Path]:
    place = _place(folder, stories)
    up = "../" * len(place.relative_to(folder).parts)
    page = public_file(stories, lambda name: f"{up}{_ASSETS}/{name}").encode()
    table = csv_of(PublicStory.__struct_fields__, stories.stories, {}, {}, ())
    return [_put(place / _PAGE, page), _put(place / FILE, table)]


def _put(file: Path, content: bytes) -> Path:
    """Write a file whole: whoever fetches it meanwhile has the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(content)
    return draft.replace(file)


def _gone(folder: Path, current: set[Path]) -> Iterator[Path]:
    """Take away the folders of partnerships that are open no longer, and name them; nothing else is touched."""
    for place in sorted(folder.glob(PATH.format(partnership_id="*").strip("/"))):
        if place not in current and _is_id(place.parent.name):
            shutil.rmtree(place.parent)
            yield place.parent


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
