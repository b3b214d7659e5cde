"""Golden files of events: one example of every version of every event, with its stored bytes, kept for ever.

A golden file is never changed once it is shared: it stands for what logs already hold. `--write` adds the files
that are missing and touches no other.
"""

import argparse
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.checkout import ROOT
from domain.events import Declaration, EventBody, declarations, declared, decode, encode
from domain.events.declaration import UnknownEventError
from domain.events.examples import example
from scripts.support.exits import Exit

HELP = "write the missing golden files of events, or check them all"

FOLDER: Final = ROOT / "tests" / "golden" / "events"
NAMES: Final = "names.txt"


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one event: the JSON view of an example, and its stored bytes (MessagePack) in base64."""

    name: str
    version: int
    body: dict[str, Any]
    stored: str

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.name}-v{self.version}.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="add the files that are missing; change none")
    what.add_argument("--check", action="store_true", help="say what is wrong; exit with 1 if anything is")


def run(args: argparse.Namespace) -> int:
    """Write or check."""
    if args.write:
        file_names = write(FOLDER)
        print(f"Wrote {', '.join(file_names)}." if file_names else "Nothing was missing.")
    fault_list = list(faults(FOLDER))
    print("\n".join(fault_list) or "Every event has its golden files, and all of them decode.")
    return Exit.UNEXPECTED if fault_list else Exit.DONE


def golden_of(declaration: Declaration) -> Golden:
    """Make the golden file of an event's present version."""
    body = example(declaration.body)
    stored = base64.b64encode(encode(body)).decode("ascii")
    return Golden(declaration.name, declaration.version, json_view(body), stored)


def json_view(body: EventBody) -> dict[str, Any]:
    """A body as JSON has it."""
    view: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(body))
    return view


def write(folder: Path) -> list[str]:
    """Add what is missing, and the names of new events; give the names of the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    goldens = [golden_of(each) for each in declarations()]
    missing = [each for each in goldens if not (folder / each.file_name).exists()]
    for golden in missing:
        (folder / golden.file_name).write_bytes(msgspec.json.format(msgspec.json.encode(golden)) + b"\n")
    names = sorted({*names_in(folder), *(each.name for each in goldens)})
    (folder / NAMES).write_text("".join(f"{name}\n" for name in names), "utf-8")
    return [each.file_name for each in missing]


def names_in(folder: Path) -> list[str]:
    """List the event names ever given out."""
    file = folder / NAMES
    return file.read_text("utf-8").splitlines() if file.exists() else []


def goldens_in(folder: Path) -> list[Golden]:
    """Read every golden file."""
    return [msgspec.json.decode(file.read_bytes(), type=Golden) for file in sorted(folder.glob("*.json"))]


def faults(folder: Path) -> Iterator[str]:
    """Each way in which the golden files and the declarations disagree, as a sentence."""
    names = names_in(folder)
    there = {each.file_name: each for each in goldens_in(folder)}
    for declaration in declarations():
        if declaration.name not in names:
            yield f"{declaration.name} is not in {NAMES}: run folkmoot golden --write"
        for version in range(1, declaration.version + 1):
            if (file_name := f"{declaration.name}-v{version}.json") not in there:
                yield f"{file_name} is missing: run folkmoot golden --write while that version is declared"
    for name in sorted(set(names) - {each.name for each in declarations()}):
        yield f"{name} was given out and is no longer declared: a name is permanent"
    for golden in there.values():
        yield from _faults_of(golden)


def _faults_of(golden: Golden) -> Iterator[str]:
    stored = base64.b64decode(golden.stored)
    try:
        body = decode(golden.name, golden.version, stored)
    except (UnknownEventError, msgspec.MsgspecError) as fault:
        yield f"{golden.file_name} no longer decodes: {fault}"
        return
    view = json_view(body)
    if any(field not in view or view[field] != value for field, value in golden.body.items()):
        yield f"{golden.file_name} decodes to something else than its body: no field may change meaning"
    declaration = declared(golden.name)
    if golden.version == declaration.version:
        if encode(body) != stored:
            yield f"{golden.file_name} is encoded to other bytes than before"
        if lacking := [field for field in declaration.fields if field not in golden.body]:
            yield f"{golden.file_name} lacks {', '.join(lacking)}: raise the event's version, with an upcast"
