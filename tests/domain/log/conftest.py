"""A log of its own for every test, and the owner's view of it."""

import psycopg
import pytest

from domain.log.recorder import LogRecorder


@pytest.fixture
def log(database_url):
    with LogRecorder(database_url) as recorder:
        yield recorder


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection
