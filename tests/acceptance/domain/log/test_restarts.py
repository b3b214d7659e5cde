"""A server that is stopped and started again: who asks is answered at once, or as soon as it is back."""

import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.embedded_server import EmbeddedPostgres
from domain.log import connections
from domain.log.errors import LogUnavailable
from domain.log.recorder import LogRecorder
from scripts.support.database_schema import migrate


@pytest.fixture(scope="module")
def restartable_server():
    data_dir = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    try:
        with EmbeddedPostgres(data_dir, fsync=False) as server:
            yield server
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture(scope="module")
def restartable_url(restartable_server):
    migrate(restartable_server.dsn())
    return restartable_server.dsn()


def test_after_a_restart_the_first_who_ask_are_answered(restartable_server, restartable_url):
    with LogRecorder(restartable_url, pool_size=6) as log:
        with ExitStack() as lent:
            for _ in range(6):
                lent.enter_context(log.connections.borrow())
        restartable_server.stop()
        restartable_server.start()

        began = time.monotonic()
        with ThreadPoolExecutor(6) as asking:
            heads = list(asking.map(lambda _: log.head().position, range(6)))

        assert heads == [0] * 6
        assert time.monotonic() - began < 2  # a pause before the next attempt would be one second alone


def test_who_asks_during_an_outage_is_answered_as_soon_as_it_ends(restartable_server, restartable_url, monkeypatch):
    with LogRecorder(restartable_url, pool_size=2) as log, ThreadPoolExecutor(1) as asking:
        log.head()
        restartable_server.stop()
        with monkeypatch.context() as patch:
            patch.setattr(connections, "_PATIENCE_S", 0.5)
            with pytest.raises(LogUnavailable):  # what was tried in vain makes nobody wait later
                log.head()
        waiting = asking.submit(log.head)
        restartable_server.start()

        assert waiting.result(timeout=5).position == 0
