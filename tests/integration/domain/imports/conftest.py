"""A log of its own with its vault for every test of imports."""

import pytest

from domain.handling.handler import Handler
from domain.log.recorder import LogRecorder
from domain.vault import Vault, WrappingKey


@pytest.fixture
def handler(database_url):
    with LogRecorder(database_url) as recorder:
        yield Handler(recorder, Vault(WrappingKey.generate()))
