"""The API is held to its description by Schemathesis in all of its phases: examples, coverage, fuzzing, stateful.

It is the nightly form (`--longer 20`), of 20,000 cases and more; the test of the contract tries a slice each time. A
real server, after the story of the examples was told to it, answers on this machine, and the program that asks ends by
itself.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.access.keys import Scope
from scripts.support.http_server import serving
from tests.support.told_story import a_service

PHASES = "examples,coverage,fuzzing,stateful"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,ignored_auth"
)
CONFIG = """
[parameters]
"header.Acting-For" = "{council}"
"path.partnership_id" = "{partnership}"
"""
"""What chance would hardly come upon: the body whose key it is, and a partnership that is there."""
NIGHTLY = 20
FEWEST_CASES = 20_000
_CASES = re.compile(r"(\d[\d,]*) generated")


@pytest.fixture
def at_night(request):
    if request.config.getoption("--longer") < NIGHTLY:
        pytest.skip(f"the nightly form: --longer {NIGHTLY}; a slice is tried in tests/integration/api/test_contract.py")


@pytest.fixture
def told(at_night, copied, template):  # noqa: ARG001 - first whether it is wanted
    with copied(template) as dsn, a_service(dsn) as story:
        yield story, story.tell()


def test_every_phase_of_generated_requests_meets_only_described_answers(told, tmp_path):
    story, things = told
    with serving(story.services) as address:
        run = _schemathesis(address, story.key(Scope.STEWARD, things["council"]), tmp_path, things)
    cases = int(_CASES.search(run.stdout)[1].replace(",", ""))
    sys.stdout.write(run.stdout[-4_000:])
    assert run.returncode == 0, run.stdout[-20_000:]
    assert all(phase in run.stdout.lower() for phase in PHASES.split(","))
    assert cases >= FEWEST_CASES


def _schemathesis(address: str, key: str, folder: Path, things: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG.format_map(things), "utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{address}/openapi.json"),
            *("--url", address, "--phases", PHASES, "--checks", CHECKS, "--max-examples", "2"),
            *("--header", f"Authorization: Bearer {key}", "--generation-database", "none", "--no-color"),
            *("--continue-on-failure", "--workers", "2", "--seed", "15"),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
    )
