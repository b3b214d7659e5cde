"""A vault under a new wrapping key, and a connection that has no more rights than the writer."""

from collections.abc import Iterator

import psycopg
import pytest

from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.vault import Vault, WrappingKey


@pytest.fixture
def wrapping_key() -> WrappingKey:
    return WrappingKey.generate()


@pytest.fixture
def vault(wrapping_key: WrappingKey) -> Vault:
    return Vault(wrapping_key)


@pytest.fixture
def writer(database_url: str) -> Iterator[psycopg.Connection]:
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as connection:
        connection.execute("SET ROLE folkmoot_writer")
        yield connection


@pytest.fixture
def log(database_url: str) -> Iterator[LogRecorder]:
    with LogRecorder(database_url) as recorder:
        yield recorder


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as connection:
        yield connection
