"""What is needed at run time may be shipped, and what may not is refused by name; its bill of materials is valid."""

import base64
import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.licenses import canonicalize_license_expression

from domain.checkout import ROOT
from scripts.commands.check import _CHECKS
from scripts.supply.bill_of_materials import bill_of_materials
from scripts.supply.distributions import supplied, supply_faults
from scripts.supply.licences import DECLARED, LESSER_GPL, PERMITTED, licence_fault
from scripts.supply.lock_file import LOCKS, read_locks
from tests.support.package_indexes import install_metadata, package_index


def supply(*words, folder=None, **environment):
    """Run the command, on what a folder holds before all that is installed."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PIP_INDEX_URL", "UV_DEFAULT_INDEX"}}
    outcome = subprocess.run(
        [sys.executable, "-m", "scripts.cli", "supply", *words],
        cwd=ROOT,
        env={**clean, **environment, **({"PYTHONPATH": str(folder)} if folder else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in outcome.stderr, outcome.stderr
    return outcome


@pytest.fixture
def needing(tmp_path):
    """Run the command as if the project needed one more distribution, of which this is the metadata."""

    def run(*lines):
        needs = [f"Requires-Dist: {each}" for each in distribution("folkmoot").requires if "extra" not in each]
        install_metadata(tmp_path, "folkmoot", *needs, "Requires-Dist: newcomer", version="0.1.0")
        install_metadata(tmp_path, "newcomer", *lines)
        return supply("--offline", folder=tmp_path)

    return run


def test_what_is_needed_at_run_time_may_be_shipped_and_is_as_it_was_locked():
    distributions = supplied()
    assert list(supply_faults(distributions, read_locks(*LOCKS))) == []
    assert {"folkmoot", "psycopg", "h11", "markupsafe"} <= {each.name for each in distributions}


def test_every_check_of_the_checkout_asks_for_it():
    assert ("folkmoot", "supply", "--offline") in _CHECKS.values()


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("License-Expression: GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("License-Expression: AGPL-3.0-only", "AGPL-3.0-only"),
        ("License-Expression: LGPL-3.0-only", "LGPL-3.0-only"),
        ("License-Expression: MIT AND GPL-2.0-only", "GPL-2.0-only"),
        ("License-Expression: LicenseRef-Ours", "LicenseRef-Ours"),
        ("License: GPL-3.0-only", "GPL-3.0-only"),
        ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3", "AGPL-3.0-only"),
        ("Classifier: License :: OSI Approved :: GNU General Public License (GPL)", "not known"),
        ("Classifier: License :: OSI Approved :: BSD License", "not known"),
        ("License: whatever you like", "not known"),
        ("Summary: no licence at all", "not known"),
    ],
)
def test_a_new_need_under_a_licence_that_binds_or_is_not_known_is_refused_by_name(needing, line, refused):
    outcome = needing(line)
    assert outcome.returncode == 1
    (sentence,) = [each for each in outcome.stderr.splitlines() if "newcomer" in each and "lock" not in each]
    assert sentence.startswith("Refused: newcomer: ")
    assert refused in sentence


def test_a_new_need_that_may_be_shipped_is_refused_only_for_being_in_no_lock(needing):
    outcome = needing("License-Expression: MIT")
    refusals = [each for each in outcome.stderr.splitlines() if each.startswith("Refused")]
    assert refusals == ["Refused: newcomer: needed at run time and in no lock; run scripts/lock"]
    assert outcome.returncode == 1


def test_another_version_than_the_one_locked_is_refused(tmp_path):
    install_metadata(tmp_path, "h11", "License-Expression: MIT", version="9.9")
    outcome = supply("--offline", folder=tmp_path)
    assert "Refused: h11: 9.9 is installed and 0.16.0 is locked" in outcome.stderr
    assert outcome.returncode == 1


@pytest.mark.parametrize(
    ("expression", "is_refused"),
    [
        ("MIT OR GPL-3.0-only", False),
        ("GPL-3.0-only OR (MIT AND Apache-2.0)", False),
        ("(MIT OR GPL-3.0-only) AND AGPL-3.0-only", True),
        ("MIT AND (GPL-2.0-only OR GPL-3.0-only)", True),
        ("MIT AND GPL-2.0-only OR BSD-3-Clause", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
    ],
)
def test_one_alternative_is_enough_and_every_part_counts(expression, is_refused):
    assert bool(licence_fault("newcomer", canonicalize_license_expression(expression))) is is_refused


def test_no_gpl_is_permitted_and_the_lesser_one_only_to_those_named():
    assert [each for each in PERMITTED if "GPL" in each] == []
    assert set(LESSER_GPL) == {"psycopg", "psycopg-binary", "psycopg-pool"}


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_a_declared_licence_is_the_one_that_the_distribution_holds(name):
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        pytest.skip("not installed here")
    files = [each for each in installed.files or () if re.search(r"LICEN[SC]E|COPYING", each.name)]
    text = " ".join([*(each.read_text("utf-8") or "" for each in files), installed.metadata.get("License") or ""])
    assert "Redistributions of source code must retain" in text
    assert re.search(r"Neither\s+the\s+name", text)


def test_the_bill_of_materials_is_valid_complete_and_the_same_each_time(tmp_path):
    for name in ("first", "again"):
        assert supply("--offline", "--sbom", str(tmp_path / name)).returncode == 0
    text = (tmp_path / "first").read_text()
    assert text == (tmp_path / "again").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    components = {each["name"]: each for each in json.loads(text)["components"]}
    assert set(components) == {each.name for each in supplied()} - {"folkmoot"}
    assert components["h11"]["purl"] == "pkg:pypi/h11@0.16.0"
    lock = LOCKS[0].read_text().partition("\nh11==")[2].partition("==")[0]
    assert {each["content"] for each in components["h11"]["hashes"]} == set(re.findall(r"sha256:(\w+)", lock))
    assert re.findall(r"\S*://\S*", text) == []


def test_a_fault_in_a_bill_of_materials_would_be_found():
    text = bill_of_materials(supplied(), read_locks(*LOCKS)).decode().replace("SHA-256", "SHA-255")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is not None


def test_ages_and_advisories_are_those_of_the_configured_index_and_its_password_is_shown_nowhere():
    (sha256, *_) = read_locks(*LOCKS)["h11"].sha256
    files = [
        {"hashes": {"sha256": sha256}, "upload-time": "2025-04-24T03:35:24.344Z"},
        {"hashes": {"sha256": "0" * 64}, "upload-time": "2001-01-01T00:00:00Z"},
    ]
    authorization = "Basic " + base64.b64encode(b"reader:se/cret").decode()
    advisories = [{"id": "PYSEC-1"}, {"id": "PYSEC-2", "withdrawn": "2026-01-01T00:00:00Z"}]
    with package_index(files, advisories, authorization) as port:
        outcome = supply("--json", PIP_INDEX_URL=f"http://reader:se%2Fcret@127.0.0.1:{port}/simple/")
    report = json.loads(outcome.stdout)
    released = {row["name"]: row["released_on"] for row in report["distributions"]}
    assert (released["h11"], released["anyio"]) == ("2025-04-24", None)
    assert "h11: 0.16.0 has advisories: PYSEC-1" in report["faults"]
    assert outcome.returncode == 1
    assert "cret" not in outcome.stdout + outcome.stderr


def test_an_index_that_does_not_answer_is_said_not_to_and_refuses_nothing():
    with package_index() as port:
        pass
    outcome = supply("--json", UV_DEFAULT_INDEX=f"http://127.0.0.1:{port}/simple")
    report = json.loads(outcome.stdout)
    assert "h11: age not known, for it does not answer" in report["not_looked_at"]
    assert "h11: advisories not known, for it does not answer" in report["not_looked_at"]
    assert (report["faults"], outcome.returncode) == ([], 0)


def test_without_an_index_the_command_says_that_nobody_was_asked():
    outcome = supply()
    assert "Not looked at: ages and advisories: no package index is set" in outcome.stderr
    assert outcome.returncode == 0
