"""The kinds of tests stay what they are: a unit test that asks for a database or starts a process fails."""

import multiprocessing
import subprocess
import sys

import psycopg
import pytest

from domain.checkout import ROOT
from domain.log.sessions import connect
from tests.unit.conftest import NO_DATABASE, NO_PROCESS


def test_a_unit_test_gets_no_server(request):
    with pytest.raises(pytest.fail.Exception, match=NO_DATABASE):
        request.getfixturevalue("database_url")


@pytest.mark.parametrize("holder", [psycopg, psycopg.Connection], ids=["the module", "the class"])
def test_a_unit_test_opens_no_connection(holder):
    with pytest.raises(AssertionError, match=NO_DATABASE):
        holder.connect("")


def test_a_unit_test_opens_none_through_the_log_either():
    with pytest.raises(AssertionError, match=NO_DATABASE):
        connect("", application_name="a unit test")


def test_a_unit_test_starts_no_program():
    with pytest.raises(AssertionError, match=NO_PROCESS):
        subprocess.run([sys.executable, "--version"], check=True)


def test_a_unit_test_forks_no_process():
    with pytest.raises(AssertionError, match=NO_PROCESS):
        multiprocessing.get_context("spawn").Process(target=print).start()


def test_every_test_is_of_one_kind():
    strangers = [
        path.relative_to(ROOT)
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.relative_to(ROOT).parts[1] not in {"unit", "integration", "acceptance"}
    ]
    assert strangers == []
