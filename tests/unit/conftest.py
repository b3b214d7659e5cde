"""Unit tests are pure, so that they run in seconds: whoever needs a database or a process is of another kind."""

import multiprocessing.process
import subprocess

import procrastinate  # noqa: F401 - as it is imported, one of its own libraries asks a program how wide this machine is
import psycopg
import pytest

NO_DATABASE = "a unit test has no database: move it to tests/integration"
NO_PROCESS = "a unit test starts no process: move it to tests/acceptance"


@pytest.fixture(scope="session")
def server():
    pytest.fail(NO_DATABASE)


@pytest.fixture(autouse=True)
def _pure(monkeypatch):
    def refusal(sentence):
        def refused(*_args, **_kwargs):
            raise AssertionError(sentence)

        return refused

    monkeypatch.setattr(psycopg, "connect", refusal(NO_DATABASE))
    monkeypatch.setattr(psycopg.Connection, "connect", refusal(NO_DATABASE))
    monkeypatch.setattr(subprocess.Popen, "__init__", refusal(NO_PROCESS))
    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", refusal(NO_PROCESS))
