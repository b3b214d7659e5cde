"""A diary of meetings as a council keeps one, and its mapping: when they met, and sometimes when notes went out."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Handler
from domain.imports.importer import Importer
from domain.imports.mapping_document import read_mapping
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowEntry
from domain.imports.spreadsheets import recognise_spreadsheet

MAPPING = """
id = "{identity}"
title = "Diary of meetings"
{covers}

[partnership]
id = "{partnership}"

[parties.council]
id = "{council}"

[parties.group]
id = "{group}"

[[rows]]
kind = "meeting"
identified_by = ["meeting"]
happened = {{ column = "met", as = "date" }}

[[rows.record]]
name = "meeting"
command = "record-interaction"
[rows.record.fields]
kind = "meeting"
convened_by = {{ party = "council" }}
participants = [
    {{ fields = {{ party = {{ party = "council" }} }} }},
    {{ fields = {{ party = {{ party = "group" }} }} }},
]

[[rows.record]]
name = "notes"
command = "share-notes"
when = {{ column = "notes", blank = false }}
[rows.record.fields]
interaction = {{ made = "meeting" }}
shared_with = ["residents"]
happened = {{ column = "notes", as = "date" }}
"""


def import_diary(
    handler: Handler,
    folder: Path,
    rows: list[tuple[str, str]],
    *,
    partnership: str,
    council: str,
    group: str,
    covers: str = "",
    identity: str = "council-diary",
) -> list[RowEntry]:
    """Import the meetings of these days, each with the day on which its notes went out or nothing."""
    document = MAPPING.format(identity=identity, covers=covers, partnership=partnership, council=council, group=group)
    path = folder / f"{identity}.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("meeting", "met", "notes"))
        writer.writerows((f"meeting of {day}", day, notes) for day, notes in rows)
    mapping = read_mapping(document.encode())
    store = BulkRecorder(handler)
    prepared = prepare_rows(mapping, [recognise_spreadsheet(mapping, path)])
    return list(Importer(mapping, store, now=datetime.now(UTC)).run(prepared))
