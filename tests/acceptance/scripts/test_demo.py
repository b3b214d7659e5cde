"""The demonstration, started as anybody would start it."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from domain.checkout import ROOT
from scripts.demonstration.tour import Visitor
from scripts.support.exits import Exit
from scripts.support.page_walk import PageWalker
from tests.support.doc_pages import blocks, paste
from tests.support.shared_folders import shared_folder

DEMO = ROOT / "scripts" / "demo"
README = ROOT / "README.md"
MOST_BYTES = 100_000
"""Of a page."""


def environment(**more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FOLKMOOT_", "DATABASE_URL"))}
    return clean | {"HOME": ""} | more


def is_free(lock):
    """Check that no process of a database server holds its lock any more."""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def waited_for(address, key):
    """Read a list as soon as it has come as far as its address asks for."""
    request = Request(address, headers={"Authorization": f"Bearer {key}", "Prefer": "wait=30"})  # noqa: S310 - our own
    with urlopen(request) as answer:  # noqa: S310 - our own server
        return json.load(answer)


def pages_of(exports, link):
    """The page that the printed link opens, and every page that is met from there on."""
    walker = PageWalker(exports["URL"])
    signed_in = walker.look_at(link)
    return {"signed in": signed_in, **walker.walk(f"/partnerships/{exports['PARTNERSHIP']}", "/partnerships")}


@pytest.fixture(scope="session")
def demonstrated(testrun_uid, tmp_path_factory):
    """A folder with the data of a check and all that it printed; one worker of the run makes it for all."""
    lock = tmp_path_factory.getbasetemp().parent / "demo.lock"
    with shared_folder(f"demo-{testrun_uid}", lock, check_the_demonstration) as folder:
        yield folder


def check_the_demonstration(folder):
    process = subprocess.run(
        [DEMO, "--check", "--data", folder / "data"], capture_output=True, text=True, check=False, env=environment()
    )
    assert process.returncode == Exit.DONE, process.stderr
    (folder / "printed").write_text(process.stdout)


@pytest.fixture(scope="module")
def data(demonstrated):
    """The data of the check, a copy of this worker's own."""
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-demo-"))
    subprocess.run([shutil.which("cp"), "-a", f"{demonstrated}/data/.", folder], check=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def printed(demonstrated):
    return (demonstrated / "printed").read_text()


@pytest.fixture(scope="module")
def report(printed):
    return json.loads(printed)


def test_a_check_prints_one_json_object_and_nothing_else(printed):
    assert printed.count("\n") == 1
    assert isinstance(json.loads(printed), dict)


def test_a_check_records_one_meeting_at_the_end_of_the_log(report):
    assert [each["type"] for each in report["meeting"]["events"]] == [
        "interaction-recorded",
        "ask-raised",
        "commitment-made",
    ]
    assert report["position"] == report["basis"]["position"] > 15_000


def test_a_check_shows_a_promise_with_its_causes(report):
    meeting = {each["event_id"] for each in report["meeting"]["events"]}
    assert report["commitment"]["state"] == "made"
    assert set(report["commitment"]["causes"]) <= meeting


def test_a_check_shows_what_residents_trust_a_council_with(report):
    trust = report["trust"]
    expected = (trust["r"] + 2 * trust["a"]) / (trust["r"] + trust["s"] + 2)
    assert trust["T"] == pytest.approx(expected)
    assert trust["low"] <= trust["T"] <= trust["high"]
    assert trust["causes"]


def test_a_check_shows_the_health_profile(report):
    dimensions = {each["id"]: each["headline"] for each in report["health"]}
    assert {f"H{number}" for number in (1, 2, 3, 4, 6, 8, 9, 10)} <= set(dimensions)
    for headline in filter(None, dimensions.values()):
        assert (headline["value"] is None) == (headline["status"] == "insufficient_evidence")
        assert headline["value"] is None or headline["missing"] is None


def test_a_second_start_finds_its_data_serves_it_and_ends_when_told_to(data, report):
    with subprocess.Popen(
        [DEMO, "--port", "0", "--data", data], stderr=subprocess.PIPE, text=True, env=environment()
    ) as demo:
        lines = []
        for line in demo.stderr:
            lines.append(line)
            if "curl" in line:
                break
        exports = dict(line.split()[1].split("=") for line in lines if line.strip().startswith("export"))
        visitor = Visitor(urlsplit(exports["URL"]).port, exports["KEY"])
        health = visitor.read(f"/v1/partnerships/{report['partnership']['id']}/health")
        worklist = waited_for(
            f"{exports['URL']}/v1/projections/worklist?min-position={health['position']}", exports["KEY"]
        )
        pages = pages_of(exports, next(line.strip() for line in lines if "/sign-in/" in line))
        demo.send_signal(signal.SIGTERM)
        demo.stderr.read()
    assert demo.returncode == Exit.DONE
    assert not any("Recording" in line for line in lines)
    assert urlsplit(pages["signed in"].address).path == "/partnerships"
    assert pages["signed in"].html.count("Neighbourhood Board") >= 10
    assert {"all-partnerships", "partnership", "partnership-why", "my-page", "record-meeting"} <= pages.keys()
    assert {name: len(page.content) for name, page in pages.items() if len(page.content) >= MOST_BYTES} == {}
    assert health["position"] == worklist["position"] == report["position"]
    assert worklist["data"]
    assert is_free(data / "server.lock")


def test_what_the_readme_asks_is_answered(data, report, tmp_path):
    assert report
    with subprocess.Popen(
        [DEMO, "--port", "0", "--data", data], stderr=subprocess.PIPE, text=True, env=environment()
    ) as demo:
        lines = list(iter(demo.stderr.readline, '  curl -H "Authorization: Bearer $KEY" $URL/v1/partnerships\n'))
        start, *rest = blocks(README)
        exports = [f"{line.strip()}\n" for line in lines if line.strip().startswith("export")]
        pasted = paste([*exports, *(f"{block}echo\n" for block in rest)], tmp_path)
        demo.send_signal(signal.SIGTERM)
        demo.stderr.read()
    assert "scripts/demo" in start
    assert pasted.failed == [], pasted.messages
    decoder, answers, remainder = json.JSONDecoder(), [], pasted.output.lstrip()
    while remainder:
        answer, end = decoder.raw_decode(remainder)
        answers.append(answer)
        remainder = remainder[end:].lstrip()
    meeting, trust, health, explanation = answers
    assert set(meeting["created"]) == {"interaction", "ask", "commitment"}
    assert (trust["as_of"], health["as_of"], health["position"]) == ("2024-03-31", "2024-03-31", 5000)
    assert trust["figures"]
    assert health["profile"]["dimensions"]
    assert explanation["causes"]


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    file = tmp_path / "a-file"
    file.write_text("in the way")
    process = subprocess.run(
        [sys.executable, "-m", "scripts.cli", "demo", "--data", file / "below"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert process.returncode == Exit.CONFIGURATION
    assert str(file) in process.stderr
