"""`folkmoot import`: what an operator sees of it, and what it makes of the real files."""

import base64
import csv
import gzip
import json
import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from domain.imports.importer import AT_ONCE
from domain.log.recorder import LogRecorder
from tests.support.small_mapping import MAPPING, a_file, payment, promise, the_files


@pytest.fixture
def own_mapping(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(MAPPING % {"id": "own"})
    return path


def test_an_import_says_what_became_of_the_rows_and_writes_a_report(shell, own_mapping, tmp_path, capsys):
    files = the_files(tmp_path, [promise("p")], [payment("m", "p"), payment("n", "p", status="gone")])
    report = tmp_path / "report.csv"
    assert shell("import", own_mapping, *files, "--report", report) == 0
    summary = capsys.readouterr().out
    assert "3 rows; 4 events were recorded" in summary
    assert "payments.csv: 1 imported, 1 refused" in summary
    assert "status …: it is no status that is known" in summary
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert [(row["file"], row["line"], row["outcome"]) for row in rows] == [
        ("payments.csv", "2", "imported"),
        ("payments.csv", "3", "refused"),
        ("promises.csv", "2", "imported"),
    ]
    assert len(rows[2]["event ids"].split()) == 2


def test_the_summary_is_one_json_object_where_asked_for(shell, own_mapping, tmp_path, capsys):
    files = the_files(tmp_path, [promise("p")])
    assert shell("import", own_mapping, *files, "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcomes"]["imported"] == 1


def test_a_dry_run_records_nothing_and_a_change_waits_to_be_corrected(
    shell, own_mapping, tmp_path, capsys, database_url
):
    files = the_files(tmp_path, [promise("p")])
    assert shell("import", own_mapping, *files, "--dry-run") == 0
    assert "1 rows; 2 events would be recorded" in capsys.readouterr().out
    with LogRecorder(database_url) as log:
        assert log.head().position == 0
    shell("import", own_mapping, *files)
    files = the_files(tmp_path, [promise("p", amount="2")])
    for words, outcome in ((), "changed"), (("--correct",), "corrected"), ((), "already there"):
        capsys.readouterr()
        assert shell("import", own_mapping, *files, "--json", *words) == 0
        assert json.loads(capsys.readouterr().out)["outcomes"][outcome] == 1


@pytest.mark.parametrize("wrong", ["mapping", "file", "heading", "twice", "report"])
def test_what_cannot_begin_ends_with_the_code_for_usage_and_records_nothing(
    shell, own_mapping, tmp_path, capsys, wrong, database_url
):
    (good,) = the_files(tmp_path, [promise("p")])
    other = tmp_path / "other"
    other.mkdir()
    words = {
        "mapping": ("nowhere", good),
        "file": (own_mapping, tmp_path / "none.csv"),
        "heading": (own_mapping, good, a_file(tmp_path, "odd.csv", ("odd",), [])),
        "twice": (own_mapping, good, *the_files(other, [promise("q")])),
        "report": (own_mapping, good, "--report", tmp_path / "no" / "report.csv"),
    }[wrong]
    assert shell("import", *words) == 2
    assert capsys.readouterr().err.startswith("folkmoot: ")
    with LogRecorder(database_url) as log:
        assert log.head().position == 0


MEETINGS = """
id = "meet"
title = "Meetings"
dates = [%s]
since = "2015"
[partnership]
name = "Board"
kind = "neighbourhood-board"
members = ["council"]
[parties.council]
name = "Exshire Council"
kind = "unitary"
[parties.group]
per = "group"
name = { column = "group" }
kind = "tenants-residents-association"
[[rows]]
kind = "meeting"
identified_by = ["ref"]
happened = { column = "date", as = "%s" }
[[rows.record]]
name = "met"
command = "record-interaction"
[rows.record.fields]
kind = "meeting"
participants = [{ fields = { party = { party = "council" } } }, { fields = { party = { party = "group" } } }]
notes = { column = "notes" }
"""


@pytest.fixture
def meetings(shell, tmp_path, capsys):
    """Imports of a sheet of meetings: the exit code, what was printed, the report by line."""

    def give(sheet, *words, dates='"%d/%m/%Y"', read_as="date", name="sheet.csv"):
        (tmp_path / "meet.toml").write_text(MEETINGS % (dates, read_as))
        path = tmp_path / name
        path.write_bytes(sheet if isinstance(sheet, bytes) else sheet.encode())
        report = tmp_path / "report.csv"
        code = shell("import", tmp_path / "meet.toml", path, "--report", report, *words)
        rows = csv.DictReader(report.read_text().splitlines()) if report.exists() else ()
        printed = capsys.readouterr()
        return code, printed.out + printed.err, {int(row["line"]): row for row in rows}

    return give


def test_a_quotation_mark_that_is_never_closed_swallows_no_row(meetings):
    rows = '1,01/03/2024,M,a\n2,02/03/2024,M,"6 foot\n3,03/03/2024,M,b\n'
    code, _, report = meetings(f"ref,date,group,notes\n{rows}")
    assert code == 0
    assert {line: row["outcome"] for line, row in report.items()} == {2: "imported", 3: "refused", 4: "imported"}
    assert "quotation mark" in report[3]["reason"]


@pytest.mark.parametrize(("forms", "form"), [('"%d/%m/%Y", "%d/%m"', "%d/%m"), ('"%e/%m/%Y"', "%e/%m/%Y")])
def test_a_form_of_dates_that_cannot_be_used_ends_with_the_code_for_usage_and_is_named(meetings, forms, form):
    code, printed, report = meetings("ref,date,group,notes\n1,14/03,M,a\n", dates=forms)
    assert code == 2
    assert f"the form '{form}'" in printed
    assert not report


def test_instants_keep_their_zone_and_those_that_london_did_not_have_once_are_refused(meetings):
    sheet = "ref,date,group,notes\n1,2024-07-01 12:00 UTC,M,a\n2,2024-03-31 01:30,M,a\n3,2024-10-27 01:30,M,a\n"
    dates = '"%Y-%m-%d %H:%M %Z", "%Y-%m-%d %H:%M"'
    code, _, report = meetings(sheet, dates=dates, read_as="instant")
    assert code == 0
    assert {line: row["outcome"] for line, row in report.items()} == {2: "imported", 3: "refused", 4: "refused"}


def test_bytes_of_another_encoding_in_what_identifies_a_row_are_reported_with_its_line(meetings):
    code, _, report = meetings(b"ref,date,group,notes\n1,01/03/2024,M,a\n\x932,02/03/2024,M,b\n3,03/03/2024,M,c\n")
    assert code == 0
    assert {line: row["outcome"] for line, row in report.items()} == {2: "imported", 3: "refused", 4: "imported"}
    assert report[3]["row"] == "\ufffd2"


@pytest.mark.parametrize(
    "content", [gzip.compress(b"ref,date,group,notes\n" * 99, mtime=0)[:-9], b"ref,date,group,notes\n"]
)
def test_a_gzip_cut_short_or_that_is_none_ends_with_the_code_for_usage(meetings, content):
    code, printed, report = meetings(content, name="sheet.csv.gz")
    assert code == 2
    assert "gzip" in printed
    assert not report


def test_a_title_above_the_heading_is_said_to_have_been_read_as_one(meetings):
    code, printed, _ = meetings("Board meetings,,,\nref,date,group,notes\n1,01/03/2024,M,a\n")
    assert code == 2
    assert (
        "line 1 was read as the heading, in 4 columns: 'Board meetings', '', '', ''; line 2 has the columns" in printed
    )


def test_columns_without_heading_and_blanks_after_commas_change_nothing(meetings):
    code, _, report = meetings('ref, date, group, notes,,,\n1, 01/03/2024, M, "a, b",,,\n')
    assert (code, report[2]["outcome"]) == (0, "imported")


def test_what_may_be_a_slip_is_asked_about_in_the_report_and_the_summary(meetings):
    rows = "1,01/03/2024,Mill Lane,a\n2,01/03/2024,Mill Lane,b\n3,01/03/1950,Mill  lane,c\n"
    code, printed, report = meetings(f"ref,date,group,notes\n{rows}")
    assert code == 0
    assert {row["outcome"] for row in report.values()} == {"imported"}
    codes = [report[line]["warnings"].partition(":")[0] for line in (2, 3, 4)]
    assert codes == ["looks-like", "same-meeting-again", "long-ago"]
    assert "recorded, but may be slips:" in printed
    _, printed, _ = meetings(f"ref,date,group,notes\n{rows}")
    assert "slips" not in printed


def test_a_report_that_is_read_or_cannot_be_written_ends_the_import_before_it_begins(
    shell, own_mapping, tmp_path, capsys, database_url
):
    (sheet,) = the_files(tmp_path, [promise("p")])
    before = sheet.read_bytes()
    for report in (sheet, own_mapping, tmp_path, "/dev/full"):
        assert shell("import", own_mapping, sheet, "--report", report) == 2
        assert "--report" in capsys.readouterr().err
    assert sheet.read_bytes() == before
    with LogRecorder(database_url) as log:
        assert log.head().position == 0


def test_a_report_is_whole_up_to_the_last_batch_when_the_import_is_killed(shell, own_mapping, tmp_path, database_url):
    count = 3 * AT_ONCE
    files = the_files(tmp_path, [promise(f"p{n:04}") for n in range(count)])
    report = tmp_path / "report.csv"
    words = [sys.executable, "-m", "scripts.cli", "import", own_mapping, *files, "--report", report]
    key = base64.b64encode(b"k" * 32).decode()
    environment = {**os.environ, "DATABASE_URL": database_url, "FOLKMOOT_WRAPPING_KEY": key}
    with subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 60
        while not report.exists() or len(report.read_bytes().splitlines()) < 20:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        running.kill()
    rows = [row for row in csv.reader(report.read_text().splitlines()) if row[4] == "imported"]
    reported_ids = {event for row in rows for event in (*row[6].split(), *row[7].split())}
    with LogRecorder(database_url) as log:
        recorded = {str(each.event_id) for each in log.stream()}
    assert reported_ids <= recorded
    assert len(recorded) < 2 * count
    assert len(recorded - reported_ids) <= 2 * AT_ONCE  # at most one batch was recorded and not yet told of
    assert shell("import", own_mapping, *files, "--report", report) == 0
    outcomes = Counter(row[4] for row in csv.reader(report.read_text().splitlines()))
    assert outcomes["imported"] + outcomes["already there"] == count
    with LogRecorder(database_url) as log:
        assert recorded <= {str(each.event_id) for each in log.stream()}


def test_no_database_ends_with_its_own_code(shell, own_mapping, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    assert shell("import", own_mapping, *the_files(tmp_path, [promise("p")])) == 69


SECTION_106 = (
    "developer-agreement.csv",
    "developer-agreement-contribution.csv",
    "developer-agreement-transaction.csv",
)


def replayed(shell, capsysbinary, name, view, *words):
    assert shell("replay", name, "--view", view, *words) == 0
    return json.loads(capsysbinary.readouterr().out)


def test_the_real_section_106_files_import_with_every_row_accounted_for(shell, datasets, tmp_path, capsysbinary):
    folder = datasets / "uk-s106-developer-contributions"
    report = tmp_path / "report.csv"
    words = ("import", "section-106", *(folder / name for name in SECTION_106), "--json", "--report", report)
    assert shell(*words) == 0
    summary = json.loads(capsysbinary.readouterr().out)
    assert [sum(summary["files"][name].values()) for name in SECTION_106] == [1551, 3344, 3408]
    assert summary["files"]["developer-agreement.csv"]["imported"] == 1551
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert len(rows) == summary["rows"] == 8303
    assert all(row["reason"] for row in rows if row["outcome"] not in {"imported", "already there"})
    assert not [row for row in rows if row["outcome"] == "changed"]
    refused = {(row["file"], row["line"]) for row in rows if row["outcome"] == "refused"}
    assert _without_parent(folder, *SECTION_106[:2], "developer-agreement", refused) == 237
    assert _without_parent(folder, *SECTION_106[1:], "developer-agreement-contribution", refused) == 1129
    _shows_money_spent_and_returned(shell, capsysbinary)


def _without_parent(folder, parents, children, column, refused):
    """Count the rows whose parent is not in the other file; each of them was refused."""
    with (folder / parents).open(newline="") as stream:
        keys = {row[column] for row in csv.DictReader(stream)}
    with (folder / children).open(newline="") as stream:
        orphans = [str(line) for line, row in enumerate(csv.DictReader(stream), 2) if row[column] not in keys]
    assert {(children, line) for line in orphans} <= refused
    return len(orphans)


def _shows_money_spent_and_returned(shell, capsysbinary):
    name = "Halton Borough Council: developer contributions"
    trust = replayed(shell, capsysbinary, name, "trust", "--as-of", "2021-02-28")
    figure = next(each for each in trust["figures"] if each["truster_side"] == "residents")
    assert trust["names"][figure["trustee_id"]] == "Halton Borough Council"
    assert figure["facet"] == "reliability"
    behind = Counter(trust["events"][cause]["type"] for step in figure["timeline"] for cause in step["causes"])
    assert behind["fulfilment-confirmed"]
    assert behind["commitment-failed"] == 4
    assert all(step["causes"] for step in figure["timeline"][:-1])
    money = replayed(shell, capsysbinary, name, "funding")
    assert sum(row["returned_minor"] > 0 for row in money["rows"]) == 4
    health = replayed(shell, capsysbinary, name, "health", "--as-of", "2021-02-28")
    headline = health["profile"]["dimensions"][0]["headline"]
    assert headline["low"] < headline["value"] < headline["high"]


def test_the_real_permits_give_back_their_promises_kept_and_late(shell, datasets, capsysbinary):
    file = datasets / "public-body-event-logs" / "bpic2015_municipality1_permits.csv.gz"
    assert shell("import", "permits", file, "--json") == 0
    assert sum(json.loads(capsysbinary.readouterr().out)["outcomes"].values()) == 52_217
    rows = replayed(shell, capsysbinary, "Building permits", "commitments")["rows"]
    assert len(rows) == sum(not row["due_is_assumed"] for row in rows) == 3340
    assert Counter(row["done_on"] <= row["due_on"] for row in rows) == {True: 2721, False: 619}
    assert Counter(row["days_late"] == 0 for row in rows) == {True: 2721, False: 619}


def test_another_wrapping_key_than_the_logs_own_ends_with_the_code_for_configuration(
    shell, own_mapping, tmp_path, monkeypatch
):
    files = the_files(tmp_path, [promise("p")])
    shell("import", own_mapping, *files)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"x" * 32).decode())
    assert shell("import", own_mapping, *the_files(tmp_path, [promise("p", amount="2")]), "--correct") == 78
