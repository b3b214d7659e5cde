"""Unit tests are pure, so that they run in seconds: whoever needs a database is of another kind."""

import psycopg
import pytest


@pytest.fixture(scope="session")
def server():
    pytest.fail("a unit test has no database: move it to tests/integration")


@pytest.fixture(autouse=True)
def _without_a_database(monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("a unit test has no database: move it to tests/integration")

    monkeypatch.setattr(psycopg.Connection, "connect", refused)
