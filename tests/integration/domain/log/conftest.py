"""A log of its own for every test, and the owner's view of it."""

import pytest

from domain.log.recorder import LogRecorder
from domain.log.sessions import connect


@pytest.fixture
def log(database_url):
    with LogRecorder(database_url) as recorder:
        yield recorder


@pytest.fixture
def owner(database_url):
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as connection:
        yield connection
