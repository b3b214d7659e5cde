"""The locks pin everything by hash and name no address."""

import re
import tomllib
from pathlib import Path

import pytest

from domain.checkout import ROOT

RUN_TIME, TEST = ROOT / "requirements.lock", ROOT / "requirements-test.lock"

each_lock = pytest.mark.parametrize("lock", [RUN_TIME, TEST], ids=lambda lock: lock.stem)


def entries(lock: Path) -> list[str]:
    """Return each requirement with its hashes, as one line."""
    return lock.read_text("utf-8").replace("\\\n", " ").splitlines()


def pins(lock: Path) -> set[str]:
    return {entry.split("--hash")[0].strip() for entry in entries(lock)}


def names(lock: Path) -> set[str]:
    return {pin.split("==")[0] for pin in pins(lock)}


def required_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^a-z0-9-]", requirement, maxsplit=1)[0] for requirement in requirements}


@each_lock
def test_every_entry_is_pinned_and_hashed_and_carries_no_address(lock):
    entry = re.compile(r"[a-z0-9-]+==[^ ;]+( ; [^@/]+?)? +(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert [line for line in entries(lock) if not entry.fullmatch(line)] == []


@each_lock
def test_no_word_of_a_lock_is_an_address(lock):
    assert re.findall(r"\S*(?://|\bwww\.|@)\S*", lock.read_text("utf-8")) == []


def test_the_test_lock_holds_the_run_time_lock():
    assert pins(RUN_TIME) <= pins(TEST)


def test_what_the_project_asks_for_is_locked():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = declared["dependency-groups"]
    extras = declared["project"]["optional-dependencies"]
    run_time = required_names(declared["project"]["dependencies"] + extras["export"] + groups["build"])
    assert run_time <= names(RUN_TIME)
    assert required_names(groups["test"]) <= names(TEST)
