"""A small mapping of promises and payments, and files of it with every quirk that real ones have."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Handler
from domain.imports.importer import Importer
from domain.imports.mapping import Mapping
from domain.imports.mapping_document import read_mapping
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import ImportSummary, ImportTally, RowEntry, RowOutcome, RowReport
from domain.imports.spreadsheets import recognise_spreadsheet
from tests.support.word_readers import a_reader

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

MAPPING = """
id = "%(id)s"
title = "Promises and payments"
dates = ["%%Y-%%m-%%d", "%%d/%%m/%%Y", "%%Y-%%m", "%%Y"]
since = "1990"

[partnership]
per = "body"
name = { text = "{body} and its builders" }
kind = "joint-working-group"
members = ["council", "builders"]

[parties.council]
per = "body"
name = { column = "body" }
kind = { column = "body", table = "kind" }

[parties.builders]
per = "body"
name = { text = "Builders, {body}" }
kind = "developer"

[[rows]]
kind = "promise"
identified_by = ["body", "promise"]
happened = { any = [{ column = "made", as = "date" }, { column = "entered", as = "date" }] }
entered = { column = "entered", as = "date" }

[[rows.record]]
name = "pay"
command = "make-commitment"
[rows.record.fields]
promisers = [{ party = "builders" }]
promisees = [{ party = "council" }]
text = { any = [{ text = "Pay {amount} for {purpose}" }, "Pay"] }
theme = { column = "purpose" }
due = { column = "made", as = "date", plus_years = 1 }

[[rows.record]]
name = "award"
command = "award-funding"
when = { column = "amount", number = "positive" }
[rows.record.fields]
funder = { party = "builders" }
recipient = { party = "council" }
amount = { column = "amount", as = "money" }

[[rows]]
kind = "payment"
identified_by = ["body", "payment"]
happened = { any = [{ column = "paid", as = "date" }, { column = "entered", as = "date" }] }
[rows.parents]
promise = ["body", "promise"]

[[rows.refuse]]
when = { column = "status", blank = true }
because = "it has no status"

[[rows.refuse]]
when = { column = "amount", number = "negative" }
because = "a negative payment"

[[rows.record]]
name = "kept"
command = "confirm-fulfilment"
when = { column = "status", is = "received" }
[rows.record.fields]
commitment = { made = "promise.pay" }
confirmed_by = { party = "council" }
extent = { share = "amount", of = "promise.award", give = "extent" }
fraction = { share = "amount", of = "promise.award", give = "fraction" }

[[rows.record]]
name = "paid"
command = "pay-funding"
when = [{ column = "status", is = "received" }, { column = "amount", number = "positive" }, { made = "promise.award" }]
[rows.record.fields]
award = { made = "promise.award" }
amount = { column = "amount", as = "money" }

[[rows.record]]
name = "owned-up"
command = "acknowledge-commitment"
when = { column = "status", is = "due" }
word = "council"
[rows.record.fields]
commitment = { made = "promise.pay" }
acknowledged_by = { party = "builders" }

[values.status]
"received" = "received"
"RECEIVED: the money came in, all or part of it" = "received"
"recd." = "received"
"due" = "due"
"lost" = { refuse = "nobody knows what became of it" }
otherwise = { refuse = "it is no status that is known" }

[values.body]
"code:EAS" = "Eastmoor Council"
"code:eas-old" = "Eastmoor Council"

[values.paid]
"1900-01-01" = { refuse = "a placeholder" }
[values.made]
"1900-01-01" = { refuse = "a placeholder" }
[values.entered]
"1900-01-01" = ""
[values.amount]
"0" = ""

[tables.kind]
"Eastmoor Council" = "unitary"
otherwise = "local-authority-unspecified"
"""

PROMISES = ("body", "promise", "made", "entered", "amount", "purpose")
PAYMENTS = ("body", "payment", "promise", "status", "paid", "entered", "amount")


def mapping(identity: str = "promises", source: str = MAPPING) -> Mapping:
    return read_mapping((source % {"id": identity}).encode())


def faults_of(source: str) -> tuple[str, ...]:
    from domain.imports.toml_document import MappingFaulty  # noqa: PLC0415 - beside its only use

    try:
        read_mapping(dedent(source).encode())
    except MappingFaulty as error:
        return error.faults
    return ()


def promise(key: str, **cells: str) -> dict[str, str]:
    defaults = {"body": "code:EAS", "promise": key, "made": "2019-03-27", "entered": "2019-04-01"}
    return {"amount": "1000", "purpose": "a park", **defaults, **cells}


def payment(key: str, of: str, **cells: str) -> dict[str, str]:
    defaults = {"body": "code:EAS", "payment": key, "promise": of, "status": "received", "paid": "2019-09-01"}
    return {"entered": "2019-09-02", "amount": "1000", **defaults, **cells}


def a_file(folder: Path, name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def the_files(folder: Path, promises: list[dict[str, str]], payments: list[dict[str, str]] | None = None) -> list[Path]:
    files = [a_file(folder, "promises.csv", PROMISES, promises)]
    return files if payments is None else [*files, a_file(folder, "payments.csv", PAYMENTS, payments)]


def import_files(
    handler: Handler, of: Mapping, files: list[Path], *, correct: bool = False, dry: bool = False
) -> list[RowEntry]:
    rows = prepare_rows(of, [recognise_spreadsheet(of, path) for path in files])
    with a_reader(handler.vault, handler.recorder) as reader:
        store = BulkRecorder(handler, reader, rehearsal=dry)
        return list(Importer(of, store, now=NOW, correct=correct).run(rows))


def summarised(of: Mapping, entries: list[RowEntry], *, rehearsed: bool = False) -> ImportSummary:
    tally = ImportTally(of, rehearsed=rehearsed)
    for entry in entries:
        tally.add(entry)
    return tally.summary()


def write_report(path: Path, entries: list[RowEntry]) -> None:
    report = RowReport(path)
    for entry in entries:
        report.add(entry)
    report.finish()


def outcomes(entries: list[RowEntry]) -> dict[str, RowOutcome]:
    return {each.key[-1]: each.outcome for each in entries}


def reason(entries: list[RowEntry], key: str) -> str:
    return "; ".join(next(each for each in entries if each.key[-1:] == (key,)).reasons)
