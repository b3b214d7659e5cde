"""Every page runs as printed: its shell blocks are pasted whole, and what they answer is read."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from api.access.signed_on import ROLE_NAMES
from api.sign_on.provider_file import read_provider_file
from projections.method.document import load_method
from projections.method.method import method_sha256
from tests.acceptance.docs.conftest import WRAPPING_KEY
from tests.support.doc_pages import ROOT, blocks, pages, paste

HOW_TO = ROOT / "docs" / "how-to"
WHAT_IF = HOW_TO / "ask-what-if.md"
REVIEW = HOW_TO / "freeze-a-review.md"
IMPORT = HOW_TO / "import-a-spreadsheet.md"
ADD_SOURCE = HOW_TO / "add-an-import-source.md"
REBUILD = HOW_TO / "rebuild-every-night.md"
POSTGRESQL = HOW_TO / "use-your-own-postgresql.md"
UPGRADE = HOW_TO / "upgrade.md"
BACK_UP = HOW_TO / "back-up-and-restore.md"
VERIFY = HOW_TO / "verify-the-record.md"
STORED = ROOT / "docs" / "explanation" / "stored-projections.md"
CHECK = HOW_TO / "check-figures.md"
COVERAGE = HOW_TO / "say-what-a-source-covers.md"
CALIBRATE = HOW_TO / "calibrate-a-method.md"
FOLLOW = HOW_TO / "follow-an-imported-history.md"
SPEED = HOW_TO / "measure-speed.md"
SERVE = HOW_TO / "serve-it.md"
WORK = HOW_TO / "run-the-worker.md"
WATCH = HOW_TO / "watch-over-it.md"
SUPPLY = HOW_TO / "know-what-we-ship.md"
SIGN_ON = HOW_TO / "sign-on-with-your-provider.md"
LET_IN = HOW_TO / "let-people-in.md"
HEAR = HOW_TO / "hear-of-what-is-recorded.md"
README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-partnership.md"
INSTALLATION = ROOT / "docs" / "tutorial" / "your-own-installation.md"

NOT_PASTED = {
    (
        README,
        "scripts/demo",
    ): "serves for good, and runs this suite: tests/acceptance/scripts/test_demo.py starts what it calls",
    (REBUILD, "install -d"): "writes to /etc, for an account that a bare machine has not",
    (REBUILD, "cp docs/"): "needs systemd: tests/unit/docs/test_schedules.py reads the units",
    (SERVE, "cp docs/"): "needs systemd: tests/unit/docs/test_schedules.py reads the unit",
    (WORK, "cp docs/"): "needs systemd: tests/unit/docs/test_schedules.py reads the unit",
    (SERVE, "docker build"): "needs a container engine: tests/unit/docs/test_containers.py reads the file",
    (WATCH, "export FOLKMOOT_METRICS_PORT"): "serves for good: tests/acceptance/scripts/test_metrics.py scrapes it",
    (HEAR, "curl -X POST"): "needs an account: tests/integration/api/webhooks/test_arranging.py sends the like",
    (COVERAGE, "curl -X POST"): "needs a steward's key: tests/integration/api/pages/test_left_out.py sends the like",
    (SPEED, "scripts/bench"): "takes an hour: tests/acceptance/scripts/benchmarks does the same work on a small log",
}
"""The blocks that are not pasted, by how they begin, with the reason."""

ELSEWHERE = {
    README: ("tests/acceptance/scripts/test_demo.py", "blocks(README)"),
    TUTORIAL: ("tests/acceptance/docs/test_tutorial.py", "blocks(TUTORIAL)"),
    INSTALLATION: ("tests/acceptance/docs/test_tutorial.py", "blocks(INSTALLATION)"),
    HOW_TO / "add-an-event.md": ("tests/acceptance/docs/test_adding_code.py", "add-an-event"),
    HOW_TO / "add-an-early-warning.md": ("tests/acceptance/docs/test_adding_code.py", "add-an-early-warning"),
    ROOT / "docs" / "reference" / "api.md": ("tests/acceptance/docs/test_api_page.py", '"api.md"'),
    HOW_TO / "add-a-projection.md": ("tests/acceptance/docs/test_adding_code.py", "add-a-projection"),
}
HERE = {
    CALIBRATE,
    CHECK,
    FOLLOW,
    WHAT_IF,
    REVIEW,
    IMPORT,
    ADD_SOURCE,
    REBUILD,
    POSTGRESQL,
    STORED,
    BACK_UP,
    VERIFY,
    SUPPLY,
    SIGN_ON,
    LET_IN,
    HEAR,
    UPGRADE,
    WORK,
}


def pasted(page):
    """The blocks of a page that are pasted."""
    left_out = tuple(begins for where, begins in NOT_PASTED if where == page)
    return [block for block in blocks(page) if not (left_out and block.startswith(left_out))]


def objects(output):
    """Every JSON object that was printed, on one line or over several."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while (begins := re.compile(r"^\{", re.MULTILINE).search(output, at)) is not None:
        value, at = decoder.raw_decode(output, begins.start())
        values.append(value)
    return values


def test_every_page_with_something_to_paste_is_pasted():
    assert {page for page in pages() if pasted(page)} == HERE | set(ELSEWHERE)
    for test, words in ELSEWHERE.values():
        assert words in (ROOT / test).read_text()
    for page, begins in NOT_PASTED:
        assert any(block.startswith(begins) for block in blocks(page)), (page, begins)


def test_people_are_let_into_an_empty_installation_as_its_page_says(bare, tmp_path):
    settings = {"DATABASE_URL": bare, "FOLKMOOT_WRAPPING_KEY": WRAPPING_KEY, "FOLKMOOT_DATA_DIR": str(tmp_path)}
    outcome = paste([*pasted(LET_IN), 'echo "$KEY"\n'], tmp_path, **settings)
    assert outcome.failed == [], outcome.messages
    _, link, administrator, colleague, history, key = outcome.output.splitlines()
    assert re.search(r"/sign-in/[\w-]{43}$", link)
    assert administrator.endswith("Sam Example  administrator (all)")
    assert colleague.endswith("Pat Example  auditor (all) until 2099-03-31")
    assert history.endswith(": The audit is done")
    assert key.startswith("fm_")
    assert "The account is closed." in outcome.messages


def test_the_work_in_the_background_is_looked_after_as_its_page_says(bare, tmp_path):
    settings = {"DATABASE_URL": bare, "FOLKMOOT_WRAPPING_KEY": WRAPPING_KEY, "FOLKMOOT_DATA_DIR": str(tmp_path)}
    outcome = paste([f"{ROOT}/.venv/bin/folkmoot migrate\n", *pasted(WORK)], tmp_path, **settings)
    assert outcome.failed == [], outcome.messages
    assert objects(outcome.output) == [{"work": []}]


def test_what_if_answers_as_its_page_says(county, tmp_path):
    outcome = paste([f"cd {ROOT}\n", *pasted(WHAT_IF)], tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    assert "# " in outcome.output
    by_method, by_number = objects(outcome.output)
    assert len(by_method["methods"] if "methods" in by_method else by_method["variants"]) >= 2
    assert by_number["position"] == by_method["position"]
    table = outcome.output.rpartition("}\n")[2]
    assert len(list(csv.reader(io.StringIO(table)))) > 1


def test_an_imported_history_is_followed_as_its_page_says(county, served, tmp_path):
    outcome = paste(pasted(FOLLOW), tmp_path, **county, **served)
    assert outcome.failed == [], outcome.messages
    assert outcome.output.count("| known_by | source:2026-03-31 |") == 2
    (answer,) = objects(outcome.output)
    assert answer["known_by"] == "source:2026-03-31"


def test_figures_are_checked_as_the_page_says(county, tmp_path):
    outcome = paste(pasted(CHECK), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    settings = json.loads((tmp_path / "chosen.json").read_text())
    assert settings["tried"] == len(settings["half_lives"]) + len(settings["thresholds"])
    assert f"Settings tried: {settings['tried']}, chosen on another log." in outcome.output


def test_a_method_is_fitted_checked_and_published_as_its_page_says(county, tmp_path):
    outcome = paste(pasted(CALIBRATE), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    method = load_method((tmp_path / "ours.json").read_bytes())
    published = json.loads((tmp_path / "published.json").read_text())
    assert published["method_sha256"] == method_sha256(method)
    assert "settings tried" in outcome.output


def test_a_review_is_registered_frozen_made_again_and_compared_as_its_page_says(county, tmp_path):
    outcome = paste(pasted(REVIEW), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    frozen, again, later, compared = objects(outcome.output)
    assert (tmp_path / "extract" / "panel.csv").exists()
    assert (tmp_path / "extract" / "panel.parquet").exists()
    assert again["identical"]
    assert frozen["manifest_sha256"] != later["manifest_sha256"]
    assert "cells" in json.dumps(compared)


def test_lists_are_rebuilt_shown_and_rolled_back_as_its_page_says(county, tmp_path):
    outcome = paste(["folkmoot rebuild --all\n", *pasted(REBUILD)], tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    assert "is live again" in outcome.messages


def test_a_list_is_waited_for_as_its_page_says(county, served, tmp_path):
    outcome = paste(["folkmoot rebuild --all 2>/dev/null >/dev/null\n", *pasted(STORED)], tmp_path, **county, **served)
    assert outcome.failed == [], outcome.messages
    (page,) = objects(outcome.output)
    assert page["position"] >= 400
    assert page["data"]


def test_a_stream_of_events_is_read_as_its_page_says(county, served, tmp_path):
    outcome = paste(pasted(HEAR), tmp_path, **county, **served)
    assert outcome.failed == [], outcome.messages
    assert outcome.output.startswith("retry: 3000\nid: 0\n\nid: 1\ndata: {")


def test_the_record_is_verified_as_its_page_says(county, tmp_path):
    outcome = paste(pasted(VERIFY), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    (verified,) = objects(outcome.output)
    assert (verified["altered"], verified["not_looked_at"]) == ([], [])


def test_a_provider_is_declared_as_its_page_says(tmp_path):
    outcome = paste(pasted(SIGN_ON), tmp_path)
    assert outcome.failed == [], outcome.messages
    assert f"{tmp_path}/sign-on.toml" in outcome.output
    assert (tmp_path / "sign-on-secret").stat().st_mode & 0o077 == 0
    declared = read_provider_file(tmp_path / "sign-on.toml", ROLE_NAMES)
    assert [row.role for row in declared.roles] == ["officer", "auditor"]
    wrong = ["sed -i 's/RS256/HS256/' sign-on.toml\n", "folkmoot settings\n"]
    outcome = paste([*pasted(SIGN_ON), *wrong], tmp_path)
    assert len(outcome.failed) == 1
    assert "algorithms/0" in outcome.messages


def test_what_is_shipped_is_listed_as_its_page_says(tmp_path):
    outcome = paste(pasted(SUPPLY), tmp_path, PIP_INDEX_URL="", UV_DEFAULT_INDEX="")
    assert outcome.failed == [], outcome.messages
    (report,) = objects(outcome.output)
    assert report["faults"] == []
    assert json.loads((tmp_path / "materials.json").read_text())["bomFormat"] == "CycloneDX"


def test_it_is_backed_up_restored_and_rewrapped_as_its_page_says(county, bare, tmp_path):
    back_up, restore, said_so, rewrap = pasted(BACK_UP)
    elsewhere = [f"export DATABASE_URL='{bare}'\n", restore, said_so, rewrap]
    outcome = paste([back_up, *elsewhere], tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    assert "are as they were recorded" in outcome.messages
    taken, put_back = re.findall(r"to position (\d+), root (\w+)", outcome.messages)
    assert taken == put_back
    assert int(taken[0]) > 400
    assert "Noted: the log was restored" in outcome.messages
    assert "keys are wrapped under the new wrapping key" in outcome.messages


def test_a_spreadsheet_is_imported_as_its_page_says(county, tmp_path):
    outcome = paste(pasted(IMPORT), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    assert outcome.output.count("2 rows") == 2, outcome.output
    report = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text())))
    assert [row["outcome"] for row in report] == ["imported", "refused"]


def test_a_database_is_upgraded_as_its_page_says(bare, tmp_path):
    outcome = paste(pasted(UPGRADE), tmp_path, DATABASE_URL=bare)
    assert outcome.failed == [], outcome.messages
    plan, _, rest = outcome.output.partition("Applied ")
    assert re.search(r"^vault +006 +post_keys_never_listed +once no earlier release runs", plan, re.MULTILINE)
    assert rest.startswith("log 1, ")
    assert "The schema is up to date." in rest


def test_an_import_source_is_added_as_its_page_says(county, tmp_path):
    outcome = paste(pasted(ADD_SOURCE), tmp_path, **county)
    assert outcome.failed == [], outcome.messages
    outcomes = {
        name: [row["outcome"] for row in csv.DictReader(io.StringIO((tmp_path / f"{name}.csv").read_text()))]
        for name in ("first", "again")
    }
    assert outcomes == {
        "first": ["imported", "imported", "refused", "refused"],
        "again": ["already there", "already there", "refused", "refused"],
    }


def test_it_is_served_over_a_postgresql_of_ones_own_as_its_page_says(bare, tmp_path):
    (tmp_path / "wrapping-key").write_text(WRAPPING_KEY)
    (tmp_path / "wrapping-key").chmod(0o600)
    block = "".join(pasted(POSTGRESQL))
    for printed, here in (
        ("postgresql://folkmoot_owner@db.example/folkmoot?sslmode=verify-full", bare),
        ("/etc/folkmoot/wrapping-key", str(tmp_path / "wrapping-key")),
        ("--port 8000", "--port 0"),
    ):
        assert printed in block
        block = block.replace(printed, here)
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("FOLKMOOT_", "DATABASE_URL", "PG"))
    }
    clean |= {"HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}:{clean['PATH']}"}
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc", "-c", block],  # noqa: S607 - the reader's own shell
        env=clean, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    ) as shell:  # fmt: skip
        lines = []
        for line in shell.stderr:
            lines.append(line)
            if match := re.search(r"answers at (http://\S+)", line):
                with urllib.request.urlopen(f"{match[1]}/healthz") as answer:  # noqa: S310 - our own server
                    assert answer.status == 200
                break
        os.killpg(shell.pid, signal.SIGTERM)
        assert match, "".join(lines)
