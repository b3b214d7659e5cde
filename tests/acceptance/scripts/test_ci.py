"""Continuous integration runs the tests, after Chromium was installed where it is missing and can be."""

import os
import shutil
import subprocess

import pytest

from domain.checkout import ROOT

_SYSTEM = ("sh", "dirname", "timeout", "id")


@pytest.fixture
def machine(tmp_path):
    """A checkout on a machine with hardly a program; each of those that are added prints that it ran."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in _SYSTEM:
        (programs / name).symlink_to(shutil.which(name))
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "scripts").mkdir()
    program(tmp_path / "scripts" / "test", "echo the tests ran")
    return tmp_path


def program(path, body):
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def run_on(machine, **programs):
    """Run it on a machine that has these programs too; what was asked of apt-get, and the outcome."""
    requests = machine / "asked"
    for name, body in programs.items():
        program(machine / "bin" / name.replace("_", "-"), body.format(asked=requests))
    process = subprocess.run(
        [machine / ".ci" / "run"],
        env={"PATH": str(machine / "bin")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == os.EX_OK, process.stderr
    assert process.stdout == "the tests ran\n"
    return requests.read_text().split("\n")[:-1] if requests.exists() else [], process.stderr


def test_chromium_is_installed_without_a_word_where_it_is_missing(machine):
    requests, output = run_on(machine, id="echo 0", apt_get='echo much; echo "$1" >> {asked}')
    assert (requests, output) == (["update", "install"], "")


def test_nothing_is_installed_where_chromium_is_there(machine):
    requests, output = run_on(machine, id="echo 0", apt_get='echo "$1" >> {asked}', chromium="true")
    assert (requests, output) == ([], "")


def test_who_may_not_install_anything_is_asked_for_nothing(machine):
    requests, output = run_on(machine, id="echo 1000", apt_get='echo "$1" >> {asked}')
    assert (requests, output) == ([], "")


def test_the_tests_run_where_chromium_cannot_be_had(machine):
    requests, output = run_on(machine, id="echo 0", apt_get='echo "$1" >> {asked}; exit 100')
    assert requests == ["update"]
    assert output == "Chromium is missing and could not be installed.\n"


def test_the_tests_run_where_there_is_no_apt(machine):
    assert run_on(machine, id="echo 0") == ([], "")
